"""From takes to what is heard: quick to start, one loudness, a short pause after it, no click anywhere.

A clause may be finished in two parts, so that its beginning is heard while the engine still works on the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..errors import VoiceError
from .levelling import Levelling
from .loudness import lufs_of_power, weighted_power
from .take import SILENCE, Phone, Samples, Take

QUIET_DBFS = -50.0
"""What lies under this at the start is not heard: the same threshold as for the mark `audible`."""
EARLY_S = 0.02
"""How much earlier than the engine says its first phoneme may be heard."""
LEAD_S = 0.004
TAIL_S = 0.015
"""Kept in full after the last phoneme, so that a release does not sound cut."""
FADE_IN_S = 0.002
FADE_OUT_S = 0.12
"""What still rings after that falls to nothing within this, or within the pause where that is shorter."""
PAUSE_S = {".": 0.24, "!": 0.24, "?": 0.26, "…": 0.26, ",": 0.12, ";": 0.16, ":": 0.16}
"""From the end of a clause to the next by its last character; clauses follow each other without a gap."""
OTHER_PAUSE_S = 0.07


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first part, and all that is known of the whole."""

    pcm: bytes
    """s16le mono."""
    frames: int
    """Of the whole clause: as many as in `pcm` when there is no rest."""
    rate: int
    phones: tuple[Phone, ...]
    """Of the whole, on the PCM's own time, without gaps: they end where it ends."""


class Finishing:
    """One clause: `begin` with the first take, `rest` with the whole one if the first was not.

    Args:
        text: what the takes speak.
        usual_lufs: how loud the engine's clauses are, which a part of a take tells only roughly.
    """

    def __init__(self, text: str, target_lufs: float, usual_lufs: float) -> None:
        self._pause_s = PAUSE_S.get(text[-1:], OTHER_PAUSE_S)
        self._target_lufs = target_lufs
        self._usual_lufs = usual_lufs
        self._start = self._end = self._given = 0
        self._levelling: Levelling | None = None

    def begin(self, take: Take) -> Beginning:
        """Raises VoiceError when the take is silent."""
        rate, sounding = take.rate, [phone for phone in take.phones if phone.phoneme != SILENCE]
        if not sounding:
            raise VoiceError("The engine gave only silence for a clause.", "Is there anything in it that can be read aloud?")
        earliest = max(0, round((sounding[0].start_s - EARLY_S) * rate))
        self._end = round((sounding[-1].end_s + TAIL_S) * rate)
        power = weighted_power(take.samples, rate)
        loudness = lufs_of_power(power[earliest : self._end], rate)
        if math.isinf(loudness):
            raise VoiceError("The engine gave only silence for a clause.")
        self._levelling = levelling = Levelling(rate, self._target_lufs, loudness, None if take.whole else self._usual_lufs)
        self._start = self._first_heard(take, earliest, levelling.gain_db)
        if take.whole:
            pcm = self._closed(levelling.whole(take.samples[self._start : self._last(rate)], power[self._start :]), rate)
        else:
            pcm = _encoded(_faded_in(levelling.begin(take.samples[self._start :]), rate))
            self._given = len(pcm) // 2
        frames = self._end - self._start + round(self._pause_s * rate)
        return Beginning(pcm, frames, rate, _shifted(take.phones, self._start / rate, self._end / rate, frames / rate))

    def rest(self, take: Take) -> bytes:
        """What follows the PCM of `begin`, given the whole take."""
        assert self._levelling is not None
        samples = take.samples[self._start : self._last(take.rate)]
        levelled = self._levelling.go_on(samples, weighted_power(take.samples, take.rate)[self._start :])
        return self._closed(levelled, take.rate)[self._given * 2 :]

    def _last(self, rate: int) -> int:
        return self._end + round(min(FADE_OUT_S, self._pause_s) * rate)

    def _first_heard(self, take: Take, earliest: int, gain_db: float) -> int:
        """The engine's own noise before its first phoneme may be louder than the threshold, so it does not count."""
        loud = np.flatnonzero(np.abs(take.samples[earliest:]) > 10 ** ((QUIET_DBFS - gain_db) / 20))
        return max(0, earliest + (int(loud[0]) if loud.size else 0) - round(LEAD_S * take.rate))

    def _closed(self, samples: Samples, rate: int) -> bytes:
        """Faded at both ends and filled up with silence to the clause's last frame."""
        spoken = self._end - self._start
        whole = np.zeros(spoken + round(self._pause_s * rate))
        whole[: samples.size] = _faded_in(samples, rate)
        fall = min(whole.size - spoken, round(FADE_OUT_S * rate))
        whole[spoken : spoken + fall] *= np.linspace(1.0, 0.0, fall)
        return _encoded(whole)


def finish(take: Take, text: str, target_lufs: float) -> Beginning:
    """A whole take in one go."""
    return Finishing(text, target_lufs, target_lufs).begin(take)


def _faded_in(samples: Samples, rate: int) -> Samples:
    rise = min(round(FADE_IN_S * rate), samples.size)
    return np.concatenate((samples[:rise] * np.linspace(0.0, 1.0, rise, endpoint=False), samples[rise:]))


def _encoded(samples: Samples) -> bytes:
    return np.rint(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


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
