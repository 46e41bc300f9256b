"""Finds the flashes in a picture's brightness and the clicks in its sound, and how far apart the two are. Pure.

At the start of a recorded show the app flashes the whole picture white and plays a click in the same moment, several times.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

WHITE, NOT_WHITE = 200.0, 140.0
"""Mean brightness (0-255) of a flash, and of what must come before it."""
CLICK = 0.15
"""Amplitude (0-1) from which a sample belongs to a click."""
APART_S = 0.15
"""Louder samples closer together than this are one click."""
TOLERANCE_S = 0.25
"""A flash and a click further apart than this do not belong together."""
BLACK = 4.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """What the pairs say."""

    delay_s: float
    """By how much the sound has to be delayed to fit the picture; negative = it comes too late."""
    spread_s: float
    """How much later than that the latest flash showed: a frame of the scene and one of the grab are to be expected."""
    pairs: int
    over_s: float
    """When the last flash or click began, in the picture's time."""


def flashes(brightness: Sequence[float], fps: float) -> list[float]:
    """Onsets in seconds: the first grabbed frame that is white, which is up to a frame late."""
    return [
        index / fps
        for index, (before, now) in enumerate(itertools.pairwise(brightness), start=1)
        if before < NOT_WHITE and now >= WHITE
    ]


def clicks(samples: Sequence[int], rate: int) -> list[float]:
    """Onsets in seconds, of 16-bit samples."""
    threshold, apart = round(CLICK * 32768), round(APART_S * rate)
    found: list[int] = []
    last_loud = -apart - 1
    for index, sample in enumerate(samples):
        if sample >= threshold or sample <= -threshold:
            if index - last_loud > apart:
                found.append(index)
            last_loud = index
    return [index / rate for index in found]


def align(flashed: Sequence[float], clicked: Sequence[float], fps: float) -> Alignment | None:
    """How far the recording's picture is behind its sound; None when not a single flash has a click near it.

    A flash can only be late: by the scene's frame, which is the show's own and must be seen in the film, and by the grab's.
    So the least late one counts, less what the grab has probably added to it: the least of n values that are spread evenly
    over a frame is, on average, one (n + 1)th of it.

    The sound runs through other buffers than the picture, so a common offset is looked for first: the one that leaves
    most flashes with a click, and of several such the smallest.
    """
    best: list[tuple[float, float]] = []
    for flash in flashed:
        for click in clicked:
            if abs(flash - click) > 4 * TOLERANCE_S:
                continue
            pairs = _pairs(flashed, clicked, flash - click)
            if (len(pairs), -_distance(pairs)) > (len(best), -_distance(best)):
                best = pairs
    if not best:
        return None
    delays = [flash - click for flash, click in best]
    delay = min(delays) - 1 / fps / (len(best) + 1)
    return Alignment(delay, max(delays) - delay, len(best), max(flashed[-1], clicked[-1] + delay))


def _distance(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.median(abs(flash - click) for flash, click in pairs) if pairs else 0.0


def _pairs(flashed: Sequence[float], clicked: Sequence[float], offset: float) -> list[tuple[float, float]]:
    pairs = []
    for flash in flashed:
        click = min(clicked, key=lambda each: abs(each + offset - flash))
        if abs(click + offset - flash) <= TOLERANCE_S / 4:
            pairs.append((flash, click))
    return pairs


def picture(brightness: Sequence[float], fps: float) -> tuple[float, float]:
    """From when to when the picture is not black, in seconds: before it the window is not open yet, after it is closed."""
    lit = [index for index, value in enumerate(brightness) if value >= BLACK]
    return (lit[0] / fps, (lit[-1] + 1) / fps) if lit else (0.0, 0.0)
