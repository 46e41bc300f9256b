#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pybridge {

// Stop is not an order in a queue but a number that is counted up: the mixer reads it in each block, and whatever belongs to an
// earlier epoch is over. Any thread, no locks.
class StopSwitch {
public:
    int64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

    // Ends the present epoch and gives the new one.
    int64_t stop(int64_t now_ns) {
        int64_t present = epoch_.load(std::memory_order_relaxed);
        do {
            // Before the epoch moves, so that whoever sees the new epoch sees when it was asked for. Of two threads that race
            // here, one writes a stamp nanoseconds off and tries again with the next epoch.
            asked(present + 1).store(now_ns, std::memory_order_relaxed);
        } while (!epoch_.compare_exchange_weak(present, present + 1, std::memory_order_acq_rel, std::memory_order_relaxed));
        return present + 1;
    }

    // When the epoch that follows `epoch` was asked for. Only for an epoch that is over.
    int64_t ended_ns(int64_t epoch) const { return asked(epoch + 1).load(std::memory_order_relaxed); }

private:
    static constexpr size_t kept = 64; // stops between two mix blocks

    std::atomic<int64_t> &asked(int64_t epoch) { return asked_[static_cast<size_t>(epoch) % kept]; }
    const std::atomic<int64_t> &asked(int64_t epoch) const { return asked_[static_cast<size_t>(epoch) % kept]; }

    std::atomic<int64_t> epoch_{1};
    std::array<std::atomic<int64_t>, kept> asked_{};
};

} // namespace pybridge
