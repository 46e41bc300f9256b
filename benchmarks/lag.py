"""How far a picture runs behind its sound, from the mouth's openness and the voice's loudness alone. Pure.

The two are compared by normalised cross-correlation, utterance by utterance: openness sampled at the film's frames, and
loudness in the band where open vowels are strong, in decibels and as smooth as a mouth moves. The best lag is refined below
a frame by a parabola through the peak. Positive = the picture is late.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HOP_S = 0.005
WINDOW_S = 0.025
BAND_HZ = (350.0, 2800.0)
"""Above the murmur of closed lips (m, n), below hissing, at which the mouth is narrow."""
RANGE_DB = 30.0
"""Loudness below the utterance's peak that counts as silence."""
SMOOTH_S = 0.035
"""Standard deviation of the Gaussian: the avatar's shapes flow into each other over 90 ms."""
LONGEST_LAG_S = 0.35
STEP_S = 0.005
LEAST_CORRELATION = 0.35
"""Below it the two do not belong together well enough to say anything."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the film, seconds."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Lag:
    """Of one utterance's picture."""

    ms: float
    correlation: float


def voice_db(sound: npt.NDArray[np.floating], rate: int) -> Floats:
    """Power in `BAND_HZ` every `HOP_S`, dBFS; value `i` is centred at `i * HOP_S`."""
    hop, size = round(HOP_S * rate), round(WINDOW_S * rate)
    padded = np.pad(np.asarray(sound, np.float64), (size // 2, size))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][: len(sound) // hop + 1]
    hann = np.hanning(size)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    inside = (frequencies >= BAND_HZ[0]) & (frequencies <= BAND_HZ[1])
    power = np.empty(len(windows))
    for start in range(0, len(windows), 4096):  # in pieces: an hour of film would not fit into memory at once
        spectrum = np.fft.rfft(windows[start : start + 4096] * hann, axis=1)[:, inside]
        power[start : start + 4096] = (np.abs(spectrum) ** 2).sum(1)
    decibels: Floats = 10 * np.log10(power / (hann.sum() / 2) ** 2 + 1e-12)
    return decibels


def sounding(sound: npt.NDArray[np.floating], rate: int, *, quiet_dbfs: float = -50.0, gap_s: float = 0.15) -> list[Span]:
    """Stretches with samples over `quiet_dbfs` and no pause of `gap_s` or longer."""
    loud = np.flatnonzero(np.abs(sound) > 10 ** (quiet_dbfs / 20))
    if not loud.size:
        return []
    breaks = np.flatnonzero(np.diff(loud) > gap_s * rate)
    starts = np.concatenate(([loud[0]], loud[breaks + 1]))
    ends = np.concatenate((loud[breaks], [loud[-1]]))
    return [Span(float(start / rate), float((end + 1) / rate)) for start, end in zip(starts, ends, strict=True)]


def mouth_like(db: Floats) -> Floats:
    """Loudness as a mouth would follow it: 0 for silence, smoothed."""
    peak = float(np.percentile(db, 98))
    above = np.clip(db - (peak - RANGE_DB), 0.0, RANGE_DB)
    reach = round(4 * SMOOTH_S / HOP_S)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * HOP_S / SMOOTH_S) ** 2)
    return np.convolve(above, kernel / kernel.sum(), mode="same")


def lag_of(at_s: Floats, openness: Floats, expected: Floats) -> Lag | None:
    """By how much `openness`, sampled at `at_s`, runs behind `expected`, sampled every `HOP_S` from 0.

    Samples of openness that are NaN are left out. None when there are too few of them, when one of the two does not move,
    or when they do not fit together at any lag within `LONGEST_LAG_S`.
    """
    seen = np.isfinite(openness)
    at_s, openness = at_s[seen], openness[seen]
    if at_s.size < 12 or np.ptp(openness) == 0.0:
        return None
    times = np.arange(len(expected)) * HOP_S
    lags = np.arange(-LONGEST_LAG_S, LONGEST_LAG_S + STEP_S / 2, STEP_S)
    correlations = np.array([_correlation(openness, np.interp(at_s - lag, times, expected)) for lag in lags])
    best = int(correlations.argmax())
    if correlations[best] < LEAST_CORRELATION or best in (0, len(lags) - 1):
        return None
    before, top, after = correlations[best - 1 : best + 2]
    bend = before - 2 * top + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return Lag(float((lags[best] + shift * STEP_S) * 1e3), float(top))


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum() / scale) if scale > 0 else -1.0
