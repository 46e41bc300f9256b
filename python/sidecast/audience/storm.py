"""How careful the host is while a chat is flooded or raided with hate: a small state, set by hand or by whoever detects it."""

from __future__ import annotations

from collections.abc import Callable

from ..clock import Clock
from ..flow.candidate import Candidate, Kind
from ..flow.chat import ChannelEvent, ChatMessage, EventKind
from ..flow.moderation import Care, Storm

FREE = frozenset({EventKind.FOLLOW, EventKind.RAID})
"""Events that cost nothing to make: a storm brings them by the hundred."""


class StormState:
    """On the show's loop only."""

    def __init__(self, clock: Clock, is_regular: Callable[[ChatMessage], bool]) -> None:
        self._clock = clock
        self._is_regular = is_regular
        self._told: list[Callable[[Storm], None]] = []
        self.now = Storm()

    def on_change(self, tell: Callable[[Storm], None]) -> None:
        self._told.append(tell)

    def set(self, care: Care, *, by: str = "", why: str = "") -> Storm:
        """`by`: who decided, empty for the show itself, which then says why in a sentence."""
        if care is not self.now.care:
            self.now = Storm(care=care, since_ms=self._clock.wall_ms(), by=by, why=why, before=self.now.care)
            for tell in self._told:
                tell(self.now)
        return self.now

    def undo(self, by: str) -> Storm:
        """Back to what it was before the last change."""
        return self.set(self.now.before, by=by)

    def admits(self, candidate: Candidate) -> bool:
        """May it be answered while the host is this careful? Blames nobody: those who are refused may be innocent."""
        care, item = self.now.care, candidate.item
        if care is Care.ALL:
            return True
        if care is Care.NOBODY:
            return False
        if isinstance(item, ChannelEvent):
            return item.kind not in FREE
        if item.bits or item.reward or item.reward_id:
            return True
        asks = not candidate.understanding.kinds.isdisjoint({Kind.QUESTION, Kind.MENTION})
        return asks and self._is_regular(item)
