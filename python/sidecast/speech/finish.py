"""From a take to what is heard: quick to start, one loudness, a short pause after it, no click at its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..errors import VoiceError
from .limiter import MAX_GAIN_DB, level
from .loudness import lufs_of_power, weighted_power
from .take import SILENCE, Phone, Samples, Take

QUIET_DBFS = -50.0
"""What lies under this at the ends is not heard: the same threshold as for the mark `audible`."""
EARLY_S = 0.02
"""How much earlier than the engine says its first phoneme may be heard."""
LEAD_S = 0.004
TAIL_S = 0.012
"""Kept after the last loud sample, so that a release does not sound cut."""
FADE_IN_S = 0.002
FADE_OUT_S = 0.008
PAUSE_S = {".": 0.24, "!": 0.24, "?": 0.26, "…": 0.26, ",": 0.12, ";": 0.16, ":": 0.16}
"""Silence after a clause by its last character; clauses follow each other without a gap."""
OTHER_PAUSE_S = 0.07


@dataclass(frozen=True, slots=True)
class Finished:
    pcm: bytes
    """s16le mono."""
    rate: int
    phones: tuple[Phone, ...]
    """On the trimmed PCM's own time, without gaps: they end where it ends."""


def finish(take: Take, text: str, target_lufs: float) -> Finished:
    """Trim, level and fade `take`, which speaks `text`.

    Loudness is that of the spoken part: the pause after it is added later, so that it does not count.

    Raises:
        VoiceError: the take is silent.
    """
    rate = take.rate
    power = weighted_power(take.samples, rate)
    start, end = _spoken_part(take, lufs_of_power(power, rate), target_lufs)
    spoken = level(take.samples[start:end], rate, lufs_of_power(power[start:end], rate), target_lufs)
    pause = np.zeros(round(PAUSE_S.get(text[-1:], OTHER_PAUSE_S) * rate))
    whole = np.concatenate((_faded(spoken, rate), pause))
    pcm = np.rint(np.clip(whole, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
    return Finished(pcm, rate, _shifted(take.phones, start / rate, end / rate, whole.size / rate))


def _spoken_part(take: Take, loudness: float, target_lufs: float) -> tuple[int, int]:
    """First sample, and the one after the last, that are kept: what will be heard once the take is levelled."""
    rate = take.rate
    gain = 10 ** (min(target_lufs - loudness, MAX_GAIN_DB) / 20) if not math.isinf(loudness) else 0.0
    sounding = [phone for phone in take.phones if phone.phoneme != SILENCE]
    if not sounding or gain == 0.0:
        raise VoiceError("The engine gave only silence for a clause.", "Is there anything in it that can be read aloud?")
    # the engine's own noise before its first phoneme may be louder than the threshold
    earliest = max(0, round((sounding[0].start_s - EARLY_S) * rate))
    loud = np.flatnonzero(np.abs(take.samples[earliest:]) * gain > 10 ** (QUIET_DBFS / 20))
    if not loud.size:
        raise VoiceError("The engine gave only silence for a clause.")
    start = max(0, earliest + int(loud[0]) - round(LEAD_S * rate))
    return start, min(take.samples.size, earliest + int(loud[-1]) + 1 + round(TAIL_S * rate))


def _faded(samples: Samples, rate: int) -> Samples:
    gain = np.ones(samples.size)
    rise, fall = min(round(FADE_IN_S * rate), samples.size), min(round(FADE_OUT_S * rate), samples.size)
    gain[:rise] *= np.linspace(0.0, 1.0, rise, endpoint=False)
    gain[samples.size - fall :] *= np.linspace(1.0, 0.0, fall)
    return samples * gain


def _shifted(phones: tuple[Phone, ...], start_s: float, end_s: float, total_s: float) -> tuple[Phone, ...]:
    """Phones on the new time; what lies outside is cut off, and silence fills the end."""
    kept = [
        replace(phone, start_s=max(phone.start_s, start_s) - start_s, end_s=min(phone.end_s, end_s) - start_s)
        for phone in phones
        if phone.end_s > start_s and phone.start_s < end_s
    ]
    while kept and kept[-1].phoneme == SILENCE:
        kept.pop()
    until_s = kept[-1].end_s if kept else 0.0
    if total_s > until_s:
        kept.append(Phone(SILENCE, until_s, total_s))
    return tuple(kept)
