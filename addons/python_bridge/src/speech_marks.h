#pragma once

#include "frame_queue.h"
#include "speech_voice.h"

#include <atomic>
#include <thread>

namespace pybridge {

// The frame that tells Python of an event: topic `audible`, `finished` or `cut`, header as the marks of `flow/mark.py`.
Frame mark_of(const SpeechEvent &event);

// Carries what the mixer did to Python on a thread of its own: no frame of the picture, no lock in the audio thread.
class SpeechMarks {
public:
    SpeechMarks(SpeechVoice &voice, FrameQueue &to_python) : voice_(voice), to_python_(to_python) {}
    ~SpeechMarks() { stop(); }
    SpeechMarks(const SpeechMarks &) = delete;
    SpeechMarks &operator=(const SpeechMarks &) = delete;

    void start();
    void stop();

private:
    void run();

    SpeechVoice &voice_;
    FrameQueue &to_python_;
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace pybridge
