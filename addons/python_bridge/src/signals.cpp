#include "signals.h"

#include <atomic>

#ifdef _WIN32
#include <windows.h>
#else
#include <csignal>
#endif

namespace pybridge {

namespace {

std::atomic<bool> signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

#ifdef _WIN32

BOOL WINAPI note(DWORD) {
    return signalled.exchange(true) ? FALSE : TRUE;
}

#else

void set_action(void (*action)(int)) {
    struct sigaction wanted = {};
    wanted.sa_handler = action;
    wanted.sa_flags = SA_RESTART;
    sigemptyset(&wanted.sa_mask);
    sigaction(SIGTERM, &wanted, nullptr);
    sigaction(SIGINT, &wanted, nullptr);
}

void note(int) {
    signalled.store(true);
    set_action(SIG_DFL);
}

#endif

} // namespace

void install_signal_handlers() {
#ifdef _WIN32
    SetConsoleCtrlHandler(note, TRUE);
#else
    set_action(note);
    // Python leaves signals to its host: whoever closes a page or a pipe too early would end the show, instead of an EPIPE
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

bool quit_signalled() {
    return signalled.load();
}

} // namespace pybridge
