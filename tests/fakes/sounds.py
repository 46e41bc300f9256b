"""Sounds whose loudness and peaks a test knows."""

from __future__ import annotations

import numpy as np

from sidecast.speech.take import Samples

RATE = 16_000


def bursts(seed: int, seconds: float, crest: float) -> Samples:
    """Noise with peaks `crest` times above it, below 5 kHz as speech mostly is."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    wave = rng.normal(0, 0.02, n)
    wave[:: max(1, n // 9)] *= crest
    spectrum = np.fft.rfft(wave)
    spectrum[round(5000 / RATE * n) :] = 0
    smooth: Samples = np.fft.irfft(spectrum, n)
    return smooth
