#pragma once

namespace pybridge {

// The classes `SpeechStream` (an AudioStream that a player plays) and `SpeechPlayback` (what the mixer pulls). Every stream is
// the process's one voice, and the playback that was started last has it.
void register_speech_classes();
void unregister_speech_classes();

} // namespace pybridge
