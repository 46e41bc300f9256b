#pragma once

#include "frame_queue.h"
#include "key_grab.h"
#include "speech_voice.h"

#include <memory>
#include <mutex>
#include <thread>

namespace pybridge {

// The key that silences the voice whatever has the focus, on a thread of its own: it waits for no frame and for no Python.
// What it did goes to Python as the marks of `flow/mark.py`: `hotkey` for each press, `stop_key` for how the key stands.
class KeyWatch {
public:
    KeyWatch(SpeechVoice &voice, FrameQueue &to_python) : voice_(voice), to_python_(to_python) {}
    ~KeyWatch() { stop(); }
    KeyWatch(const KeyWatch &) = delete;
    KeyWatch &operator=(const KeyWatch &) = delete;

    // In place of the key that was watched before; key 0 watches none. Any thread.
    void watch(const KeyWish &wish);
    void stop();

private:
    void end_thread();
    void run(KeyGrab &grab, KeyWish wish);
    void press();
    void tell(KeyGrab::State state);

    SpeechVoice &voice_;
    FrameQueue &to_python_;
    std::mutex mutex_;
    std::unique_ptr<KeyGrab> grab_;
    std::thread thread_;
};

} // namespace pybridge
