"""What waits for the show: bounded, so that a show that hangs costs messages and not memory. Sockets are read on meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque

from ...flow.chat import ChatMessage, Incoming
from .dropped import Dropped, Tally

WAITING = 4096
"""Items; the show takes them at once, and a busy chat fills this in a minute and a half."""


class Inbox:
    """When it is full a removal or an event takes the place of the oldest line of chat; a line of chat is dropped."""

    def __init__(self, tally: Tally, most: int = WAITING) -> None:
        self._tally = tally
        self._most = most
        self._items: deque[Incoming] = deque()
        self._there = asyncio.Event()
        self.closed = False

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Incoming) -> None:
        """Never waits: a socket that is not read would be closed, and everything on it lost."""
        if len(self._items) >= self._most:
            self._tally.dropped[Dropped.FULL] += 1
            if isinstance(item, ChatMessage) or not self._make_room():
                return
        self._items.append(item)
        self._there.set()

    def close(self) -> None:
        """`get` gives what is left, and then None."""
        self.closed = True
        self._there.set()

    async def get(self) -> Incoming | None:
        while not self._items:
            if self.closed:
                return None
            self._there.clear()
            await self._there.wait()
        return self._items.popleft()

    def _make_room(self) -> bool:
        for place, waiting in enumerate(self._items):
            if isinstance(waiting, ChatMessage):
                del self._items[place]
                return True
        return False
