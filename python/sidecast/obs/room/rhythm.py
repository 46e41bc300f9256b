"""Whether a sound's loudness comes again and again at equal times, as that of music does and that of speech does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    levels = np.asarray(levels_db, dtype=np.float64)
    around = np.maximum(levels, levels.max() - DEPTH_DB)
    around -= around.mean()
    squares = np.concatenate(([0.0], np.cumsum(around**2)))
    best, trough = 0.0, 1.0
    for lag in range(1, min(_LONGEST + 1, len(around))):
        power = squares[-1 - lag] * (squares[-1] - squares[lag])
        alike = float(around[:-lag] @ around[lag:]) / float(np.sqrt(power) + 1e-9)
        if lag >= _SHORTEST and alike - trough >= _TROUGH:
            best = max(best, alike)
        trough = min(trough, alike)
    return best
