#pragma once

#include <cstddef>
#include <string>

// The part of CPython's stable ABI (3.11 and later) that the bridge uses, declared by hand: one binary runs every Python.
extern "C" {

struct PyObject; // incomplete on purpose
struct PyThreadState;

using Py_ssize_t = std::ptrdiff_t;
using PyCFunction = PyObject *(*)(PyObject *, PyObject *);

struct PyMethodDef {
    const char *name;
    PyCFunction method;
    int flags;
    const char *doc;
};

struct PyModuleDef {
    struct {
        Py_ssize_t refcount;
        void *type;
        PyObject *(*init)();
        Py_ssize_t index;
        PyObject *copy;
    } base;
    const char *name;
    const char *doc;
    Py_ssize_t size;
    PyMethodDef *methods;
    void *slots;
    void *traverse;
    void *clear;
    void *free;
};

struct Py_buffer {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
};
}

#define PYTHON_BRIDGE_FUNCTIONS(X)                                                                                               \
    X(void, Py_InitializeEx, (int))                                                                                              \
    X(int, Py_FinalizeEx, (void))                                                                                                \
    X(const char *, Py_GetVersion, (void))                                                                                       \
    X(PyThreadState *, PyEval_SaveThread, (void))                                                                                \
    X(void, PyEval_RestoreThread, (PyThreadState *))                                                                             \
    X(PyObject *, Py_CompileString, (const char *, const char *, int))                                                           \
    X(PyObject *, PyImport_ExecCodeModule, (const char *, PyObject *))                                                           \
    X(int, PyImport_AppendInittab, (const char *, PyObject *(*)(void)))                                                          \
    X(PyObject *, PyModule_Create2, (PyModuleDef *, int))                                                                        \
    X(PyObject *, PyObject_GetAttrString, (PyObject *, const char *))                                                            \
    X(PyObject *, PyObject_CallObject, (PyObject *, PyObject *))                                                                 \
    X(int, PyArg_ParseTuple, (PyObject *, const char *, ...))                                                                    \
    X(void, PyBuffer_Release, (Py_buffer *))                                                                                     \
    X(PyObject *, PyTuple_New, (Py_ssize_t))                                                                                     \
    X(int, PyTuple_SetItem, (PyObject *, Py_ssize_t, PyObject *))                                                                \
    X(PyObject *, PyUnicode_FromStringAndSize, (const char *, Py_ssize_t))                                                       \
    X(const char *, PyUnicode_AsUTF8AndSize, (PyObject *, Py_ssize_t *))                                                         \
    X(PyObject *, PyBytes_FromStringAndSize, (const char *, Py_ssize_t))                                                         \
    X(PyObject *, PyLong_FromLongLong, (long long))                                                                              \
    X(PyObject *, PyBool_FromLong, (long))                                                                                       \
    X(void, PyErr_SetString, (PyObject *, const char *))                                                                         \
    X(void, PyErr_WriteUnraisable, (PyObject *))                                                                                 \
    X(void, Py_IncRef, (PyObject *))                                                                                             \
    X(void, Py_DecRef, (PyObject *))                                                                                             \
    X(int, PyGILState_Ensure, (void))                                                                                            \
    X(void, PyGILState_Release, (int))

namespace pybridge {

constexpr int py_method_arguments = 0x0001; // METH_VARARGS
constexpr int py_method_nothing = 0x0004;   // METH_NOARGS
constexpr int py_file_input = 257;          // Py_file_input
constexpr int py_abi_version = 3;           // PYTHON_ABI_VERSION

struct PythonApi {
#define PYTHON_BRIDGE_DECLARE(result, name, arguments) result(*name) arguments = nullptr;
    PYTHON_BRIDGE_FUNCTIONS(PYTHON_BRIDGE_DECLARE)
#undef PYTHON_BRIDGE_DECLARE
    int *utf8_mode = nullptr;
    PyObject *none = nullptr;
    PyObject **value_error_at = nullptr;
    PyObject **buffer_error_at = nullptr;
};

// Loads libpython once, with its symbols visible to extension modules. A sentence, or empty when it went well.
std::string load_python(const std::string &library);

// Only after `load_python`.
const PythonApi &py();

} // namespace pybridge
