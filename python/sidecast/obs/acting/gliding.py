"""From one value to another, as an eye and an ear like it."""

from __future__ import annotations

from math import log10

from .slots import SILENCE_DB, Slot, Value, Volume

STEP_S = 0.033
"""About a picture at 30 a second."""


def between(slot: Slot, start: Value, end: Value, share: float) -> Value:
    """The value when `share` (0 … 1) of the time is over."""
    if share >= 1.0:
        return end
    if isinstance(slot, Volume):
        low, high = _fader(start), _fader(end)
        return _db(low + (high - low) * share)
    # slow at both ends: 3t² - 2t³
    eased = share * share * (3.0 - 2.0 * share)
    return start + (end - start) * eased


def _fader(db: float) -> float:
    """A cubic fader's position, like that of OBS's mixer: even steps sound even, and silence is not half of the way."""
    return 0.0 if db <= SILENCE_DB else float(10.0 ** (db / 60.0))


def _db(position: float) -> float:
    return SILENCE_DB if position <= 0.0 else max(SILENCE_DB, 60.0 * log10(position))
