#include "pybridge_module.h"

#include "clock.h"
#include "python_ref.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace pybridge {

namespace {

constexpr int lowest_rate = 8000; // Hz
constexpr int highest_rate = 96000;
constexpr double longest_wait_s = 3600.0;

const ModulePorts *ports = nullptr;

PyObject *refuse(PyObject *kind, const std::string &why) {
    py().PyErr_SetString(kind, why.c_str());
    return nullptr;
}

PyObject *refuse_value(const std::string &why) {
    return refuse(*py().value_error_at, why);
}

PyObject *none() {
    py().Py_IncRef(py().none);
    return py().none;
}

PyObject *post(PyObject *, PyObject *arguments) {
    PyObject *topic = nullptr;
    PyBytesView frame;
    if (py().PyArg_ParseTuple(arguments, "Uy*:post", &topic, frame.out()) == 0) return nullptr;
    Py_ssize_t size = 0;
    const char *text = py().PyUnicode_AsUTF8AndSize(topic, &size);
    if (text == nullptr) return nullptr;
    const bool taken =
        ports->to_godot.push({std::string(text, static_cast<size_t>(size)), std::string(frame.data(), frame.size())});
    return py().PyBool_FromLong(taken ? 1 : 0);
}

PyObject *receive(PyObject *, PyObject *arguments) {
    double seconds = 0.0;
    if (py().PyArg_ParseTuple(arguments, "d:receive", &seconds) == 0) return nullptr;
    if (std::isnan(seconds)) return refuse_value("receive() waits for a number of seconds, not for NaN.");
    std::optional<Frame> frame;
    {
        const GilReleased released;
        frame = ports->to_python.wait(std::clamp(seconds, 0.0, longest_wait_s));
    }
    if (!frame) return none();
    return py_tuple(py_text(frame->topic), py_bytes(frame->body)).release();
}

PyObject *closed(PyObject *, PyObject *) {
    return py().PyBool_FromLong(ports->to_python.closed() ? 1 : 0);
}
PyObject *now(PyObject *, PyObject *) {
    return py().PyLong_FromLongLong(now_ns());
}
PyObject *epoch(PyObject *, PyObject *) {
    return py().PyLong_FromLongLong(ports->voice.epoch());
}
PyObject *stop(PyObject *, PyObject *) {
    return py().PyLong_FromLongLong(ports->voice.stop(now_ns()));
}
PyObject *room(PyObject *, PyObject *) {
    return py().PyLong_FromLongLong(static_cast<long long>(ports->voice.room()));
}

PyObject *push(PyObject *, PyObject *arguments) {
    long long utterance = 0;
    long long for_epoch = 0;
    int rate = 0;
    PyBytesView pcm;
    int last = 0;
    if (py().PyArg_ParseTuple(arguments, "LLiy*p:push", &utterance, &for_epoch, &rate, pcm.out(), &last) == 0) return nullptr;
    if (utterance < 0)
        return refuse_value("push() got utterance " + std::to_string(utterance) + "; their numbers are 0 and above.");
    if (rate < lowest_rate || rate > highest_rate) {
        return refuse_value("push() got a rate of " + std::to_string(rate) + " Hz; it takes " + std::to_string(lowest_rate) +
                            " to " + std::to_string(highest_rate) + ".");
    }
    if (pcm.size() % sizeof(int16_t) != 0) {
        return refuse_value("push() got " + std::to_string(pcm.size()) + " bytes, which are no whole number of 16-bit samples.");
    }
    const int32_t begun = ports->voice.open_rate(utterance);
    if (begun != 0 && begun != rate) {
        return refuse_value("push() got utterance " + std::to_string(utterance) + " at " + std::to_string(rate) +
                            " Hz, but it was begun at " + std::to_string(begun) + " Hz.");
    }
    const size_t count = pcm.size() / sizeof(int16_t);
    // A buffer of Python's need not be aligned for 16-bit reads.
    std::vector<int16_t> samples(std::min<size_t>(count, SpeechRing::capacity));
    if (!samples.empty()) std::memcpy(samples.data(), pcm.data(), samples.size() * sizeof(int16_t));
    const SpeechVoice::Pushed pushed =
        ports->voice.push(utterance, for_epoch, rate, samples.data(), samples.size(), last != 0 && samples.size() == count);
    if (pushed.refusal == SpeechVoice::Refusal::EpochOver) return py().PyLong_FromLongLong(-1);
    if (pushed.refusal == SpeechVoice::Refusal::Full && count == 0) {
        return refuse(*py().buffer_error_at,
                      "push() cannot end the utterance yet: too many wait; try again when some were heard.");
    }
    return py().PyLong_FromLongLong(pushed.frames);
}

PyObject *watch_key(PyObject *, PyObject *arguments) {
    int key = 0;
    int modifiers = 0;
    if (py().PyArg_ParseTuple(arguments, "ii:watch_key", &key, &modifiers) == 0) return nullptr;
    constexpr int known = KeyWish::shift | KeyWish::control | KeyWish::alt | KeyWish::super;
    if (key < 0 || (modifiers & ~known) != 0) return refuse_value("watch_key() takes a key's number, and 1 to 15 for modifiers.");
    const KeyWish wish = {static_cast<uint32_t>(key), static_cast<uint32_t>(modifiers)};
    {
        const GilReleased released; // the thread of the key before ends
        ports->keys.watch(wish);
    }
    return none();
}

PyMethodDef methods[] = {
    {"post", post, py_method_arguments, "post(topic, frame) -> bool: a frame to Godot; False when it was dropped."},
    {"receive", receive, py_method_arguments, "receive(timeout_s) -> (topic, frame) | None: waits for a frame from Godot."},
    {"closed", closed, py_method_nothing, "closed() -> bool: Godot asked Python to end."},
    {"now_ns", now, py_method_nothing, "now_ns() -> int: CLOCK_MONOTONIC in nanoseconds."},
    {"epoch", epoch, py_method_nothing, "epoch() -> int: the present stop epoch."},
    {"stop", stop, py_method_nothing, "stop() -> int: silences all that was pushed; the new epoch."},
    {"push", push, py_method_arguments,
     "push(utterance, epoch, rate, pcm, last) -> int: frames accepted; -1 when the epoch is over."},
    {"watch_key", watch_key, py_method_arguments,
     "watch_key(key, modifiers): from now on this key stops the voice, whatever has the focus; key 0: none does."},
    {"room", room, py_method_nothing, "room() -> int: frames that push() would accept."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {{1, nullptr, nullptr, 0, nullptr},
                          "_pybridge",
                          "The way to the Godot app that this interpreter runs in.",
                          -1,
                          methods,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

PyObject *create_module() {
    return py().PyModule_Create2(&definition, py_abi_version);
}

} // namespace

void add_pybridge_module(const ModulePorts &for_ever) {
    ports = &for_ever;
    py().PyImport_AppendInittab("_pybridge", create_module);
}

} // namespace pybridge
