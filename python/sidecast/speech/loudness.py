"""Loudness of speech after ITU-R BS.1770-4: K-weighting, mean square, gating.

The two filters are designed for any sample rate from their analogue parameters (the values behind the coefficients that
BS.1770-4 lists for 48 kHz; the derivation is De Man, "Evaluation of Implementations of the EBU R128 Loudness
Measurement", AES 145, 2018). They are applied in the frequency domain, because a recursion over samples is slow in Python.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .take import Samples

BLOCK_S = 0.4
HOP_S = 0.1
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691
"""So that a 997 Hz sine at full scale in one channel measures -3.01 LUFS."""
_TAIL_S = 0.25
"""Padding for the filters' ringing: the 38 Hz high-pass has fallen by more than 100 dB after it."""

_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773

Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]
"""(b0, b1, b2), (1, a1, a2)."""
Response = NDArray[np.complex128]


def lufs(samples: Samples, rate: int) -> float:
    """Integrated loudness; -inf for silence.

    A sound shorter than one block of 400 ms, of which the standard says nothing, is measured as one ungated block.
    """
    return lufs_of_power(weighted_power(samples, rate), rate)


def weighted_power(samples: Samples, rate: int) -> Samples:
    """Squared K-weighted samples. A part of them is the power of that part of the sound."""
    return np.square(k_weighted(samples, rate))


def lufs_of_power(power: Samples, rate: int) -> float:
    """`lufs` of what `weighted_power` gave."""
    if power.size == 0:
        return -math.inf
    blocks = _block_powers(power, round(BLOCK_S * rate), round(HOP_S * rate))
    gated = blocks[blocks > _power(ABSOLUTE_GATE_LUFS)]
    if gated.size == 0:
        return -math.inf
    gate = float(np.mean(gated)) * 10 ** (RELATIVE_GATE_LU / 10)
    return _loudness(float(np.mean(gated[gated > gate])))


def k_weighted(samples: Samples, rate: int) -> Samples:
    """The samples as the ear weighs them: a shelf for the head, a high-pass for low rumble."""
    size = fast_size(samples.size + round(_TAIL_S * rate))
    filtered: Samples = np.fft.irfft(np.fft.rfft(samples, size) * _weighting(size, rate), size)
    return filtered[: samples.size]


@lru_cache(maxsize=16)
def _weighting(size: int, rate: int) -> Response:
    """Both filters on the bins of an FFT of `size`. `fast_size` gives four sizes an octave, so few are ever made."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    return _response(shelf(rate), z) * _response(high_pass(rate), z)


def shelf(rate: int) -> Biquad:
    """BS.1770-4's first stage."""
    k = math.tan(math.pi * _SHELF_HZ / rate)
    high = 10 ** (_SHELF_DB / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / _SHELF_Q + k * k
    b = ((high + band * k / _SHELF_Q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / _SHELF_Q + k * k) / a0)
    return b, (1.0, 2 * (k * k - 1) / a0, (1 - k / _SHELF_Q + k * k) / a0)


def high_pass(rate: int) -> Biquad:
    """BS.1770-4's second stage."""
    k = math.tan(math.pi * _HIGH_PASS_HZ / rate)
    a0 = 1 + k / _HIGH_PASS_Q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / _HIGH_PASS_Q + k * k) / a0)


def _response(
    biquad: Biquad, z: np.ndarray[tuple[int], np.dtype[np.complex128]]
) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    (b0, b1, b2), (a0, a1, a2) = biquad
    return (b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)


def _block_powers(power: Samples, block: int, hop: int) -> Samples:
    """Mean power of every whole block; of everything when there is none."""
    if power.size < block:
        return np.array([np.mean(power)])
    total = np.concatenate(([0.0], np.cumsum(power)))
    starts = np.arange(0, power.size - block + 1, hop)
    means: Samples = (total[starts + block] - total[starts]) / block
    return means


def fast_size(n: int) -> int:
    """The next size that is a power of two times 1, 3, 5 or 7: an FFT of a size with a large prime factor is 20x slower."""
    return min(odd << max(0, math.ceil(math.log2(n / odd))) for odd in (1, 3, 5, 7))


def _loudness(power: float) -> float:
    return _OFFSET + 10 * math.log10(power) if power > 0 else -math.inf


def _power(loudness: float) -> float:
    return 10 ** ((loudness - _OFFSET) / 10)
