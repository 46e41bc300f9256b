"""How exact the times are that move the mouth: the engine's phoneme borders against the sound itself.

Two kinds of borders can be found in the sound without knowing the phonemes: where hissing (s, sh) begins or ends
beside a vowel, seen as the part of the power above 3.5 kHz passing one half, and where a vowel begins after or ends before
a pause, seen as the power passing a level between the two. The nearest passing within 80 ms is the border that is heard;
`*_border_ms` is how far the engine's own lies from it, and `*_unfound_pct` how many had no passing near them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Report, percentile
from benchmarks.speech import Engine, cleared
from sidecast.clock import SystemClock
from sidecast.flow.utterance import Segment, Utterance
from sidecast.settings import Speech
from sidecast.speech.voices import build_voice
from sidecast.stage.visemes import shapes_of

Floats = NDArray[np.float64]
TEXTS = (
    "She sells sea shells by the shore.",
    "Yes, this is so easy, isn't it?",
    "I was so close to the boss, and then I missed.",
    "Let's see what the fans of this game say.",
    "Sure, a short pause is fine.",
    "Is this the last zone? It looks so nice.",
    "Us, always losing at chess.",
    "The sun is in my eyes, so I guess I missed a step.",
)
WINDOW_S, HOP_S = 0.010, 0.002
NEAR_S = 0.08
HISS_HZ = 3500.0
VOWELS = frozenset({"aa", "E", "ih", "oh", "ou"})
HISSES = frozenset({"s", "sh", "ʃ"})
"""Only the voiceless ones: a z hisses too little to be told from its vowel."""
PAUSE_DBFS = -36.0
"""Between what a pause and what a vowel measure at -18 LUFS."""


async def measure(report: Report, write: Callable[[Mapping[str, Any]], None]) -> None:
    """The borders of both engines. Raises VoiceError when one does not speak."""
    everything: list[float] = []
    for engine in get_args(Engine):
        errors_ms: list[float] = []
        unfound = 0
        for utterance, pcm in await spoken_by(engine):
            for kind, border_s, error_s in borders(utterance, pcm):
                place = {"engine": utterance.engine, "text": utterance.cleared.spoken, "border_s": border_s}
                write({**place, "border": kind, "error_s": error_s})
                if error_s is None:
                    unfound += 1
                else:
                    errors_ms.append(abs(error_s) * 1e3)
        everything += errors_ms
        for q in (50, 95):
            report.figure(f"{engine}_border_ms_p{q}", percentile(errors_ms, q))
        report.figure(f"{engine}_borders", len(errors_ms))
        report.figure(f"{engine}_unfound_pct", 100 * unfound / max(1, len(errors_ms) + unfound))
    report.figure("engine_border_ms_p95", percentile(everything, 95))


async def spoken_by(engine: Engine) -> list[tuple[Utterance, bytes]]:
    """Each with all of its PCM."""
    voice = build_voice(Speech.model_validate({"voice": engine, "timeout_s": 30}), SystemClock(), random.Random(1))  # noqa: S311
    try:
        await voice.start()
        spoken = []
        for turn, text in enumerate(TEXTS):
            utterance = await voice.synthesise(cleared(text, turn))
            spoken.append((utterance, await utterance.whole()))
        return spoken
    finally:
        await voice.close()


def borders(utterance: Utterance, pcm: bytes) -> Iterator[tuple[str, float, float | None]]:
    """Kind, the engine's time, and how much later the sound says it is (seconds; None = nothing passes near it)."""
    wave = np.frombuffer(pcm, "<i2") / 32768.0
    hiss, level_db = _tracks(wave, utterance.rate)
    for before, after in pairwise(utterance.segments):
        kinds = _kind(before, utterance), _kind(after, utterance)
        match kinds:
            case ("hiss", "vowel") | ("vowel", "hiss"):
                yield "hiss", after.start_s, _passing(hiss, 0.5, after.start_s, rising=kinds[1] == "hiss")
            case ("pause", "vowel") | ("vowel", "pause"):
                yield "pause", after.start_s, _passing(level_db, PAUSE_DBFS, after.start_s, rising=kinds[1] == "vowel")


def _kind(segment: Segment, utterance: Utterance) -> str:
    shapes = shapes_of(segment.phoneme, utterance.alphabet)
    if segment.word < 0:
        return "pause"
    if segment.phoneme in HISSES:
        return "hiss"
    return "vowel" if shapes[0] in VOWELS and segment.phoneme not in ("w", "y", "j") else "other"


def _tracks(wave: Floats, rate: int) -> tuple[Floats, Floats]:
    """For each hop, centred on it: the part of the power above `HISS_HZ`, and the power in dBFS."""
    size, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(wave, size // 2), size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    high = np.fft.rfftfreq(size, 1 / rate) > HISS_HZ
    total = power.sum(axis=1) + 1e-9
    level_db = 10 * np.log10(np.mean(frames**2, axis=1) / np.mean(np.hanning(size) ** 2) + 1e-12)
    return power[:, high].sum(axis=1) / total, level_db


def _passing(track: Floats, level: float, near_s: float, *, rising: bool) -> float | None:
    """Seconds from `near_s` to the nearest place where the track passes `level` in that direction."""
    above = track > level
    passes = np.flatnonzero(above[1:] & ~above[:-1] if rising else ~above[1:] & above[:-1]) + 1
    offsets = passes * HOP_S - near_s
    near = offsets[np.abs(offsets) <= NEAR_S]
    return float(near[np.argmin(np.abs(near))]) if near.size else None
