"""Marks on their way to the show: bounded, every drop counted."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator

from ..flow.mark import FrameStats, Mark

log = logging.getLogger(__name__)

LIMIT = 1024


class MarkQueue:
    """Belongs to one event loop. Statistics give way first: a lost `finished` would keep a turn waiting."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._marks: deque[Mark] = deque()
        self._changed = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def add(self, mark: Mark) -> None:
        """Take a mark in. When full, the oldest statistics go, or else the oldest mark."""
        if len(self._marks) >= self._limit:
            oldest = next((m for m in self._marks if isinstance(m, FrameStats)), self._marks[0])
            self._marks.remove(oldest)
            self.dropped += 1
            if self.dropped == 1 or not isinstance(oldest, FrameStats):
                log.error("nobody reads the stage's marks: %d are dropped so far, now a %s", self.dropped, oldest.topic)
        self._marks.append(mark)
        self._changed.set()

    def close(self) -> None:
        """No more marks will come; those that wait can still be read."""
        self._closed = True
        self._changed.set()

    async def read(self) -> AsyncIterator[Mark]:
        while True:
            while self._marks:
                yield self._marks.popleft()
            if self._closed:
                return
            self._changed.clear()
            await self._changed.wait()
