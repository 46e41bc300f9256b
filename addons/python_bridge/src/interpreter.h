#pragma once

#include "frame_queue.h"
#include "pybridge_module.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace pybridge {

// Where Python is and what it runs. All are paths or names as the launcher wrote them.
struct PythonConfig {
    std::string library;    // libpython
    std::string home;       // the prefix that holds lib/python3.x
    std::string site;       // the virtual environment's site-packages, or empty
    std::string executable; // the virtual environment's python, for sys.executable
    std::string code;       // the folder put in front of sys.path
    std::string module;     // its main(args: list[str]) -> int is run
    std::string args;       // a JSON array of strings
};

// CPython on a thread of its own, from its initialisation to its end. No method takes the GIL or waits for who holds it.
class Interpreter {
public:
    explicit Interpreter(const ModulePorts &ports) : ports_(ports) {}

    // Once in a process. False with `error` set when it cannot start.
    bool start(const PythonConfig &config);

    // Asks Python to end: closes its queue. From here on it has `end_limit_s`.
    void request_end();

    // True when the thread is over, or when it has had its time and is left behind.
    bool ended();

    // Waits for the end, until the time is over at most. Joins the thread or leaves it behind.
    void join();

    bool started() const;
    int exit_code() const;
    std::string error() const;

    static constexpr double end_limit_s = 2.5;

private:
    enum class State { NotStarted, Running, Returned, Over, LeftBehind };

    void run(const PythonConfig &config);
    void leave_behind();
    bool refuse(std::string why);

    const ModulePorts ports_;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::condition_variable over_;
    State state_ = State::NotStarted;
    int64_t deadline_ns_ = 0; // 0 = nobody asked it to end
    int exit_code_ = 0;
    std::string error_;
};

} // namespace pybridge
