#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace pybridge {

// A topic and one frame of the wire: a JSON header line and raw bytes.
struct Frame {
    std::string topic;
    std::string body;
};

// One direction of the wire, bounded by frames and by bytes. Nothing in here knows of the GIL.
class FrameQueue {
public:
    struct Limits {
        size_t frames;
        size_t bytes;
        size_t reserved_frames; // beyond `frames`, for those few that must not be lost
    };
    struct Counts {
        uint64_t total = 0;
        uint64_t dropped_full = 0;
        uint64_t dropped_large = 0; // larger by itself than `Limits::bytes`
        uint64_t dropped_closed = 0;

        uint64_t dropped() const { return dropped_full + dropped_large + dropped_closed; }
    };

    explicit FrameQueue(const Limits &limits) : limits_(limits) {}

    // Any thread. False when the frame was dropped; its reason is counted.
    bool push(Frame frame);

    // For marks and `ended`: goes into the reserve, and through a closed queue, so that Python can end in good order.
    bool push_reserved(Frame frame);

    // Waits for a frame for at most `seconds`. None when the time is over, or at once when the queue is closed and empty.
    std::optional<Frame> wait(double seconds);

    // Moves up to `most` frames to the end of `into`, without waiting for any.
    size_t take(std::deque<Frame> &into, size_t most);

    // Takes no more frames, and wakes whoever waits.
    void close();

    bool closed() const;
    Counts counts() const;

private:
    bool push_within(Frame frame, size_t most_frames, bool even_closed);
    Frame pop();

    const Limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Frame> frames_;
    size_t bytes_ = 0;
    bool closed_ = false;
    Counts counts_;
};

} // namespace pybridge
