"""What was said in a film, said again: the engines repeat themselves to the sample, so each clause is found in the film's
sound by its own wave, and with it the time of every phoneme.

Which clauses there were is known from the ledger (their cleared text) and the trace (which of them sounded).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.lag import Span
from sidecast.flow.line import LedgerLine
from sidecast.flow.utterance import Alphabet
from sidecast.settings import Speech
from sidecast.speech.espeak import Espeak
from sidecast.speech.finish import finish
from sidecast.speech.flite import Flite
from sidecast.speech.take import Phone, SpeechEngine

ENGINES: Mapping[str, type[Flite] | type[Espeak]] = {"flite": Flite, "espeak": Espeak}
LEAST_LIKENESS = 0.5
"""Normalised correlation from which a wave is taken for found; another clause of the same voice stays under 0.3."""
NEAR_S = 0.6
"""How far from its mark a wave is looked for once the film's offset is known."""

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of the trace."""

    number: int
    turn_id: str
    text: str
    """As the engine got it."""
    engine: str
    audible_ns: int
    ended_ns: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause as its engine speaks it, at `rate`."""

    wave: Sound
    phones: tuple[Phone, ...]
    alphabet: Alphabet


@dataclass(frozen=True, slots=True)
class Found:
    """An utterance at its place in the film."""

    said: Said
    spoken: Spoken
    at: Span
    likeness: float


def said_in(trace: Iterable[Mapping[str, Any]], lines: Iterable[LedgerLine]) -> list[Said]:
    """The utterances that were heard, in order. The marks of a turn's utterances come before the turn's own line."""
    cleared = {line.turn_id: line.cleared for line in lines}
    said: list[Said] = []
    audible: dict[int, int] = {}
    ended: dict[int, Mapping[str, Any]] = {}
    for entry in trace:
        match entry:
            case {"mark": "audible", "utterance": int(number), "at_ns": int(at_ns)}:
                audible[number] = at_ns
            case {"mark": "finished" | "cut", "utterance": int(number)}:
                ended[number] = entry
            case {"turn": str(turn_id), "voice": str(engine)}:
                for number, text in zip(sorted(n for n in ended if n > 0), cleared.get(turn_id, ()), strict=False):
                    if number in audible:
                        mark = ended[number]
                        said.append(Said(number, turn_id, text, engine, audible[number], mark["at_ns"], mark["mark"] == "cut"))
                audible, ended = {}, {}
    return said


class Mouths:
    """The engines, each started when it is first asked."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._engines: dict[str, SpeechEngine] = {}
        self._spoken: dict[tuple[str, str], Spoken] = {}

    def speak(self, engine: str, text: str) -> Spoken:
        """Raises VoiceError when the engine is not there or gives no sound."""
        if (engine, text) not in self._spoken:
            if engine not in self._engines:
                self._engines[engine] = ENGINES[engine]()
            speaker = self._engines[engine]
            *_, take = speaker.record(text.encode())
            finished = finish(take, text, Speech().loudness_lufs)
            wave = resampled((np.frombuffer(finished.pcm, "<i2") / 32768).astype(np.float32), finished.rate, self._rate)
            self._spoken[engine, text] = Spoken(wave, finished.phones, speaker.alphabet)
        return self._spoken[engine, text]


def resampled(wave: Sound, rate: int, wanted: int) -> Sound:
    """By its spectrum: what is above the lower of the two rates' halves goes."""
    if rate == wanted:
        return wave
    size = round(len(wave) * wanted / rate)
    spectrum = np.fft.rfft(wave)
    kept = np.zeros(size // 2 + 1, np.complex128)
    common = min(len(kept), len(spectrum))
    kept[:common] = spectrum[:common]
    return (np.fft.irfft(kept, size) * (size / len(wave))).astype(np.float32)


def find_all(
    sound: Sound, rate: int, said: Sequence[Said], mouths: Mouths, *, looked_for: int | None = None, within_s: float = np.inf
) -> list[Found]:
    """Every utterance that is found.

    The first look goes through the whole film; its median offset to the marks says where the second one looks.

    Args:
        looked_for: the first look is for so many of them only, and ends `within_s` after the film's begin: it takes a second
            for each utterance and minute of film.
    """
    spoken = [mouths.speak(each.engine, each.text) for each in said]
    film = sound[: round(min(within_s * rate, len(sound)))]
    offsets = []
    for each, voice in list(zip(said, spoken, strict=True))[:looked_for]:
        if (place := locate(film, voice.wave)) is not None and place[1] >= LEAST_LIKENESS:
            offsets.append(place[0] / rate - each.audible_ns / 1e9)
    if not offsets:
        return []
    offset_s = float(np.median(offsets))
    found = []
    for each, voice in zip(said, spoken, strict=True):
        wave = voice.wave if not each.cut else voice.wave[: max(1, round((each.ended_ns - each.audible_ns) / 1e9 * rate))]
        start = max(0, round((each.audible_ns / 1e9 + offset_s - NEAR_S) * rate))
        place = locate(sound[start : start + len(wave) + round(2 * NEAR_S * rate)], wave)
        if place is not None and place[1] >= LEAST_LIKENESS:
            at = (start + place[0]) / rate
            found.append(Found(each, voice, Span(at, at + len(wave) / rate), place[1]))
    return found


def locate(sound: Sound, wave: Sound) -> tuple[int, float] | None:
    """Where `wave` begins in `sound`, in samples, and how much alike the two are there (1 = the same but for the volume)."""
    if len(wave) > len(sound) or not wave.any():
        return None
    size = 1 << (len(sound) + len(wave)).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wave, size)), size)[: len(sound) - len(wave) + 1]
    energy = np.concatenate(([0.0], np.cumsum(sound.astype(np.float64) ** 2)))
    local = energy[len(wave) :] - energy[: -len(wave)]
    scale = np.sqrt(np.maximum(local, 1e-3) * float((wave.astype(np.float64) ** 2).sum()))
    likeness = product / scale
    best = int(likeness.argmax())
    return best, float(likeness[best])
