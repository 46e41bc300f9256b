#include "resampler.h"

#include "speech_ring.h"

#include <algorithm>
#include <cmath>

namespace pybridge {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double cutoff = 0.9;      // of the utterance's Nyquist frequency
constexpr double kaiser_beta = 6.0; // about 63 dB of stop-band

static_assert(Resampler::behind < SpeechRing::history, "the filter must not read what the producer may write over");

double bessel_i0(double x) {
    double sum = 1.0;
    double term = 1.0;
    for (int k = 1; k < 40; ++k) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

double windowed_sinc(double distance) {
    const double reach = Resampler::taps / 2.0;
    const double relative = distance / reach;
    if (std::abs(relative) >= 1.0) return 0.0;
    const double angle = pi * cutoff * distance;
    const double sinc = std::abs(angle) < 1e-9 ? 1.0 : std::sin(angle) / angle;
    return cutoff * sinc * bessel_i0(kaiser_beta * std::sqrt(1.0 - relative * relative)) / bessel_i0(kaiser_beta);
}

} // namespace

Resampler::Resampler() {
    for (int phase = 0; phase <= phases; ++phase) {
        std::array<float, taps> &row = table_[static_cast<size_t>(phase)];
        double sum = 0.0;
        std::array<double, taps> exact{};
        for (int tap = 0; tap < taps; ++tap) {
            const double distance = tap - static_cast<double>(behind) - static_cast<double>(phase) / phases;
            exact[static_cast<size_t>(tap)] = windowed_sinc(distance);
            sum += exact[static_cast<size_t>(tap)];
        }
        // Each phase sums to one, or a constant signal would ripple.
        for (size_t tap = 0; tap < taps; ++tap)
            row[tap] = static_cast<float>(exact[tap] / sum / 32768.0);
    }
}

float Resampler::at(const SpeechRing &ring, uint64_t begin, uint64_t end, uint64_t index, double fraction) const {
    const double place = fraction * phases;
    const size_t phase = std::min(static_cast<size_t>(place), static_cast<size_t>(phases - 1));
    const float between = static_cast<float>(place - static_cast<double>(phase));
    const std::array<float, taps> &low = table_[phase];
    const std::array<float, taps> &high = table_[phase + 1];
    // The first tap's index can lie below zero; unsigned wrap-around keeps it outside of [begin, end).
    const uint64_t first = index - behind;
    float sum = 0.0F;
    for (size_t tap = 0; tap < taps; ++tap) {
        const uint64_t at = first + tap;
        if (at < begin || at >= end) continue;
        sum += static_cast<float>(ring.sample(at)) * (low[tap] + (high[tap] - low[tap]) * between);
    }
    return sum;
}

} // namespace pybridge
