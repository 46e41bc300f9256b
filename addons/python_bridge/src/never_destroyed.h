#pragma once

#include <new>
#include <utility>

namespace pybridge {

// A static whose destructor never runs. A Python thread that could not be ended in time still uses the queues while the process
// runs its exit handlers.
template <class T>
class NeverDestroyed {
public:
    template <class... Arguments>
    explicit NeverDestroyed(Arguments &&...arguments) {
        ::new (static_cast<void *>(storage_)) T(std::forward<Arguments>(arguments)...);
    }
    NeverDestroyed(const NeverDestroyed &) = delete;
    NeverDestroyed &operator=(const NeverDestroyed &) = delete;

    T &get() { return *std::launder(reinterpret_cast<T *>(storage_)); }

private:
    alignas(T) unsigned char storage_[sizeof(T)];
};

} // namespace pybridge
