"""Lines that the gate was not sure of: kept for a while, until a human lets one pass or it is too late."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from ..clock import Clock
from ..errors import PolicyError
from ..flow.candidate import Candidate, Reason
from ..flow.chat import ChatMessage, Incoming, Removal
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.moderation import HeldLine
from ..flow.turn import Turn
from ..flow.verdict import Decision, Verdict

KEPT = 200
DROPPED_KEPT = 100
"""Decisions that can be taken back."""
KEEP_MS = 10 * 60_000
"""Who has waited longer for an answer does not expect one any more."""


class HeldLines:
    """A watcher. In memory, oldest first; on the show's loop only."""

    def __init__(self, clock: Clock, *, keep_ms: int = KEEP_MS) -> None:
        self._clock = clock
        self._keep_ms = keep_ms
        self._lines: OrderedDict[str, HeldLine] = OrderedDict()
        self._dropped: OrderedDict[str, HeldLine] = OrderedDict()
        self.on_change: Callable[[], None] = lambda: None
        """Called when there are more or fewer."""

    def __len__(self) -> int:
        self._expire()
        return len(self._lines)

    def lines(self) -> list[HeldLine]:
        """Newest first."""
        self._expire()
        return list(reversed(self._lines.values()))

    def release(self, item_id: str) -> ChatMessage:
        """It is to come again.

        Raises:
            PolicyError: it is not held any more.
        """
        return self._take(item_id).item

    def drop(self, item_id: str) -> None:
        """It is not answered.

        Raises:
            PolicyError: it is not held any more.
        """
        self._dropped[item_id] = self._take(item_id)
        if len(self._dropped) > DROPPED_KEPT:
            self._dropped.popitem(last=False)

    def undo_drop(self, item_id: str) -> None:
        """It is held again, if it is not too late.

        Raises:
            PolicyError: it was not dropped, or it was too long ago.
        """
        line = self._dropped.pop(item_id, None)
        if line is None or line.until_ms <= self._clock.wall_ms():
            raise PolicyError("This line is not known any more.", "It was removed from the chat, or it is too long ago.")
        self._lines[item_id] = line
        self._lines = OrderedDict(sorted(self._lines.items(), key=lambda pair: pair[1].until_ms))
        self.on_change()

    def forget(self, author_id: str) -> int:
        """How many lines of a viewer's that were."""
        return self._without(lambda line: line.item.author.id == author_id)

    def count(self, author_id: str) -> int:
        self._expire()
        return sum(line.item.author.id == author_id for lines in (self._lines, self._dropped) for line in lines.values())

    # ---- a watcher --------------------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            self._without(lambda line: item.reaches(line.item))

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        if reason is not Reason.HELD or not isinstance(item, ChatMessage) or not item.id:
            return
        if verdict is None or verdict.decision is not Decision.HOLD:
            return
        now_ms = self._clock.wall_ms()
        self._lines[item.id] = HeldLine(item=item, verdict=verdict, at_ms=now_ms, until_ms=now_ms + self._keep_ms)
        self._lines.move_to_end(item.id)
        if len(self._lines) > KEPT:
            self._lines.popitem(last=False)
        self.on_change()

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Nothing is held by it."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """Clauses are never held: nobody can be asked while the host speaks."""

    def ended(self, line: LedgerLine) -> None:
        """Nothing is held by it."""

    def status(self, status: Status) -> None:
        """Nothing is held by it."""

    def marked(self, mark: Mark) -> None:
        """Nothing is held by it."""

    def _take(self, item_id: str) -> HeldLine:
        self._expire()
        line = self._lines.pop(item_id, None)
        if line is None:
            remedy = "It was decided on, removed from the chat, or it is too long ago."
            raise PolicyError("This line is not held any more.", remedy)
        self.on_change()
        return line

    def _without(self, gone: Callable[[HeldLine], bool]) -> int:
        count = 0
        for lines in (self._lines, self._dropped):
            for item_id in [item_id for item_id, line in lines.items() if gone(line)]:
                del lines[item_id]
                count += 1
        if count:
            self.on_change()
        return count

    def _expire(self) -> None:
        now_ms = self._clock.wall_ms()
        for lines in (self._lines, self._dropped):
            while lines and next(iter(lines.values())).until_ms <= now_ms:
                lines.popitem(last=False)
