"""One socket's life: opened, welcomed, read until it ends, whoever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ...clock import Clock
from .closes import Ended
from .connection import Closed, Opener, Socket, Unreachable
from .session import Move, Session, Told, Welcomed

CONNECT_S = 10.0
GLANCE_S = 0.25
"""When the time is up the socket is looked at once more: it may be this program that has not come to read it."""


class Link:
    """`live()` once."""

    def __init__(self, url: str, opener: Opener, begin: Callable[[], Session], clock: Clock) -> None:
        """`begin` is called when the socket is open: the time for its welcome counts from there."""
        self.welcomed = asyncio.Event()
        self.welcomed_ns = 0
        self.moving = asyncio.Event()
        """The server wants a new connection in place of this one, to `move_to`."""
        self.move_to = ""
        self._url = url
        self._opener = opener
        self._begin = begin
        self._clock = clock
        self._session: Session | None = None
        self._given_up: Ended | None = None
        self._limit: asyncio.Timeout | None = None

    @property
    def session_id(self) -> str:
        """Empty before the welcome."""
        return self._session.id if self._session is not None else ""

    async def live(self, told: Callable[[Told], None]) -> Ended:
        """Until the socket is over; says why. `told` is called in the order of the messages and must not wait."""
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await self._opener(self._url)
        except TimeoutError:
            return Ended("Twitch does not answer", at_ns=self._clock.now_ns())
        except Unreachable as error:
            return Ended(error.why, at_ns=self._clock.now_ns(), sent_away=error.sent_away)
        try:
            return await self._read(socket, self._begin(), told)
        finally:
            socket.close()

    def retire(self) -> None:
        """Its successor is there: read what is still on its way, and no longer."""
        if self._session is not None:
            self._session.retire(self._clock.now_ns())
            self._set_limit()

    def give_up(self, ended: Ended) -> None:
        """`live()` returns `ended` soon."""
        self._given_up = ended
        self._set_limit()

    async def _read(self, socket: Socket, session: Session, told: Callable[[Told], None]) -> Ended:
        self._session = session
        while True:
            try:
                frame = await self._frame(socket)
                if frame is None and self._given_up is None:
                    frame = await self._frame(socket, GLANCE_S)
            except Closed as closed:
                return self._given_up or session.closed(closed.code, self._clock.now_ns())
            if frame is not None:
                self._take(session.receive(frame, self._clock.now_ns()), told)
            elif ended := self._given_up or session.late(self._clock.now_ns()):
                return ended

    def _take(self, thing: Told | None, told: Callable[[Told], None]) -> None:
        if thing is None:
            return
        told(thing)
        if isinstance(thing, Welcomed):
            self.welcomed_ns = thing.at_ns
            self.welcomed.set()
        elif isinstance(thing, Move):
            self.move_to = thing.url
            self.moving.set()

    async def _frame(self, socket: Socket, least_s: float = 0.0) -> bytes | None:
        """None when the time is up."""
        try:
            async with asyncio.timeout(max(least_s, self._left_s())) as self._limit:
                return await socket.frame()
        except TimeoutError:
            return None
        finally:
            self._limit = None

    def _left_s(self) -> float:
        if self._given_up is not None or self._session is None:
            return 0.0
        return max(0.0, (self._session.due_ns - self._clock.now_ns()) / 1e9)

    def _set_limit(self) -> None:
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + self._left_s())
