#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pybridge {

// `Count` numbers that one thread writes together and any thread reads together, the writer never waiting.
//
// Every access is acquire or release instead of the textbook's fences: it costs nothing on x86, and ThreadSanitizer knows it.
template <size_t Count>
class SeqLock {
public:
    using Values = std::array<int64_t, Count>;

    void store(const Values &values) {
        const uint64_t sequence = sequence_.load(std::memory_order_relaxed);
        sequence_.store(sequence + 1, std::memory_order_relaxed);
        for (size_t i = 0; i < Count; ++i)
            values_[i].store(values[i], std::memory_order_release);
        sequence_.store(sequence + 2, std::memory_order_release);
    }

    Values load() const {
        for (;;) {
            Values values;
            const uint64_t before = sequence_.load(std::memory_order_acquire);
            for (size_t i = 0; i < Count; ++i)
                values[i] = values_[i].load(std::memory_order_acquire);
            if (before % 2 == 0 && sequence_.load(std::memory_order_relaxed) == before) return values;
        }
    }

private:
    std::atomic<uint64_t> sequence_{0};
    std::array<std::atomic<int64_t>, Count> values_{};
};

} // namespace pybridge
