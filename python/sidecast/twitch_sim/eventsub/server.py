"""EventSub's sessions: welcomes them, keeps them alive, moves and ends them.

Source: https://dev.twitch.tv/docs/eventsub/handling-websocket-events/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...clock import Clock
from ..ids import Ids
from ..oauth.grants import Token
from ..record import Record
from ..world.world import World
from . import frames
from .armed import Armed
from .session import GRACE_S, STATUS, SUBSCRIBE_S, Moving, Session, clamped
from .socket import Socket
from .subscriptions import Subscription, Subscriptions
from .telling import Telling

PING_S = 30.0
PONG_S = 10.0
SOCKETS = 500
"""Open at once; further ones are refused."""
_NS = 1_000_000_000


class EventSub:
    """Use on one event loop. `base_url` is where sockets are opened, such as `ws://127.0.0.1:8080/ws`."""

    def __init__(self, world: World, ids: Ids, record: Record, clock: Clock, base_url: Callable[[], str]) -> None:
        self.armed = Armed()
        self.sessions: dict[str, Session] = {}
        self.subscriptions = Subscriptions(world, ids)
        self.subscribe_s = float(SUBSCRIBE_S)
        self._world = world
        self._ids = ids
        self._record = record
        self._clock = clock
        self._base_url = base_url
        self._count = 0
        self._sockets: dict[Socket, Session | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling = Telling(self, world, ids, record, clock)

    def new_socket(self) -> Socket:
        self._count += 1
        return Socket(self._count, self)

    def opening(self, socket: Socket, path: str) -> tuple[int, str] | None:
        query = parse_qs(urlsplit(path).query)
        if self._clock.now_ns() < self.armed.refuse_until_ns and self.armed.refuse_how == "503":
            return 503, "service unavailable"
        if len(self._sockets) >= SOCKETS:
            return 429, "too many connections"
        if clamped(query.get("keepalive_timeout_seconds", [""])[0]) is None:
            return 400, "invalid keepalive_timeout_seconds"
        return None

    def opened(self, socket: Socket, path: str) -> None:
        query = parse_qs(urlsplit(path).query)
        self._sockets[socket] = None
        self._record.add("opened", socket=socket.number)
        wait_s = self.armed.take_late_welcome()
        if key := query.get("reconnect_key", [""])[0]:
            session = next((each for each in self.sessions.values() if each.moving and each.moving.key == key), None)
            if session is None:
                socket.close(4007)
                return
            self.do(self._move(session, socket, key, wait_s))
            return
        keepalive_s = clamped(query.get("keepalive_timeout_seconds", [""])[0])
        assert keepalive_s is not None
        session = Session(self._ids.session(), self._world.now_ms(), keepalive_s, [socket])
        self._sockets[socket] = session
        self.do(self._begin(session, wait_s))

    def inbound(self, socket: Socket) -> None:
        session = self._sockets.get(socket)
        socket.close(4001)
        if session is not None and socket in session.sockets:
            self.end(session, 4001)

    def lost(self, socket: Socket, why: str) -> None:
        if socket not in self._sockets:
            return  # it was never opened
        session = self._sockets.pop(socket)
        self._record.add("ended", socket=socket.number, session=session.id if session else "", note=why)
        if session is None:
            return
        for sockets in (session.sockets, session.leaving):
            if socket in sockets:
                sockets.remove(socket)
        if not session.sockets and session.moving is None:
            self._over(session, "websocket_disconnected")

    async def _begin(self, session: Session, wait_s: float) -> None:
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        socket = session.sockets[-1] if session.sockets else None
        if socket is None or not socket.open:
            return
        self.sessions[session.id] = session
        self._welcome(session, socket)
        now = self._clock.now_ns()
        session.unused_ns = now + round(self.subscribe_s * _NS)
        session.pinged_ns = now
        await self._tend(session)

    def _welcome(self, session: Session, socket: Socket) -> None:
        session.welcomed = True
        session.wrote_ns = self._clock.now_ns()
        now = self._world.now_ms()
        socket.send(frames.welcome(self._ids.uuid(), now, session.id, session.connected_ms, session.keepalive_s))
        self._record.add("welcomed", socket=socket.number, session=session.id)

    async def _tend(self, session: Session) -> None:
        """Keepalives, pings, and the end of a session that nobody uses."""
        while not session.ended:
            now = self._clock.now_ns()
            if session.unused_ns and now >= session.unused_ns:
                self.close(session, 4003)
                return
            waited = now - session.pinged_ns
            if silent := now < session.silent_until_ns:
                session.pinged_ns = now
            elif waited >= PONG_S * _NS and not _answered(session):
                self.close(session, 4002)
                return
            elif waited >= PING_S * _NS:
                session.pinged_ns = now
                for socket in session.live:
                    socket.ping()
            if now >= session.wrote_ns + session.keepalive_s * _NS:
                session.wrote_ns = now
                for socket in () if silent else session.live[-1:]:
                    socket.send(frames.keepalive(self._ids.uuid(), self._world.now_ms()))
            patience_s = PING_S if _answered(session) else PONG_S
            due = [session.wrote_ns + session.keepalive_s * _NS, session.pinged_ns + round(patience_s * _NS)]
            due += [session.unused_ns] if session.unused_ns else []
            await self._clock.sleep(max(0.005, (min(due) - now) / _NS))

    def reconnect(self, session: Session, *, grace_s: float = GRACE_S, overlap_s: float = 0.0) -> str:
        """Asks the client to move; returns the address. Who is not there in time loses the session (4004)."""
        key = self._ids.secret(32)
        session.moving = Moving(key, overlap_s)
        url = f"{self._base_url()}?reconnect_key={key}"
        frame = frames.reconnect(self._ids.uuid(), self._world.now_ms(), session.id, session.connected_ms, url)
        session.wrote_ns = self._clock.now_ns()
        for socket in session.live:
            socket.send(frame)
        self.do(self._give_grace(session, key, list(session.sockets), grace_s))
        return url

    async def _give_grace(self, session: Session, key: str, old: list[Socket], grace_s: float) -> None:
        await self._clock.sleep(grace_s)
        if session.moving and session.moving.key == key:
            session.moving = None
            self.close(session, 4004)
        for socket in old:
            socket.close(4004)

    async def _move(self, session: Session, socket: Socket, key: str, wait_s: float) -> None:
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        moving = session.moving
        if not socket.open:
            return
        if session.ended or moving is None or moving.key != key:
            socket.close(4007)
            return
        session.moving = None
        self._sockets[socket] = session
        old, session.sockets = session.sockets, [socket]
        session.leaving += old
        self._record.add("moved", socket=socket.number, session=session.id)
        self._welcome(session, socket)
        if moving.overlap_s > 0:
            session.sockets = [*old, socket]
            await self._clock.sleep(moving.overlap_s)
            session.sockets = [each for each in session.sockets if each not in old]
            if not session.sockets and session.moving is None:
                self._over(session, "websocket_disconnected")

    def close(self, session: Session, code: int) -> None:
        """All its sockets, with a close frame."""
        for socket in (*session.sockets, *session.leaving):
            socket.close(code)
        self.end(session, code)

    def end(self, session: Session, code: int) -> None:
        self._over(session, STATUS.get(code, "websocket_internal_error"))

    def _over(self, session: Session, status: str) -> None:
        if not session.ended:
            session.ended = True
            self.sessions.pop(session.id, None)
            self.subscriptions.end(status, session_id=session.id)

    def subscribe(self, token: Token, asked: Mapping[str, Any]) -> Subscription:
        """Raises Refused, as Helix answers it."""
        open_ones = {session.id: session.owner for session in self.sessions.values() if session.live or session.moving}
        subscription = self.subscriptions.add(token, asked, open_ones)
        session = self.sessions[subscription.session_id]
        session.owner = f"{token.client_id}:{token.user_id}"
        session.unused_ns = 0
        number = session.sockets[-1].number if session.sockets else 0
        self._record.add("subscribed", socket=number, session=session.id, kind=subscription.type)
        return subscription

    def unsubscribed(self) -> None:
        """Sessions that lost their last subscription are closed as unused when they get no other."""
        for session in self.sessions.values():
            if session.owner and not session.unused_ns and not self.subscriptions.of_session(session.id):
                session.unused_ns = self._clock.now_ns() + round(self.subscribe_s * _NS)

    def revoke(self, status: str = "authorization_revoked", *, user_id: str = "", kind: str = "") -> int:
        """Ends subscriptions and tells their sessions; returns how many."""
        ended = self.subscriptions.end(status, user_id=user_id, kind=kind)
        for each in ended:
            session = self.sessions.get(each.session_id)
            if session is not None:
                session.wrote_ns = self._clock.now_ns()
                for socket in session.live[-1:]:
                    socket.send(frames.revocation(self._ids.uuid(), self._world.now_ms(), each))
        self.unsubscribed()
        return len(ended)

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """By the side, until it ends or `shut`."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def events(self) -> int:
        """So many things have happened."""
        return self._telling.events

    async def shut(self) -> None:
        self._telling.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in tuple(self._sockets):
            socket.drop()


def _answered(session: Session) -> bool:
    return all(socket.answered for socket in session.live)
