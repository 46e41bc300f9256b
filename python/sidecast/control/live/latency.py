"""How fast the host was lately, stage by stage, against the budget of DESIGN."""

from __future__ import annotations

from collections import deque
from typing import Any

from ...flow.budget import AUDIBLE_MS, STAGES, STOP_MS, audible_ms, stage_times
from ...flow.line import LedgerLine
from ...flow.mark import Cut

TURNS = 200


class _Figure:
    def __init__(self, budget_ms: float | None = None) -> None:
        self._budget_ms = budget_ms
        self._values: deque[float] = deque(maxlen=TURNS)

    def add(self, ms: float) -> None:
        self._values.append(ms)

    def view(self) -> dict[str, Any]:
        values = self._values
        figure = {"count": len(values), "last_ms": _rounded(values[-1] if values else None)}
        figure |= {"p50_ms": _rounded(percentile(values, 0.5)), "p95_ms": _rounded(percentile(values, 0.95))}
        return figure if self._budget_ms is None else figure | {"budget_ms": self._budget_ms}


class Latency:
    """Only turns whose cause came while the host was free count against the budget."""

    def __init__(self) -> None:
        self._stages = {stage.name: _Figure(stage.ms) for stage in STAGES}
        self._audible = _Figure(AUDIBLE_MS)
        self._asked = _Figure()
        self._stop = _Figure(STOP_MS)

    def add(self, line: LedgerLine) -> None:
        audible = audible_ms(line.stages)
        if line.asked_ns and line.stages.audible_ns and not line.approved_by:
            self._asked.add((line.stages.audible_ns - line.asked_ns) / 1e6)
        if not line.was_free:
            return
        for name, ms in stage_times(line.stages).items():
            self._stages[name].add(ms)
        if audible is not None:
            self._audible.add(audible)

    def cut(self, mark: Cut) -> None:
        if mark.asked_ns:
            self._stop.add((mark.at_ns - mark.asked_ns) / 1e6)

    def view(self) -> dict[str, Any]:
        """`asked`: from a human's order to the first sound, with what was still being said before it."""
        return {
            "stages": [{"name": name} | figure.view() for name, figure in self._stages.items()],
            "audible": self._audible.view(),
            "asked": self._asked.view(),
            "stop": self._stop.view(),
        }


def percentile(values: deque[float], part: float) -> float | None:
    """Linear between ranks, as numpy does it by default; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)
