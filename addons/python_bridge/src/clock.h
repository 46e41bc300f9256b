#pragma once

#include <chrono>
#include <cstdint>

namespace pybridge {

// Nanoseconds of CLOCK_MONOTONIC: the clock of Python's `time.monotonic_ns()`. Godot's ticks are CLOCK_MONOTONIC_RAW and drift
// away from it, so every stamp on either side comes from here.
inline int64_t now_ns() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

} // namespace pybridge
