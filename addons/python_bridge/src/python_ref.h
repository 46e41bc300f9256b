#pragma once

#include "python_api.h"

#include <string_view>
#include <utility>

namespace pybridge {

// Owns one reference to a Python object, or none after a failed call. Only with the GIL held.
class PyRef {
public:
    PyRef() = default;
    explicit PyRef(PyObject *owned) : object_(owned) {}
    PyRef(PyRef &&other) noexcept : object_(other.release()) {}
    PyRef &operator=(PyRef &&other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    PyRef(const PyRef &) = delete;
    PyRef &operator=(const PyRef &) = delete;
    ~PyRef() {
        if (object_ != nullptr) py().Py_DecRef(object_);
    }

    PyObject *get() const { return object_; }
    PyObject *release() { return std::exchange(object_, nullptr); }
    explicit operator bool() const { return object_ != nullptr; }

private:
    PyObject *object_ = nullptr;
};

inline PyRef py_text(std::string_view text) {
    return PyRef(py().PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

inline PyRef py_bytes(std::string_view bytes) {
    return PyRef(py().PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

// A tuple of the objects, or none when one of them is none.
template <class... Refs>
PyRef py_tuple(Refs &&...refs) {
    if (!(static_cast<bool>(refs) && ...)) return PyRef();
    PyRef tuple(py().PyTuple_New(sizeof...(refs)));
    Py_ssize_t place = 0;
    if (tuple) (py().PyTuple_SetItem(tuple.get(), place++, refs.release()), ...);
    return tuple;
}

// The bytes of an argument parsed with `y*`.
class PyBytesView {
public:
    PyBytesView() = default;
    PyBytesView(const PyBytesView &) = delete;
    PyBytesView &operator=(const PyBytesView &) = delete;
    ~PyBytesView() {
        if (buffer_.obj != nullptr) py().PyBuffer_Release(&buffer_);
    }

    Py_buffer *out() { return &buffer_; }
    const char *data() const { return static_cast<const char *>(buffer_.buf); }
    size_t size() const { return static_cast<size_t>(buffer_.len); }

private:
    Py_buffer buffer_{};
};

// Lets other Python threads run while this one waits.
class GilReleased {
public:
    GilReleased() : state_(py().PyEval_SaveThread()) {}
    ~GilReleased() { py().PyEval_RestoreThread(state_); }
    GilReleased(const GilReleased &) = delete;
    GilReleased &operator=(const GilReleased &) = delete;

private:
    PyThreadState *state_;
};

} // namespace pybridge
