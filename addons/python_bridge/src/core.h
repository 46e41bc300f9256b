#pragma once

#include "frame_queue.h"
#include "interpreter.h"
#include "key_watch.h"
#include "speech_marks.h"
#include "speech_voice.h"

#include <atomic>
#include <cstdint>
#include <deque>

namespace pybridge {

// What a process has one of, whatever scripts create: the two queues, the voice, its key, Python.
struct Core {
    FrameQueue to_godot{{8192, size_t{64} << 20, 64}};
    FrameQueue to_python{{8192, size_t{32} << 20, 4096}};
    SpeechVoice voice;
    SpeechMarks marks{voice, to_python};
    KeyWatch keys{voice, to_python};
    Interpreter interpreter{ModulePorts{to_godot, to_python, voice, keys}};

    // Taken from `to_godot`, not yet given to a script. The main thread's.
    std::deque<Frame> taken;

    std::atomic<int64_t> mixes{0};
    std::atomic<int64_t> worst_mix_ns{0};
    std::atomic<int64_t> live_bridges{0};
    std::atomic<int64_t> live_streams{0};
    std::atomic<int64_t> live_playbacks{0};
};

// Made on first use, never destroyed: a Python thread that was left behind may use it until the process is gone.
Core &core();

} // namespace pybridge
