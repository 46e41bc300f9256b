"""What a film, its trace and its ledger hold, taken out once for every judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import ideal_mouth, lag, mouth
from benchmarks.film import RATE, Film, Sound
from benchmarks.lag import Floats, Span
from benchmarks.spoken_again import Found, Mouths, find_all, said_in
from sidecast.flow.line import LedgerLine

PAUSE_S = 0.25
"""A shorter pause does not end a stretch of speech."""
SHORTEST_S = 0.7
"""A stretch needs some openings and closings for its lag to mean anything."""
ROOM_S = 0.10
"""Looked at before and after a stretch."""
CHANGED = 0.005
"""Part of the face's pixels that differ from one of the app's frames to the next; compression changes less."""
CHANGED_BY = 12

Trace = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the frames say, one value each."""

    at_s: Floats
    openness: Floats
    changed: Floats
    """1 where the face differs from the frame before."""

    def within(self, span: Span) -> tuple[Floats, Floats]:
        """Times and openness of the frames in `span` and a little around it."""
        inside = (self.at_s >= span.start_s - ROOM_S) & (self.at_s <= span.end_s + ROOM_S)
        return self.at_s[inside], self.openness[inside]


@dataclass(frozen=True, slots=True)
class Evidence:
    film: Film
    trace: Trace
    lines: Sequence[LedgerLine]
    """Of the traced show."""
    sound: Sound
    watched: Watched
    stretches: Sequence[Span]
    """Of speech between pauses, by the sound alone."""
    utterances: int
    """That sounded, by the trace."""
    found: Sequence[Found]
    """Those whose wave was found in the film."""
    ideal: Floats
    """Openness of a mouth in perfect step with what was found, every `lag.HOP_S`."""


def gather(film: Film, trace: Trace, lines: Sequence[LedgerLine]) -> Evidence:
    """Raises ValueError when the film holds no speech of this trace."""
    sound = film.sound()
    stretches = [span for span in lag.sounding(sound, RATE, gap_s=PAUSE_S) if span.seconds >= SHORTEST_S]
    said = said_in(trace, lines)
    found = find_all(sound, RATE, said, Mouths(RATE))
    if not stretches or not found:
        raise ValueError(f"{film.path} holds no speech of this trace and ledger; do the three belong to the same show?")
    tracks = ((each.at.start_s, ideal_mouth.track_of(each.spoken.phones, each.spoken.alphabet)) for each in found)
    ideal = ideal_mouth.openness_of(tracks, film.seconds + 1)
    return Evidence(film, trace, lines, sound, watch(film), stretches, len(said), found, ideal)


def watch(film: Film) -> Watched:
    """Every frame's mouth; one that shows the same as the frame before is not measured again."""
    openness: list[float] = []
    changed: list[float] = []
    before = None
    for face in film.pictures(mouth.FACE):
        green = face[:, :, 1].astype(np.int16)
        new = before is None or float((np.abs(green - before) > CHANGED_BY).mean()) > CHANGED
        openness.append(mouth.openness(face) if new or not openness else openness[-1])
        changed.append(float(new))
        before = green
    return Watched(np.arange(len(openness)) / film.fps, np.array(openness), np.array(changed))
