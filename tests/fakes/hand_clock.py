"""A clock that a test moves by hand: what waits on it wakes when its time has come, however fast or slow the machine is."""

from __future__ import annotations

import asyncio


class HandClock:
    """A `Clock`, for what has real sockets and must not wait in real time."""

    def __init__(self, wall_start_ms: int = 1_767_225_600_000) -> None:
        self._now_ns = 1
        self._wall_start_ms = wall_start_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ns(self) -> int:
        return self._now_ns

    def wall_ms(self) -> int:
        return self._wall_start_ms + self._now_ns // 1_000_000

    async def sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now_ns + round(seconds * 1e9), waiting))
        await waiting

    def advance(self, seconds: float) -> None:
        """Who is due wakes at the next turn of the loop."""
        self._now_ns += round(seconds * 1e9)
        due = [waiting for at, waiting in self._sleepers if at <= self._now_ns]
        self._sleepers = [(at, waiting) for at, waiting in self._sleepers if at > self._now_ns]
        for waiting in due:
            if not waiting.done():
                waiting.set_result(None)
