#include "frame_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pybridge {

namespace {

size_t size_of(const Frame &frame) {
    return frame.topic.size() + frame.body.size();
}

} // namespace

bool FrameQueue::push(Frame frame) {
    return push_within(std::move(frame), limits_.frames, false);
}

bool FrameQueue::push_reserved(Frame frame) {
    return push_within(std::move(frame), limits_.frames + limits_.reserved_frames, true);
}

bool FrameQueue::push_within(Frame frame, size_t most_frames, bool even_closed) {
    const size_t size = size_of(frame);
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (closed_ && !even_closed) {
            ++counts_.dropped_closed;
            return false;
        }
        if (size > limits_.bytes) {
            ++counts_.dropped_large;
            return false;
        }
        // The reserve is for tiny frames, so it does not count bytes.
        if (frames_.size() >= most_frames || (!even_closed && bytes_ + size > limits_.bytes)) {
            ++counts_.dropped_full;
            return false;
        }
        frames_.push_back(std::move(frame));
        bytes_ += size;
        ++counts_.total;
    }
    arrived_.notify_one();
    return true;
}

std::optional<Frame> FrameQueue::wait(double seconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    arrived_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return closed_ || !frames_.empty(); });
    if (frames_.empty()) return std::nullopt;
    return pop();
}

size_t FrameQueue::take(std::deque<Frame> &into, size_t most) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t count = std::min(most, frames_.size());
    for (size_t i = 0; i < count; ++i)
        into.push_back(pop());
    return count;
}

Frame FrameQueue::pop() {
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= size_of(frame);
    return frame;
}

void FrameQueue::close() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
    }
    arrived_.notify_all();
}

bool FrameQueue::closed() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return closed_;
}

FrameQueue::Counts FrameQueue::counts() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return counts_;
}

} // namespace pybridge
