"""Whether a sound's loudness comes again and again at equal times, as that of music does and that of speech does not."""

from __future__ import annotations

import math
from collections.abc import Sequence

WINDOW = 80
"""Frames that are compared: 4 s of twenty a second."""
DEPTH_DB = 30.0
"""What is quieter than the loudest by more than this is taken for equal: between beats there is nothing to compare."""
_SHORTEST, _LONGEST = 5, 30
"""Frames from beat to beat: 0.25 to 1.5 s, from 240 beats a minute down to 40."""
_TROUGH = 0.3
"""Between two beats it is less alike by so much: a sound that has only begun, or swells, is alike at all short lags."""


def regularity(levels_db: Sequence[float]) -> float:
    """The highest peak of the levels' normalised autocorrelation, over all beats; 0 without one, at most 1."""
    bottom = max(levels_db) - DEPTH_DB
    shown = [max(level, bottom) for level in levels_db]
    mean = sum(shown) / len(shown)
    around = [level - mean for level in shown]
    best, trough = 0.0, 1.0
    for lag in range(1, min(_LONGEST + 1, len(around))):
        alike = _alike(around[:-lag], around[lag:])
        if lag >= _SHORTEST and alike - trough >= _TROUGH:
            best = max(best, alike)
        trough = min(trough, alike)
    return best


def _alike(first: Sequence[float], second: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(first, second, strict=True))
    return product / math.sqrt(sum(a * a for a in first) * sum(b * b for b in second) + 1e-9)
