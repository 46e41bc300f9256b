#pragma once

#include "spsc.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pybridge {

// Where an utterance begins or ends among the ring's samples. The epoch beside it settles the race between a push and a stop.
struct Border {
    uint64_t at;
    int64_t utterance;
    int64_t epoch;
    int32_t rate;
    bool begin;
};

// PCM from one producing thread to the mixer, without locks. A sample's index counts up for ever; its slot is the index modulo
// the capacity. After an utterance's begin border, the next border is always its end.
class SpeechRing {
public:
    static constexpr uint64_t capacity = uint64_t{1} << 21; // 87 s at 24 kHz, 4 MiB
    static constexpr uint64_t history = 32;                 // samples behind the mixer that its filter still reads

    static constexpr int64_t none = -1; // no utterance

    // Producer. Frames that can be written now.
    uint64_t room() const;

    // Producer. Frames taken: fewer than `count` when the ring is full. `last` ends the utterance, and only when all were taken.
    size_t push(int64_t utterance, int64_t epoch, int32_t rate, const int16_t *samples, size_t count, bool last);

    // Producer. The utterance that was begun last and is not ended, or `none`.
    int64_t open_utterance() const { return open_; }
    int32_t open_rate() const { return open_rate_; }

    // Producer. False when as many utterances wait as there are places for.
    bool takes_borders() const { return borders_.free() >= borders_a_push; }

    // Mixer.
    uint64_t written() const { return written_.load(std::memory_order_acquire); }
    int16_t sample(uint64_t index) const { return samples_[index & (capacity - 1)]; }
    const Border *next_border(uint64_t ahead = 0) const { return borders_.peek(ahead); }
    void pop_border() { borders_.pop(); }

    // Mixer. Everything below `index` may be written over, but for the history.
    void release(uint64_t index) { released_.store(index, std::memory_order_release); }

    // Any thread, roughly.
    uint64_t waiting() const;

private:
    static constexpr size_t borders_a_push = 3; // the end of one left open, a begin, an end

    std::vector<int16_t> samples_ = std::vector<int16_t>(capacity);
    Spsc<Border, 1024> borders_;
    alignas(64) std::atomic<uint64_t> written_{0};
    alignas(64) std::atomic<uint64_t> released_{0};
    int64_t open_ = none; // the producer's
    int64_t open_epoch_ = 0;
    int32_t open_rate_ = 0;
};

} // namespace pybridge
