"""Connections that ask for nothing, do not take their answer, ask without end, or are one network's alone, are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.server import ServerProtocol

from .access.lockout import network_of
from .guard import DENIED, HEADERS, RAW_HEADERS, refuse
from .tls import is_loopback

HEAD_S = 10.0
"""From the connection, or the first byte of a later request, to the end of its headers."""
TAKE_S = 30.0
"""Longest pause in which nothing of an answer is taken."""
MAX_CONNECTIONS = 256
MAX_OF_ONE = 96
"""Connections of one network elsewhere: twenty tabs and four overlays stay below. This machine's own may be more."""
PINGS, PINGS_A_SECOND = 20, 1.0
"""Of a WebSocket, at once and from then on."""
PIECES = 64
"""Of a WebSocket's message; of pieces that are empty its size knows nothing."""


class TimedProtocol(H11Protocol):
    """uvicorn counts the time between requests only."""

    _head: asyncio.TimerHandle | None = None
    _take: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = self.loop.call_later(HEAD_S, self._too_slow)
        if self._too_many():
            transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._forget()
        elif self.cycle is not None and not self.cycle.response_complete:
            self._forget_head()
        elif self._head is None and self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._head = self.loop.call_later(HEAD_S, self._too_slow)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._forget()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """As uvicorn's, with the headers of all other answers."""
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *RAW_HEADERS]
        start = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
        for event in (start, h11.Data(data=msg.encode()), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._take is None:
            self._take = self.loop.call_later(TAKE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._take is not None:
            self._take.cancel()
            self._take = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _too_many(self) -> bool:
        """Nobody elsewhere keeps everybody out. A reverse proxy's connections are of many people: it counts them itself."""
        if self.client is None or self.config.proxy_headers or is_loopback(self.client[0]):
            return False
        network = network_of(self.client[0])
        clients = (getattr(each, "client", None) for each in self.connections)
        return sum(client is not None and network_of(client[0]) == network for client in clients) > MAX_OF_ONE

    def _too_slow(self) -> None:
        self._head = None
        self.transport.abort()

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _forget(self, *_: Any) -> None:
        self._forget_head()
        if self._take is not None:
            self._take.cancel()
            self._take = None


class TimedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn answers every ping, however full the way back is."""

    _take: asyncio.TimerHandle | None = None
    _pings = 0.0
    _pinged_s = 0.0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.conn = _Handshake(
            extensions=self.conn.available_extensions, max_size=self.config.ws_max_size, logger=self.conn.logger
        )

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == f"{DENIED}body":
            # or it is logged as a fault of ours
            self.handshake_complete = True

    def handle_ping(self) -> None:
        now = self.loop.time()
        self._pings = max(0.0, self._pings - (now - self._pinged_s) * PINGS_A_SECOND) + 1
        self._pinged_s = now
        if self._pings > PINGS:
            self.transport.abort()
        else:
            super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= PIECES:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._take is None:
            self._take = self.loop.call_later(TAKE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._take is not None:
            self._take.cancel()
            self._take = None


class _Handshake(ServerProtocol):
    def reject(self, status: Any, text: str) -> Response:
        """With the headers of all other answers."""
        answer = super().reject(status, text)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer


class NotTooMany:
    """ASGI middleware: 503 while so many connections are open."""

    def __init__(self, app: ASGIApp, connections: Callable[[], int]) -> None:
        self._app = app
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._connections() > MAX_CONNECTIONS:
            await refuse(scope, receive, send, (503, "Too many connections are open.", "Close pages, then try again."))
            return
        await self._app(scope, receive, send)
