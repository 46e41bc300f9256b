"""A `Board` with somebody beside it who only wants to know the mood."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...flow.board import AwaitsApproval, Queued
from ...flow.cue import Caption
from ...flow.ports import Board


class Beside:
    """See `flow.ports.Board`: everything goes to `board`."""

    def __init__(self, board: Board, mood: Callable[[str], None]) -> None:
        self._board = board
        self._mood = mood

    def queue(self, look: Callable[[], Sequence[Queued]]) -> None:
        self._board.queue(look)

    def approval(self, awaits: AwaitsApproval | None) -> None:
        self._board.approval(awaits)

    def approval_mode(self, mode: str) -> None:
        self._board.approval_mode(mode)

    def mood(self, mood: str, held_by: str) -> None:
        self._board.mood(mood, held_by)
        self._mood(mood)

    def caption(self, caption: Caption) -> None:
        self._board.caption(caption)
