"""How fast it was lately: percentiles over the last turns, for the page's head."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..flow.budget import audible_ms
from ..flow.line import LedgerLine

TURNS = 200


class Figures:
    """The same two figures that the latency bench reports, always both."""

    def __init__(self) -> None:
        self._audible: deque[float] = deque(maxlen=TURNS)
        self._age: deque[float] = deque(maxlen=TURNS)

    def add(self, line: LedgerLine) -> None:
        age = audible_ms(line.stages)
        if age is None:
            return
        self._age.append(age)
        if line.was_free:
            self._audible.append(age)

    def view(self) -> dict[str, Any]:
        """Milliseconds; null while there is nothing to measure."""
        return {
            "audible_p50": _percentile(self._audible, 0.5),
            "audible_p95": _percentile(self._audible, 0.95),
            "audible_turns": len(self._audible),
            "age_p50": _percentile(self._age, 0.5),
            "age_p95": _percentile(self._age, 0.95),
            "age_turns": len(self._age),
        }


def _percentile(values: deque[float], part: float) -> float | None:
    """Linear between ranks, as numpy does it by default."""
    if not values:
        return None
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 1)
