#include "process_exit.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#ifdef __GLIBC__
#include <unistd.h>
#endif

namespace pybridge {

namespace {

std::atomic<bool> arranged{false};

#ifdef __GLIBC__
void leave(int status, void *) {
    std::fflush(nullptr);
    _exit(status);
}
#endif

} // namespace

void leave_without_destructors() {
    if (arranged.exchange(true)) return;
#ifdef __GLIBC__
    // Handlers run last in, first out: this one comes before all that loaded libraries registered. Unlike atexit's it learns
    // the status. Elsewhere (Windows ends other threads by itself) nothing is needed or there is no such call.
    on_exit(leave, nullptr);
#endif
}

} // namespace pybridge
