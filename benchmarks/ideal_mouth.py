"""The openness that a mouth in perfect step with the sound would show: every phoneme's shape while it is heard.

It is drawn by the rules of `docs/for-avatar-artists.md` and `scenes/stage/viseme_track.gd` but without their lead, so that a
picture's lag behind it is its skew: an avatar that leads as it is meant to has -20 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.lag import HOP_S, Floats
from sidecast.flow.cue import TimedViseme
from sidecast.flow.utterance import Alphabet, Segment
from sidecast.speech.take import Phone
from sidecast.stage.visemes import visemes

EDGE_S = 0.045
"""Half of the transition between two shapes."""
CRITICAL_WEIGHT = 1.6
CRITICAL = frozenset({"PP", "FF", "CH", "oh", "ou"})
AREA: Mapping[str, float] = {
    "sil": 0.0, "PP": 0.0, "FF": 0.22, "TH": 0.20, "DD": 0.20, "L": 0.30, "kk": 0.21, "CH": 0.10, "SS": 0.17, "RR": 0.11,
    "aa": 1.0, "E": 0.58, "ih": 0.39, "oh": 0.40, "ou": 0.10,
}  # fmt: skip
"""Area within the lips by shape, part of the widest: height × width of scenes/avatars/kit/visemes.tres's parameters."""


def track_of(phones: Sequence[Phone], alphabet: Alphabet) -> tuple[TimedViseme, ...]:
    """The shapes of a clause, as the show makes them."""
    return visemes([Segment(phone.phoneme, phone.start_s, phone.end_s) for phone in phones], alphabet)


def openness_of(tracks: Iterable[tuple[float, Sequence[TimedViseme]]], seconds: float) -> Floats:
    """Openness 0..1 every `lag.HOP_S` over `seconds`. `tracks`: when each begins, and its shapes."""
    times: Floats = np.arange(round(seconds / HOP_S) + 1, dtype=np.float64) * HOP_S
    weighted, total = np.zeros_like(times), np.zeros_like(times)
    for begins_s, track in tracks:
        for shape in track:
            start_s, end_s = begins_s + shape.start_s, begins_s + shape.end_s
            first, last = np.searchsorted(times, [start_s - EDGE_S, end_s + EDGE_S])
            now = times[first:last]
            weight = _smoothstep(now, start_s) * (1.0 - _smoothstep(now, end_s))
            weight *= CRITICAL_WEIGHT if shape.name in CRITICAL else 1.0
            weighted[first:last] += weight * AREA[shape.name]
            total[first:last] += weight
    return np.divide(weighted, total, out=np.zeros_like(weighted), where=total > 0)


def _smoothstep(at_s: Floats, edge_s: float) -> Floats:
    x: Floats = np.clip((at_s - edge_s + EDGE_S) / (2 * EDGE_S), 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)
