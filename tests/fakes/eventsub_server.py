"""EventSub and Helix's subscriptions behind our own two ports, for virtual time. What is real is tested against the simulator."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.eventsub_frames import CHANNEL, HOME, keepalive, reconnect, revocation, said, welcome
from sidecast.chat.eventsub.connection import Closed, Unreachable
from sidecast.chat.eventsub.wanted import WANTED
from sidecast.clock import Clock
from sidecast.flow.twitch import Account, Answer, Identity

EVERY_SCOPE = frozenset(scope for wanted in WANTED for scope in wanted.scopes)


class FakeSocket:
    """One end of a socket; the other is in the test's hands."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.open = True
        self.silent = False
        self.left = False
        """The client has closed it."""
        self._frames: asyncio.Queue[bytes | int] = asyncio.Queue()

    async def frame(self) -> bytes:
        frame = await self._frames.get()
        if isinstance(frame, int):
            self._frames.put_nowait(frame)
            raise Closed(frame)
        return frame

    def close(self) -> None:
        self.left, self.open = True, False

    def write(self, frame: bytes) -> bool:
        """False when nobody will read it."""
        if not self.open or self.silent:
            return False
        self._frames.put_nowait(frame)
        return True

    def end(self, code: int) -> None:
        if self.open:
            self.open = False
            self._frames.put_nowait(code)


@dataclass(slots=True)
class FakeTwitch:
    """Sockets and subscriptions. `url`s that were asked for are in `opened`; what is refused is decided by the test."""

    clock: Clock
    skew_ms: int = 0
    welcome_after_s: float = 0.0
    keepalive_s: int = 10
    refuse: Callable[[str], str] = lambda url: ""
    """Why no socket is opened, or empty; `hang` = no answer ever comes."""
    answer: Callable[[str, int], Answer | None] = lambda kind, asked: None
    """Type and how often it was asked for → what Helix says; None = what it says when all is well."""
    delay_s: float = 0.0
    """Of every answer of Helix."""
    who: Identity | None = field(default_factory=lambda: Identity(user_id=CHANNEL, login="kit", name="Kit"))
    granted: frozenset[str] = EVERY_SCOPE
    carries: bool = True
    """A socket that was opened at a reconnect URL gets the subscriptions of its predecessor."""
    closes_old: bool = True
    """Ends the old socket when the new one is welcomed; else that is left to the client."""
    sockets: list[FakeSocket] = field(default_factory=list)
    opened: list[tuple[float, str]] = field(default_factory=list)
    asked: list[tuple[float, str]] = field(default_factory=list)
    subscribed: dict[tuple[str, str], str] = field(default_factory=dict)
    """Session and type → id."""
    removed: list[str] = field(default_factory=list)
    wrote: list[str] = field(default_factory=list)
    """Chat message ids that were written to an open, subscribed socket."""
    missed: list[tuple[float, str]] = field(default_factory=list)
    """And those that were not, with the second."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def now_s(self) -> float:
        return self.clock.now_ns() / 1e9

    @property
    def now_ms(self) -> int:
        """Twitch's time."""
        return self.clock.wall_ms() + self.skew_ms

    @property
    def last(self) -> FakeSocket:
        return self.sockets[-1]

    async def connect(self, url: str) -> FakeSocket:
        self.opened.append((self.now_s, url))
        why = self.refuse(url)
        if why == "hang":
            await asyncio.sleep(10**6)
        if why:
            raise Unreachable(why, sent_away="refuses" in why)
        socket = FakeSocket(f"session-{next(self._numbers)}")
        self.sockets.append(socket)
        old = url.partition("id=")[2]
        self._tasks.append(asyncio.create_task(self._welcome(socket, old)))
        return socket

    async def _welcome(self, socket: FakeSocket, old: str) -> None:
        await self.clock.sleep(self.welcome_after_s)
        if old and self.carries:
            for session, kind in [key for key in self.subscribed if key[0] == old]:
                self.subscribed[socket.session_id, kind] = self.subscribed.pop((session, kind))
        socket.write(welcome(socket.session_id, self.now_ms, self.keepalive_s))
        if old and self.closes_old:
            for other in self.sockets:
                if other.session_id == old:
                    other.end(1000)
        while socket.open:
            await self.clock.sleep(self.keepalive_s)
            socket.write(keepalive(self.now_ms))

    def say(self, count: int = 1) -> None:
        for _ in range(count):
            number = f"chat-{next(self._numbers)}"
            for socket in self.sockets:
                if (socket.session_id, "channel.chat.message") in self.subscribed and socket.write(said(number, self.now_ms)):
                    self.wrote.append(number)
                    break
            else:
                self.missed.append((self.now_s, number))

    def move(self) -> None:
        """Asks the last socket to move."""
        self.last.write(reconnect(self.last.session_id, f"{HOME}?id={self.last.session_id}", self.now_ms))

    def revoke(self, kind: str, status: str) -> None:
        del self.subscribed[self.last.session_id, kind]
        self.last.write(revocation(kind, status, self.now_ms))

    def shut(self) -> None:
        for task in self._tasks:
            task.cancel()

    def identity(self, account: Account) -> Identity | None:
        return self.who

    def scopes(self, account: Account) -> frozenset[str]:
        return self.granted if self.who is not None else frozenset()

    async def call(
        self,
        method: str,
        path: str,
        *,
        account: Account,
        query: Mapping[str, str | list[str]] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        assert path == "eventsub/subscriptions"
        await self.clock.sleep(self.delay_s)
        if method == "GET":
            listed = [
                {"id": number, "type": kind, "status": "enabled", "transport": {"method": "websocket", "session_id": session}}
                for (session, kind), number in self.subscribed.items()
            ]
            return Answer(status=200, data={"data": listed, "pagination": {}})
        if method == "DELETE":
            assert query is not None
            self.removed.append(str(query["id"]))
            self.subscribed = {key: number for key, number in self.subscribed.items() if number != query["id"]}
            return Answer(status=204)
        assert body is not None
        return self._subscribe(body["type"], body["transport"]["session_id"])

    def _subscribe(self, kind: str, session: str) -> Answer:
        self.asked.append((self.now_s, kind))
        said_otherwise = self.answer(kind, sum(kind == other for _, other in self.asked))
        if said_otherwise is not None:
            return said_otherwise
        if not any(socket.session_id == session and socket.open for socket in self.sockets):
            return Answer(status=400, message="websocket transport session does not exist or has already disconnected")
        if (session, kind) in self.subscribed:
            return Answer(status=409, message="subscription already exists")
        self.subscribed[session, kind] = f"sub-{next(self._numbers)}"
        return Answer(status=202)
