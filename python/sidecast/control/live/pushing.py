"""A picture of the show pushed to one page: coalesced, confirmed, bounded for pages that are slow."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from ...clock import Clock
from .frames import Follower

HEARTBEAT_S = 2.0
UNSEEN_FRAMES = 3
"""Frames that may be on their way; then changes collapse into the next one until the page has caught up."""
UNSEEN_FOR_S = 20.0


class PageGoneError(Exception):
    """The page has not confirmed a frame for too long."""


class BadPageMessageError(Exception):
    """What came is not of this protocol."""


class Pushing:
    """Frames as `Follower.picture` makes them, each confirmed with its `seq`."""

    def __init__(
        self,
        follower: Follower,
        clock: Clock,
        send: Callable[[str], Awaitable[None]],
        *,
        every_s: float,
        only: Collection[str] = (),
    ) -> None:
        """
        Args:
            every_s: the shortest time between two frames.
            only: names of the cells that the page wants; empty = all.
        """
        self._follower = follower
        self._clock = clock
        self._send = send
        self._every_s = every_s
        self._only = only
        self._unseen: deque[int] = deque()
        self._caught_up = asyncio.Event()

    async def push(self) -> None:
        """Sends frames until it is cancelled.

        Raises:
            PageGoneError: the page no longer confirms what it gets.
        """
        while True:
            await self._send(self._frame())
            await self._clock.sleep(self._every_s)
            if len(self._unseen) >= UNSEEN_FRAMES:
                await self._wait_for(self._all_seen(), UNSEEN_FOR_S)
                if len(self._unseen) >= UNSEEN_FRAMES:
                    raise PageGoneError
            await self._wait_for(self._follower.changed(), HEARTBEAT_S)

    def seen(self, seq: int) -> None:
        """The page has the frame `seq`."""
        while self._unseen and self._unseen[0] <= seq:
            self._unseen.popleft()
        self._caught_up.set()

    def _frame(self) -> str:
        frame = self._follower.picture(self._only)
        self._unseen.append(self._follower.sent)
        return json.dumps(frame, separators=(",", ":"))

    async def _all_seen(self) -> None:
        while len(self._unseen) >= UNSEEN_FRAMES:
            self._caught_up.clear()
            await self._caught_up.wait()

    async def _wait_for(self, event: Any, seconds: float) -> None:
        """Returns when `event` is over or the time is."""
        waiting, timer = asyncio.ensure_future(event), asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({waiting, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            timer.cancel()
