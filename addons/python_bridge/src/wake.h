#pragma once

#ifdef _WIN32
#include <windows.h>
#else
#include <cerrno>
#include <semaphore.h>
#endif

namespace pybridge {

// Wakes a waiting thread from the audio thread: a semaphore's post takes no lock, unlike a condition variable's notify.
class Wake {
public:
#ifdef _WIN32
    Wake() : semaphore_(CreateSemaphoreA(nullptr, 0, 0x7fffffff, nullptr)) {}
    ~Wake() { CloseHandle(semaphore_); }
    void post() { ReleaseSemaphore(semaphore_, 1, nullptr); }
    void wait() { WaitForSingleObject(semaphore_, INFINITE); }
#else
    Wake() { sem_init(&semaphore_, 0, 0); }
    ~Wake() { sem_destroy(&semaphore_); }
    void post() { sem_post(&semaphore_); }
    void wait() {
        while (sem_wait(&semaphore_) != 0 && errno == EINTR) {
        }
    }
#endif
    Wake(const Wake &) = delete;
    Wake &operator=(const Wake &) = delete;

private:
#ifdef _WIN32
    HANDLE semaphore_;
#else
    sem_t semaphore_;
#endif
};

} // namespace pybridge
