#pragma once

#include <cstdint>

namespace pybridge {

// When the samples of a mix block belong in time.
//
// A block's first sample is stamped with the moment at which the mixer asks for the block, on `now_ns`'s clock, and its others
// by the mix rate. A driver whose buffer is longer than a block asks for several in one go (Godot's Dummy driver for 93 ms):
// those after the first are stamped as following it, since that is how they sound. The next request after a pause starts
// anew, so that the sound card's clock, up to 2 % off the monotonic one, adds up to nothing.
class MixTimeline {
public:
    // The first sample's stamp.
    int64_t begin(int64_t asked_ns, int frames, double mix_rate) {
        const int64_t length_ns = static_cast<int64_t>(frames * 1e9 / mix_rate);
        const bool in_one_go = asked_ns - asked_ns_ < length_ns_ / 2;
        const int64_t start_ns = in_one_go ? next_ns_ : asked_ns;
        asked_ns_ = asked_ns;
        length_ns_ = length_ns;
        next_ns_ = start_ns + length_ns;
        return start_ns;
    }

private:
    int64_t asked_ns_ = 0;
    int64_t length_ns_ = 0;
    int64_t next_ns_ = 0;
};

} // namespace pybridge
