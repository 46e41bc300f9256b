"""Which WebSocket it is: EventSub's own sockets stand on the bare connection, all others go to the web application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

PATHS = frozenset({"/ws", "/ws/"})


class _Upgraded(asyncio.Protocol):
    """uvicorn hands the request over as one piece, and then the connection."""

    def __init__(self, eventsub: Callable[[], asyncio.Protocol], other: Callable[[], asyncio.Protocol]) -> None:
        self._eventsub = eventsub
        self._other = other
        self._transport: asyncio.BaseTransport | None = None
        self._next: asyncio.Protocol | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._next is None:
            assert self._transport is not None
            target = data.split(b" ", 2)[1].decode("latin-1")
            self._next = self._eventsub() if urlsplit(target).path in PATHS else self._other()
            self._next.connection_made(self._transport)
        self._next.data_received(data)

    def eof_received(self) -> bool | None:
        return self._next.eof_received() if self._next else None

    def pause_writing(self) -> None:
        if self._next:
            self._next.pause_writing()

    def resume_writing(self) -> None:
        if self._next:
            self._next.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next:
            self._next.connection_lost(exc)


def upgrade(eventsub: Callable[[], asyncio.Protocol]) -> Any:
    """What `uvicorn.Config` takes as `ws`."""

    def protocol(config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None) -> _Upgraded:
        return _Upgraded(eventsub, lambda: WebSocketsSansIOProtocol(config, server_state, app_state, _loop))

    return protocol
