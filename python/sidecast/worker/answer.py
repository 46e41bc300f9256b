"""Replies of one call on their way from the pipe to whoever asked."""

from __future__ import annotations

import asyncio
from collections import deque

from ..errors import WorkerError
from .engine import Reply


class Answer:
    """Bounded: whoever asked for a stream must read it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._replies: deque[Reply] = deque()
        self._error: WorkerError | None = None
        self._something = asyncio.Event()

    def add(self, reply: Reply) -> bool:
        """False when `limit` replies wait already."""
        if len(self._replies) >= self._limit:
            return False
        self._replies.append(reply)
        self._something.set()
        return True

    def fail(self, error: WorkerError) -> None:
        """No more replies will come; those that wait can still be read."""
        self._error = error
        self._something.set()

    async def next(self) -> Reply:
        while not self._replies:
            if self._error is not None:
                raise self._error
            self._something.clear()
            await self._something.wait()
        return self._replies.popleft()
