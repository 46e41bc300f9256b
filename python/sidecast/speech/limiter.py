"""Keeps peaks under a ceiling, without a click."""

from __future__ import annotations

import math

import numpy as np

from .loudness import fast_size
from .take import Samples

CEILING_DBFS = -1.0
"""No peak, between samples included, goes higher."""
LOOK_AHEAD_S = 0.004
BETWEEN_SAMPLES_DB = 2.0
_OVERSAMPLE = 4


def limit(samples: Samples, rate: int) -> Samples:
    """A look-ahead limiter: the gain falls before a peak and rises after it along a smooth window, so nothing clicks.

    Returns `samples` itself when there is nothing to limit.
    """
    ceiling = 10 ** (CEILING_DBFS / 20)
    # speech rises by less than this between two samples, so that most takes need no closer look
    if not samples.size or np.abs(samples).max() <= ceiling * 10 ** (-BETWEEN_SAMPLES_DB / 20):
        return samples
    peaks = _true_peaks(samples)
    if peaks.max() <= ceiling:
        return samples
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-12))
    radius = max(1, round(LOOK_AHEAD_S * rate))
    # the least gain within one radius, averaged over one radius: at every peak the average contains only
    # values that are at most what the peak needs
    floor = _sliding_minimum(needed, radius)
    window = np.hanning(2 * radius + 1)
    smooth = np.convolve(np.pad(floor, radius, mode="edge"), window / window.sum(), mode="valid")
    return samples * smooth


def true_peak_dbfs(samples: Samples) -> float:
    """The highest value of the signal between its samples too, in dBFS (4x oversampled as in BS.1770-4, Annex 2)."""
    return 20 * math.log10(max(float(_true_peaks(samples).max()), 1e-12))


def _true_peaks(samples: Samples) -> Samples:
    """For each sample the largest magnitude up to the next one, by band-limited interpolation."""
    # the zeros after the end keep what wraps around in the interpolation away from the beginning
    size = fast_size(samples.size + 256)
    fine = np.fft.irfft(np.fft.rfft(samples, size), size * _OVERSAMPLE) * _OVERSAMPLE
    peaks: Samples = np.abs(fine).reshape(-1, _OVERSAMPLE).max(axis=1)[: samples.size]
    return peaks


def _sliding_minimum(values: Samples, radius: int) -> Samples:
    """Minimum over ±radius by doubling windows: log₂(radius) passes of the whole array."""
    width = 2 * radius + 1
    result = np.pad(values, radius, mode="edge")
    have = 1
    while have < width:
        step = min(have, width - have)
        result = np.minimum(result[:-step], result[step:])
        have += step
    return result
