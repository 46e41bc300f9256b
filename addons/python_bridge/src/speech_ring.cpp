#include "speech_ring.h"

#include <algorithm>

namespace pybridge {

uint64_t SpeechRing::room() const {
    if (!takes_borders()) return 0;
    const uint64_t used = written_.load(std::memory_order_relaxed) - released_.load(std::memory_order_acquire);
    return capacity - history - used;
}

size_t SpeechRing::push(int64_t utterance, int64_t epoch, int32_t rate, const int16_t *samples, size_t count, bool last) {
    if (!takes_borders()) return 0;
    const size_t taken = std::min<uint64_t>(count, room());
    const uint64_t from = written_.load(std::memory_order_relaxed);
    if (open_ != none && (open_ != utterance || open_epoch_ != epoch)) {
        borders_.push({from, open_, open_epoch_, open_rate_, false});
        open_ = none;
    }
    if (open_ == none) {
        borders_.push({from, utterance, epoch, rate, true});
        open_ = utterance;
        open_epoch_ = epoch;
        open_rate_ = rate;
    }
    for (size_t i = 0; i < taken; ++i)
        samples_[(from + i) & (capacity - 1)] = samples[i];
    // Before the samples are published: whoever sees the last sample then sees that it is the last, and does not count an
    // underrun.
    if (last && taken == count) {
        borders_.push({from + taken, utterance, epoch, rate, false});
        open_ = none;
    }
    written_.store(from + taken, std::memory_order_release);
    return taken;
}

uint64_t SpeechRing::waiting() const {
    const uint64_t released = released_.load(std::memory_order_acquire);
    return written_.load(std::memory_order_acquire) - released;
}

} // namespace pybridge
