#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pybridge {

// Bounded queue of one producing and one consuming thread, without locks: the audio thread stands at one of its ends.
template <class T, size_t Capacity>
class Spsc {
    static_assert((Capacity & (Capacity - 1)) == 0, "the capacity is a power of two");

public:
    // Producer. False when it is full.
    bool push(const T &item) {
        const uint64_t index = written_.load(std::memory_order_relaxed);
        if (index - read_.load(std::memory_order_acquire) >= Capacity) return false;
        items_[index & (Capacity - 1)] = item;
        written_.store(index + 1, std::memory_order_release);
        return true;
    }

    // Producer.
    size_t free() const { return Capacity - (written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire)); }

    // Consumer. The item `ahead` places behind the first one, or null; valid until it is popped.
    const T *peek(uint64_t ahead = 0) const {
        const uint64_t index = read_.load(std::memory_order_relaxed) + ahead;
        return index < written_.load(std::memory_order_acquire) ? &items_[index & (Capacity - 1)] : nullptr;
    }

    // Consumer. Only after `peek` gave an item.
    void pop() { read_.store(read_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

private:
    std::array<T, Capacity> items_{};
    alignas(64) std::atomic<uint64_t> written_{0};
    alignas(64) std::atomic<uint64_t> read_{0};
};

} // namespace pybridge
