#pragma once

#include "speech_voice.h"

#include <cmath>
#include <cstdint>
#include <vector>

// A voice with a mixer that is turned by hand: blocks of 512 frames at 48 kHz, in a time of its own.
class VoiceRig {
public:
    static constexpr int block = 512;
    static constexpr double mix_rate = 48000.0;

    pybridge::SpeechVoice voice;
    std::vector<float> heard;
    std::vector<pybridge::SpeechEvent> events;
    int64_t now_ns = 1'000'000'000;

    void mix(int blocks = 1) {
        for (int i = 0; i < blocks; ++i) {
            pybridge::AudioFrame out[block];
            voice.mix(out, block, mix_rate, 1.0, now_ns);
            for (const pybridge::AudioFrame &frame : out)
                heard.push_back(frame.left);
            now_ns += block_ns();
            while (const pybridge::SpeechEvent *event = voice.next_event()) {
                events.push_back(*event);
                voice.pop_event();
            }
        }
    }

    int64_t push(int64_t utterance, const std::vector<int16_t> &samples, bool last = true, int32_t rate = 48000) {
        return voice.push(utterance, voice.epoch(), rate, samples.data(), samples.size(), last).frames;
    }

    static int64_t block_ns() { return static_cast<int64_t>(block * 1e9 / mix_rate); }
    // The stamp of a frame of block number `blocks`.
    static int64_t time_of(int blocks, int frame) {
        return 1'000'000'000 + blocks * block_ns() + static_cast<int64_t>(frame * 1e9 / mix_rate);
    }
};

inline std::vector<int16_t> level(size_t count, int16_t value) {
    return std::vector<int16_t>(count, value);
}

inline std::vector<int16_t> sine(size_t count, double hertz, double rate, double amplitude) {
    std::vector<int16_t> samples;
    for (size_t i = 0; i < count; ++i) {
        const double angle = 2.0 * 3.14159265358979323846 * hertz * static_cast<double>(i) / rate;
        samples.push_back(static_cast<int16_t>(std::lround(amplitude * 32767.0 * std::sin(angle))));
    }
    return samples;
}
