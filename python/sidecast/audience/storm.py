"""How careful the host is while a chat is flooded or raided with hate: a small state, set by hand or by the show itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..clock import Clock
from ..flow.candidate import Candidate, Kind
from ..flow.chat import ChannelEvent, ChatMessage, EventKind
from ..flow.moderation import Care, Storm, StormKind

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

    def set(self, care: Care, *, by: str) -> Storm:
        """`by`: who decided."""
        if care is not self.now.care:
            self._change(Storm(care=care, since_ms=self._clock.wall_ms(), by=by, before=self.now.care))
        return self.now

    def call(self, kind: StormKind, why: str) -> bool:
        """The show itself has seen a storm, or a graver or greater one than it said. False: a human is careful already.

        Args:
            why: a sentence.
        """
        now = self.now
        if now.care is Care.ALL:
            self._change(Storm(care=Care.KNOWN, since_ms=self._clock.wall_ms(), why=why, kind=kind))
            return True
        if now.kind is StormKind.NONE:
            return False
        self._change(replace(now, kind=kind, why=why))
        return True

    def over(self) -> bool:
        """The storm that the show itself had called has passed. False: a human has decided since."""
        if self.now.kind is StormKind.NONE:
            return False
        self._change(Storm(care=Care.ALL, since_ms=self._clock.wall_ms(), before=self.now.care))
        return True

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
            # friends who come are greeted, and only their rush is waited out
            greeted = item.kind is EventKind.RAID and self.now.kind is StormKind.RAID
            return greeted or item.kind not in FREE
        if item.bits or item.reward or item.reward_id:
            return True
        asks = not candidate.understanding.kinds.isdisjoint({Kind.QUESTION, Kind.MENTION})
        return asks and self._is_regular(item)

    def _change(self, storm: Storm) -> None:
        self.now = storm
        for tell in self._told:
            tell(storm)
