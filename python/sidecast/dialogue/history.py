"""What was heard in past turns, and whose words may be in it: a removal takes all of that along."""

from __future__ import annotations

from collections import deque

from ..flow.chat import ChannelEvent, ChatMessage, Removal
from ..flow.prompt import Exchange

SOURCES = 256
"""Of a chain of replies that were each shown the one before; beyond so many the oldest is no longer traced."""

Sources = tuple[ChatMessage | ChannelEvent, ...]


class History:
    """Bounded. An exchange was made of its own message and of everything that the brain was shown for it, and so on back."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._past: deque[tuple[Exchange, Sources]] = deque()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Oldest first."""
        return tuple(exchange for exchange, _ in self._past)

    @property
    def sources(self) -> Sources:
        """Everything whose words may be in it, each once."""
        return tuple({id(item): item for _, sources in self._past for item in sources}.values())

    def add(self, exchange: Exchange, sources: Sources) -> None:
        if not self._limit:
            return
        if len(self._past) >= self._limit:
            # half of it at once: models keep what they have read, up to the first word that differs
            for _ in range((len(self._past) + 1) // 2):
                self._past.popleft()
        self._past.append((exchange, sources[-SOURCES:]))

    def forget(self, removal: Removal) -> None:
        kept = [each for each in self._past if not any(removal.reaches(item) for item in each[1])]
        self._past.clear()
        self._past.extend(kept)
