"""Tells every watcher what happens. A watcher that fails is logged and left out of that call: the show goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ..flow.board import AwaitsApproval, Queued
from ..flow.candidate import Candidate, Reason
from ..flow.chat import Incoming
from ..flow.clause import Clause
from ..flow.cue import Caption, Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.ports import Board, Watcher
from ..flow.turn import Turn
from ..flow.verdict import Verdict

log = logging.getLogger(__name__)

T = TypeVar("T")


class Watchers:
    """Itself a `Watcher`, so that the show has one to talk to."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def heard(self, item: Incoming) -> None:
        self._tell("heard", lambda watcher: watcher.heard(item))

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._tell("settled", lambda watcher: watcher.settled(item, reason, verdict))

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self._tell("chosen", lambda watcher: watcher.chosen(turn, waiting))

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        self._tell("judged", lambda watcher: watcher.judged(turn, clause, verdict))

    def ended(self, line: LedgerLine) -> None:
        self._tell("ended", lambda watcher: watcher.ended(line))

    def status(self, status: Status) -> None:
        self._tell("status", lambda watcher: watcher.status(status))

    def marked(self, mark: Mark) -> None:
        self._tell("marked", lambda watcher: watcher.marked(mark))

    def _tell(self, what: str, call: Callable[[Watcher], None]) -> None:
        for watcher in self._watchers:
            try:
                call(watcher)
            except Exception:
                log.exception("%s failed at '%s'; the show goes on without it this time", type(watcher).__name__, what)


def harmless(*calls: Callable[[T], None]) -> Callable[[T], None]:
    """All of them, in order; a failure of one is logged and harms nobody else."""

    def told(value: T) -> None:
        for call in calls:
            try:
                call(value)
            except Exception:
                log.exception("%s failed; the show goes on without it this time", getattr(call, "__qualname__", "a watcher"))

    return told


class Boarded:
    """A `Board` that cannot harm the show: what fails in it is logged. Without one nothing is shown to anybody."""

    def __init__(self, board: Board | None) -> None:
        self._board = board

    def queue(self, look: Callable[[], Sequence[Queued]]) -> None:
        self._tell("queue", lambda board: board.queue(look))

    def approval(self, awaits: AwaitsApproval | None) -> None:
        self._tell("approval", lambda board: board.approval(awaits))

    def approval_mode(self, mode: str) -> None:
        self._tell("approval_mode", lambda board: board.approval_mode(mode))

    def mood(self, mood: str, held_by: str) -> None:
        self._tell("mood", lambda board: board.mood(mood, held_by))

    def caption(self, caption: Caption) -> None:
        self._tell("caption", lambda board: board.caption(caption))

    def _tell(self, what: str, call: Callable[[Board], None]) -> None:
        if self._board is None:
            return
        try:
            call(self._board)
        except Exception:
            log.exception("%s failed at '%s'; the show goes on without it this time", type(self._board).__name__, what)


def settle_all(watcher: Watcher, settled: Iterable[tuple[Candidate, Reason]]) -> None:
    """Tells the one reason of each candidate that has left the audience unanswered."""
    for candidate, reason in settled:
        watcher.settled(candidate.item, reason, candidate.verdict)
