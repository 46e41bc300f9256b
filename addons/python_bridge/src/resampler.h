#pragma once

#include <array>
#include <cstdint>

namespace pybridge {

class SpeechRing;

// Reads the ring between its samples: band-limited interpolation with a Kaiser-windowed sinc (J. O. Smith, "Digital Audio
// Resampling"), centred, so that it delays nothing. Its pass-band ends at 0.9 of the utterance's own Nyquist frequency: right
// for every rate up to the mixer's; an utterance of a higher rate aliases above that.
class Resampler {
public:
    static constexpr int taps = 32;
    static constexpr uint64_t behind = taps / 2 - 1; // samples read before the position
    static constexpr uint64_t ahead = taps / 2;      // samples read after it

    Resampler();

    // The value at `index + fraction` (fraction 0 to 1), -1 to 1. Samples outside of [begin, end) count as silence.
    float at(const SpeechRing &ring, uint64_t begin, uint64_t end, uint64_t index, double fraction) const;

private:
    static constexpr int phases = 256; // linear interpolation between two of them errs by less than -90 dBFS

    std::array<std::array<float, taps>, phases + 1> table_{};
};

} // namespace pybridge
