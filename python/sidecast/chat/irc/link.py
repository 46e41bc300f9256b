"""One connection's life: opened, logged in, joined, read until it ends. Silence is answered with a PING, and then given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ...clock import Clock
from ...flow.chat import Incoming
from .connection import Connection, Opener, why
from .lines import LineReader
from .session import AWAY, Ended, Over, Session
from .tally import Tally

CONNECT_S = 10.0
JOIN_S = 10.0
"""From the connection to the first word about the channel."""
SILENCE_S = 30.0
"""Twitch itself asks only every five minutes, and a quiet channel is silent that long."""
PONG_S = 10.0
LINGER_S = 20.0
"""A connection that the server wants to close is read for as long; its successor is up by then."""
PING = b"PING :sidecast\r\n"


class Link:
    """`live()` once."""

    def __init__(self, opener: Opener, session: Session, clock: Clock, tally: Tally) -> None:
        self.moving = asyncio.Event()
        """The server wants a new connection in place of this one."""
        self._opener = opener
        self._session = session
        self._clock = clock
        self._lines = LineReader(tally)

    async def live(self, deliver: Callable[[Incoming], Awaitable[None]], on_joined: Callable[[], None]) -> Ended:
        """Until the connection is over; says why. Items go to `deliver` in their order."""
        try:
            async with asyncio.timeout(CONNECT_S):
                connection = await self._opener()
        except TimeoutError:
            return Ended("The chat does not answer")
        except OSError as error:
            return _failed(error)
        try:
            return await self._read(connection, deliver, on_joined)
        except OSError as error:
            return _failed(error)
        except Over as over:
            return over.ended
        finally:
            connection.close()

    async def _read(
        self, connection: Connection, deliver: Callable[[Incoming], Awaitable[None]], on_joined: Callable[[], None]
    ) -> Ended:
        session = self._session
        connection.write(session.sent())
        until_ns, asked, joined = self._after(JOIN_S), False, False
        while True:
            data = await self._data(connection, until_ns)
            if data is None:
                if not joined:
                    return session.unheard
                if asked or session.moving:
                    return Ended()
                connection.write(PING)
                until_ns, asked = self._after(PONG_S), True
                continue
            if not data:
                return Ended()
            await self._receive(data, deliver)
            if answer := session.sent():
                connection.write(answer)
            if session.joined and not joined:
                joined = True
                on_joined()
            if session.moving and not self.moving.is_set():
                self.moving.set()
                until_ns = self._after(LINGER_S)
            elif joined and not session.moving:
                until_ns, asked = self._after(SILENCE_S), False

    async def _receive(self, data: bytes, deliver: Callable[[Incoming], Awaitable[None]]) -> None:
        arrived_ns = self._clock.now_ns()
        for line in self._lines.feed(data):
            item = self._session.receive(line, arrived_ns)
            if item is not None:
                await deliver(item)

    async def _data(self, connection: Connection, until_ns: int) -> bytes | None:
        """None when the time is up."""
        try:
            async with asyncio.timeout(max(0.0, (until_ns - self._clock.now_ns()) / 1e9)) as limit:
                return await connection.read()
        except TimeoutError:
            # the kernel's own time-out of a connection is a TimeoutError too
            if not limit.expired():
                raise
            return None

    def _after(self, seconds: float) -> int:
        return self._clock.now_ns() + round(seconds * 1e9)


def _failed(error: OSError) -> Ended:
    reason = why(error)
    return Ended(f"{AWAY}: {reason}" if reason else AWAY)
