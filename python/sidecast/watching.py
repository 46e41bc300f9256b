"""Tells every watcher what happens. A watcher that fails is logged and left out of that call: the show goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from .flow.candidate import Candidate, Reason
from .flow.chat import Incoming
from .flow.clause import Clause
from .flow.cue import Status
from .flow.line import LedgerLine
from .flow.mark import Mark
from .flow.ports import Watcher
from .flow.turn import Turn
from .flow.verdict import Verdict

log = logging.getLogger(__name__)


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


def settle_all(watcher: Watcher, settled: Iterable[tuple[Candidate, Reason]]) -> None:
    """Tells the one reason of each candidate that has left the audience unanswered."""
    for candidate, reason in settled:
        watcher.settled(candidate.item, reason, candidate.verdict)
