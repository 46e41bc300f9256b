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
DROPPED_KEPT = KEPT
"""Decisions that can be taken back: all lines may be dropped at once."""
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

    def drop(self, item_ids: Sequence[str]) -> int:
        """They are not answered. Returns how many of them were still held.

        Raises:
            PolicyError: none was.
        """
        self._expire()
        held = [item_id for item_id in item_ids if item_id in self._lines] or item_ids[:1]
        for item_id in held:
            self._dropped[item_id] = self._take(item_id)
            if len(self._dropped) > DROPPED_KEPT:
                self._dropped.popitem(last=False)
        return len(held)

    def undo_drop(self, item_ids: Sequence[str]) -> int:
        """They are held again, if it is not too late. Returns how many.

        Raises:
            PolicyError: none was dropped, or it was too long ago.
        """
        self._expire()
        again = {item_id: self._dropped.pop(item_id) for item_id in item_ids if item_id in self._dropped}
        if not again:
            raise PolicyError("This line is not known any more.", "It was removed from the chat, or it is too long ago.")
        self._lines = OrderedDict(sorted((self._lines | again).items(), key=lambda pair: pair[1].until_ms))
        while len(self._lines) > KEPT:
            self._lines.popitem(last=False)
        self.on_change()
        return len(again)

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
