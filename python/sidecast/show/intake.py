"""What has arrived and waits to be read: bounded, in the order of its arrival, handed on in batches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from ..flow.candidate import Reason, fate_by
from ..flow.chat import ChannelEvent, ChatMessage, Removal
from ..flow.ports import Watcher

BATCH = 256
"""Items that are screened and understood in one go when the chat runs faster than one at a time."""


class Intake:
    """Whatever is put in leaves once: in a batch, or settled with the reason why it was not read."""

    def __init__(self, limit: int, watcher: Watcher) -> None:
        self._limit = limit
        self._watcher = watcher
        self._items: deque[ChatMessage | ChannelEvent] = deque()
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: ChatMessage | ChannelEvent) -> None:
        if len(self._items) >= self._limit:
            self._watcher.settled(item, Reason.OVERLOADED, None)
            return
        self._items.append(item)
        self._arrived.set()

    def remove(self, removal: Removal) -> None:
        """Takes out what a moderator has taken away."""
        kept: deque[ChatMessage | ChannelEvent] = deque()
        for item in self._items:
            if removal.reaches(item):
                self._watcher.settled(item, fate_by(removal), None)
            else:
                kept.append(item)
        self._items = kept

    async def batches(self) -> AsyncIterator[list[ChatMessage | ChannelEvent]]:
        """Endless. A batch is empty when all that had arrived was removed. For one reader."""
        while True:
            await self._arrived.wait()
            yield [self._items.popleft() for _ in range(min(BATCH, len(self._items)))]
            if not self._items:
                self._arrived.clear()
            # the rest of the show has its turn between two batches, however full the intake is
            await asyncio.sleep(0)

    def drain(self, reason: Reason) -> None:
        for item in self._items:
            self._watcher.settled(item, reason, None)
        self._items.clear()
