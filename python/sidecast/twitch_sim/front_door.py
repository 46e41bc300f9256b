"""One port for everything: the first word of a connection tells whether it speaks HTTP or IRC.

It is uvicorn's `http` protocol class (`uvicorn.Config(app, http=front_door(...))`), so that the ASGI server keeps its own way of
starting, serving and stopping, and a connection goes to its real protocol in place, without a second socket.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

_log = logging.getLogger(__name__)
FIRST_WORD_S = 10.0
"""How long a connection may take to say its first word."""
LONGEST_WORD = 32
"""Bytes; no method of HTTP and no command of IRC is that long."""
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT", b"TRACE", b"PRI"})
_TLS = 0x16
"""First byte of a TLS handshake."""
_LONGEST_METHOD = max(len(method) for method in _METHODS)


def speaks_http(start: bytes) -> bool | None:
    """None while it may still be either: IRC's PASS and PONG begin as PATCH and POST do."""
    word, space, _ = start.partition(b" ")
    if space or b"\n" in start:
        return word in _METHODS
    if any(method.startswith(start) for method in _METHODS):
        return None
    return False


class Undecided(asyncio.Protocol):
    """A connection before its first word. At most one read is kept: it is handed on, to the last byte."""

    def __init__(self, http: Callable[[], asyncio.Protocol], irc: Callable[[], asyncio.Protocol], open_ones: set[Any]) -> None:
        """`open_ones`: uvicorn's own set of connections, which it ends when it stops."""
        self._http = http
        self._irc = irc
        self._open = open_ones
        self._start = b""
        self._transport: asyncio.Transport | None = None
        self._next: asyncio.Protocol | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(self)
        self._deadline = asyncio.get_running_loop().call_later(FIRST_WORD_S, self.shutdown)

    def data_received(self, data: bytes) -> None:
        if self._next is not None:
            self._next.data_received(data)
            return
        assert self._transport is not None
        self._start += data
        if self._start[0] == _TLS:
            _log.warning("A client asks the simulated Twitch for TLS, which it does not speak: use ws://, http:// and plain IRC.")
            self._transport.abort()
            return
        http = speaks_http(self._start)
        if http is None and len(self._start) <= LONGEST_WORD:
            return
        self._decide(self._http() if http else self._irc())

    def _decide(self, protocol: asyncio.Protocol) -> None:
        assert self._transport is not None
        self._forget_deadline()
        self._next, start, self._start = protocol, self._start, b""
        if isinstance(protocol, H11Protocol):
            self._open.discard(self)  # it enters itself
            self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        if not self._transport.is_closing():
            protocol.data_received(start)

    def eof_received(self) -> bool | None:
        return self._next.eof_received() if self._next is not None else None

    def pause_writing(self) -> None:
        if self._next is not None:
            self._next.pause_writing()

    def resume_writing(self) -> None:
        if self._next is not None:
            self._next.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        self._open.discard(self)
        if self._next is not None:
            self._next.connection_lost(exc)

    def shutdown(self) -> None:
        """Called by uvicorn when it stops, and when the first word does not come."""
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size():  # who does not read holds nobody up
            self._transport.abort()
        self._transport.close()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def front_door(irc: Callable[[], asyncio.Protocol]) -> Any:
    """What `uvicorn.Config` takes as `http`. `irc` makes the protocol of each raw connection."""

    def protocol(
        config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: asyncio.AbstractEventLoop | None = None
    ) -> Undecided:
        return Undecided(lambda: H11Protocol(config, server_state, app_state, _loop), irc, server_state.connections)

    return protocol
