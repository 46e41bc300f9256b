"""Lines that the gate was not sure of: kept for a while, until a human lets one pass or it is too late."""

from __future__ import annotations

from collections import OrderedDict

from ..clock import Clock
from ..errors import PolicyError
from ..flow.candidate import Reason
from ..flow.chat import ChatMessage, Incoming, Removal
from ..flow.moderation import HeldLine
from ..flow.verdict import Decision, Verdict

KEPT = 200
KEEP_MS = 10 * 60_000
"""Who has waited longer for an answer does not expect one any more."""


class HeldLines:
    """In memory, oldest first. Told as a watcher is (`heard`, `settled`); on the show's loop only."""

    def __init__(self, clock: Clock, *, keep_ms: int = KEEP_MS) -> None:
        self._clock = clock
        self._keep_ms = keep_ms
        self._lines: OrderedDict[str, HeldLine] = OrderedDict()
        self.expired = 0
        """Lines that nobody decided on in time, since the start."""

    def __len__(self) -> int:
        self._expire()
        return len(self._lines)

    def lines(self) -> list[HeldLine]:
        """Newest first."""
        self._expire()
        return list(reversed(self._lines.values()))

    def take(self, item_id: str) -> ChatMessage:
        """It is decided on: gone from here.

        Raises:
            PolicyError: it is not held any more.
        """
        self._expire()
        line = self._lines.pop(item_id, None)
        if line is None:
            remedy = "It was decided on, removed from the chat, or it is too long ago."
            raise PolicyError("This line is not held any more.", remedy)
        return line.item

    def put_back(self, item_id: str, line: HeldLine) -> None:
        """The decision is taken back."""
        if line.until_ms > self._clock.wall_ms():
            self._lines[item_id] = line

    def get(self, item_id: str) -> HeldLine | None:
        self._expire()
        return self._lines.get(item_id)

    def forget(self, author_id: str) -> int:
        """How many lines of a viewer's that were."""
        found = [item_id for item_id, line in self._lines.items() if line.item.author.id == author_id]
        for item_id in found:
            del self._lines[item_id]
        return len(found)

    def count(self, author_id: str) -> int:
        return sum(line.item.author.id == author_id for line in self._lines.values())

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            for item_id in [item_id for item_id, line in self._lines.items() if item.reaches(line.item)]:
                del self._lines[item_id]

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        if reason is not Reason.HELD or not isinstance(item, ChatMessage) or not item.id:
            return
        if verdict is None or verdict.decision is not Decision.HOLD:
            return
        now_ms = self._clock.wall_ms()
        self._lines[item.id] = HeldLine(item=item, verdict=verdict, at_ms=now_ms, until_ms=now_ms + self._keep_ms)
        if len(self._lines) > KEPT:
            self._lines.popitem(last=False)
            self.expired += 1

    def _expire(self) -> None:
        now_ms = self._clock.wall_ms()
        while self._lines and next(iter(self._lines.values())).until_ms <= now_ms:
            self._lines.popitem(last=False)
            self.expired += 1
