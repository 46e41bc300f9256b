"""What somebody needs to see who directs the show: a `flow.ports.Board` in cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...clock import Clock
from ...flow.board import AwaitsApproval, Queued
from ...flow.cue import Caption
from ...flow.line import LedgerLine
from ...flow.mark import Cut
from ..cells import Cells
from ..views import MAX_NAME, MAX_TEXT, View, capped_text, item_view
from .latency import Latency
from .words import why

MAX_LINES = 30
MAX_QUEUE = 48
"""Messages of the queue that a page gets; a longer one is cut at its end."""


class Directing:
    """Cells: `queue`, `approval`, `approval_mode`, `mood`, `latency`. Used on the show's loop only."""

    def __init__(
        self, cells: Cells, clock: Clock, moods: Sequence[str] = (), *, on_caption: Callable[[Caption], None] = lambda _: None
    ) -> None:
        """`moods`: what the avatar can be asked to show."""
        self._cells = cells
        self._clock = clock
        self._moods = list(moods)
        self._on_caption = on_caption
        self._latency = Latency()
        cells.put("queue", [])
        cells.put("mood", self._mood_view("neutral", ""))
        cells.put("approval", None)
        cells.put("approval_mode", {"mode": "off"})
        cells.put("latency", self._latency.view)

    # ---- flow.ports.Board ---------------------------------------------------------------------------------------

    def queue(self, look: Callable[[], Sequence[Queued]]) -> None:
        self._cells.put("queue", _Once(lambda: [self._queued_view(each) for each in look()[:MAX_QUEUE]]))

    def approval(self, awaits: AwaitsApproval | None) -> None:
        self._cells.put("approval", None if awaits is None else _awaits_view(awaits))

    def approval_mode(self, mode: str) -> None:
        self._cells.put("approval_mode", {"mode": mode})

    def mood(self, mood: str, held_by: str) -> None:
        self._cells.put("mood", self._mood_view(mood, held_by))

    def caption(self, caption: Caption) -> None:
        self._on_caption(caption)

    # ---- told by the feed -----------------------------------------------------------------------------------------

    def cut(self, mark: Cut) -> None:
        self._latency.cut(mark)
        self._cells.put("latency", self._latency.view)

    def ended(self, line: LedgerLine) -> None:
        self._latency.add(line)
        self._cells.put("latency", self._latency.view)

    # ---- views ----------------------------------------------------------------------------------------------------

    def _queued_view(self, queued: Queued) -> View:
        candidate = queued.candidate
        return item_view(candidate.item) | {
            "score": round(candidate.score, 3),
            "why": why(candidate.parts),
            "at_ms": self._wall_ms(candidate.item.arrived_ns),
            "until_ms": self._wall_ms(queued.deadline_ns),
            "placed_by": capped_text(queued.placed_by, MAX_NAME),
            "asked_by": capped_text(candidate.asked_by, MAX_NAME),
        }

    def _mood_view(self, mood: str, held_by: str) -> View:
        return {"mood": mood, "held_by": capped_text(held_by, MAX_NAME), "moods": self._moods}

    def _wall_ms(self, at_ns: int) -> int:
        return round(self._clock.wall_ms() + (at_ns - self._clock.now_ns()) / 1e6)


class _Once:
    """Looks when it is first asked: twenty pages look at the same queue."""

    def __init__(self, look: Callable[[], list[Any]]) -> None:
        self._look = look
        self._seen: list[Any] | None = None

    def __call__(self) -> list[Any]:
        if self._seen is None:
            self._seen = self._look()
        return self._seen


def _awaits_view(awaits: AwaitsApproval) -> View:
    return {
        "turn": awaits.turn.id,
        "cause": item_view(awaits.turn.cause.item),
        "lines": [capped_text(line, MAX_TEXT) for line in awaits.lines[:MAX_LINES]],
        "doubts": list(awaits.doubts[:MAX_LINES]),
        "until_ms": awaits.until_ms,
        "then_say": awaits.then_say,
    }
