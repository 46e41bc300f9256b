#pragma once

#include "frame_queue.h"
#include "key_watch.h"
#include "speech_voice.h"

namespace pybridge {

// What Python's `_pybridge` reaches. They outlive every Python thread.
struct ModulePorts {
    FrameQueue &to_godot;
    FrameQueue &to_python;
    SpeechVoice &voice;
    KeyWatch &keys;
};

// Makes `import _pybridge` work. Before the interpreter starts; `ports` stays valid for ever.
void add_pybridge_module(const ModulePorts &ports);

} // namespace pybridge
