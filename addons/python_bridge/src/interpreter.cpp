#include "interpreter.h"

#include "bootstrap_source.h"
#include "clock.h"
#include "environment.h"
#include "process_exit.h"
#include "python_ref.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace pybridge {

namespace {

constexpr int oldest_minor = 11;

// The minor of "3.11.7 (main, …)", or -1.
int minor_version(const char *version) {
    int major = 0;
    int minor = 0;
    return std::sscanf(version, "%d.%d", &major, &minor) == 2 && major == 3 ? minor : -1;
}

// An interpreter that does not find its standard library ends the whole process, so this is looked at before.
bool has_standard_library(const std::string &home, int minor) {
#ifdef _WIN32
    (void)minor;
    const std::filesystem::path folder = std::filesystem::u8path(home) / "Lib";
#else
    const std::filesystem::path folder = std::filesystem::path(home) / "lib" / ("python3." + std::to_string(minor));
#endif
    std::error_code ignored;
    return std::filesystem::exists(folder / "encodings" / "__init__.py", ignored);
}

PyRef call(const PyRef &module, const char *name, PyRef arguments) {
    const PyRef function(py().PyObject_GetAttrString(module.get(), name));
    if (!function || !arguments) return PyRef();
    return PyRef(py().PyObject_CallObject(function.get(), arguments.get()));
}

PyRef load_bootstrap() {
    const PyRef code(py().Py_CompileString(bootstrap_source, "<python_bridge>", py_file_input));
    return code ? PyRef(py().PyImport_ExecCodeModule("_pybridge_bootstrap", code.get())) : PyRef();
}

struct Outcome {
    int code = 1;
    std::string error = "Python could not be prepared; its traceback is in the log.";
};

Outcome run_program(const PyRef &bootstrap, const PythonConfig &config) {
    Outcome outcome;
    const PyRef prepared =
        call(bootstrap, "prepare", py_tuple(py_text(config.executable), py_text(config.site), py_text(config.code)));
    const PyRef result = prepared ? call(bootstrap, "run", py_tuple(py_text(config.module), py_text(config.args))) : PyRef();
    const char *error = nullptr;
    if (result && py().PyArg_ParseTuple(result.get(), "is", &outcome.code, &error) != 0) {
        outcome.error = error;
    } else {
        py().PyErr_WriteUnraisable(nullptr);
    }
    return outcome;
}

// True when the interpreter may be finalised.
bool settle(const PyRef &bootstrap) {
    const PyRef alone = call(bootstrap, "settle", PyRef(py().PyTuple_New(0)));
    if (!alone) {
        py().PyErr_WriteUnraisable(nullptr);
        return false;
    }
    const PyRef yes(py().PyBool_FromLong(1));
    return alone.get() == yes.get();
}

} // namespace

bool Interpreter::start(const PythonConfig &config) {
    if (started()) return refuse("Python runs already; a process starts it once.");
    const std::pair<const char *, const std::string &> needed[] = {{"library", config.library},
                                                                   {"home", config.home},
                                                                   {"executable", config.executable},
                                                                   {"code", config.code},
                                                                   {"module", config.module}};
    for (const auto &[name, value] : needed) {
        if (value.empty()) return refuse(std::string("The bridge's config lacks `") + name + "`; start the app by its launcher.");
    }
    std::string problem = load_python(config.library);
    if (!problem.empty()) return refuse(std::move(problem));
    const int minor = minor_version(py().Py_GetVersion());
    if (minor < oldest_minor)
        return refuse("The bridge needs Python 3.11 or later, and found " + std::string(py().Py_GetVersion()) + ".");
    if (!has_standard_library(config.home, minor)) {
        return refuse("The config's `home`, " + config.home + ", holds no standard library of Python 3." + std::to_string(minor) +
                      ".");
    }
    isolate_python_environment(config.home);
    add_pybridge_module(ports_);
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        state_ = State::Running;
        exit_code_ = 0;
        error_.clear();
    }
    thread_ = std::thread([this, config] { run(config); });
    return true;
}

void Interpreter::run(const PythonConfig &config) {
    *py().utf8_mode = 1;     // Py_InitializeEx does not look at PYTHONUTF8
    py().Py_InitializeEx(0); // 0: signals stay Godot's
    Outcome outcome;
    bool alone = false;
    {
        const PyRef bootstrap = load_bootstrap();
        if (bootstrap) {
            outcome = run_program(bootstrap, config);
        } else {
            py().PyErr_WriteUnraisable(nullptr);
        }
        ports_.to_godot.push_reserved({"ended", "{\"code\":" + std::to_string(outcome.code) + "}\n"});
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (state_ == State::Running) {
                state_ = State::Returned;
                exit_code_ = outcome.code;
                error_ = outcome.error;
            }
            if (deadline_ns_ == 0) deadline_ns_ = now_ns() + static_cast<int64_t>(end_limit_s * 1e9);
        }
        alone = bootstrap && settle(bootstrap);
    }
    if (alone) {
        py().Py_FinalizeEx();
    } else {
        // Other threads go on until the process ends, which must then run nothing that they still use.
        leave_without_destructors();
        py().PyEval_SaveThread();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (state_ == State::Returned) state_ = State::Over;
    over_.notify_all();
}

void Interpreter::request_end() {
    ports_.to_python.close();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (deadline_ns_ == 0) deadline_ns_ = now_ns() + static_cast<int64_t>(end_limit_s * 1e9);
}

bool Interpreter::ended() {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool runs = state_ == State::Running || state_ == State::Returned;
    if (runs && deadline_ns_ != 0 && now_ns() >= deadline_ns_) leave_behind();
    return state_ == State::Over || state_ == State::LeftBehind;
}

void Interpreter::join() {
    if (!thread_.joinable()) return;
    request_end();
    std::unique_lock<std::mutex> lock(mutex_);
    const auto left = std::chrono::nanoseconds(deadline_ns_ - now_ns());
    over_.wait_for(lock, left, [this] { return state_ == State::Over || state_ == State::LeftBehind; });
    if (state_ != State::Over) leave_behind();
    const bool over = state_ == State::Over;
    lock.unlock();
    if (over) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

// With the mutex held.
void Interpreter::leave_behind() {
    if (state_ == State::LeftBehind) return;
    if (state_ == State::Running) {
        exit_code_ = 1;
        error_ = "Python did not end within 2.5 s of being asked to, and was left behind.";
    }
    state_ = State::LeftBehind;
    leave_without_destructors();
}

bool Interpreter::refuse(std::string why) {
    const std::lock_guard<std::mutex> lock(mutex_);
    error_ = std::move(why);
    if (state_ == State::NotStarted) exit_code_ = 1;
    return false;
}

bool Interpreter::started() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return state_ != State::NotStarted;
}

int Interpreter::exit_code() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return exit_code_;
}

std::string Interpreter::error() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return error_;
}

} // namespace pybridge
