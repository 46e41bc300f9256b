"""A WebSocket that is only read, and how one is opened; the library `websockets` is known here and nowhere else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException

from ..irc.connection import trusting, why
from .address import is_loopback
from .closes import NO_WORD

MOST_BYTES = 4 << 20
"""Of one message; beyond it the connection is closed with 1009. What is more than `envelope.MAX_FRAME` (256 KiB) is skipped
unread: one broken message must not cost those that follow it."""
READ_AHEAD = 64
"""Messages that the library reads ahead; then the kernel's buffers fill, and then the server waits."""


class Unreachable(Exception):
    """No socket could be opened; the text says why, for the streamer."""

    def __init__(self, why: str, *, sent_away: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.sent_away = sent_away
        """The server answered, and refused this address."""


class Closed(Exception):
    """The other side, or the network, has ended the socket. `code`: see `closes`."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Socket(Protocol):
    async def frame(self) -> bytes:
        """The next message, text or binary, as bytes. Cancelling it loses nothing. Raises Closed."""
        ...

    def close(self) -> None:
        """At once, without waiting for the other side."""
        ...


Opener = Callable[[str], Awaitable[Socket]]
"""URL → socket. Raises Unreachable."""


class _WithoutRedirects(connect):
    """A redirect could lead anywhere; Twitch moves clients by `reconnect_url`, which is looked at first."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class WebSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def frame(self) -> bytes:
        try:
            # bytes: a text that is not UTF-8 must cost one message, not the connection
            return await self._connection.recv(decode=False)
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd is not None else _own_code(closed)) from None
        except (WebSocketException, OSError):
            raise Closed(NO_WORD) from None

    def close(self) -> None:
        # the closing handshake would wait for a server that may be the very thing that hangs
        self._connection.transport.abort()


def opener() -> Opener:
    """Certificates are checked against the system's, and certifi's where the system has none."""
    context: ssl.SSLContext | None = None

    async def open_(url: str) -> Socket:
        nonlocal context
        parts = urlsplit(url)
        if parts.scheme == "wss" and context is None:
            context = await asyncio.to_thread(trusting, ssl.get_default_verify_paths())
        try:
            connection = await _WithoutRedirects(
                url,
                ssl=context if parts.scheme == "wss" else None,
                # no proxy stands between this computer and itself
                proxy=None if is_loopback(parts.hostname or "") else True,
                # Twitch closes a socket with 4001 on which a client sends anything but pongs
                ping_interval=None,
                # frames are small, and a compressed one may be large
                compression=None,
                open_timeout=None,
                close_timeout=0.5,
                max_size=MOST_BYTES,
                max_queue=READ_AHEAD,
            )
        except InvalidStatus as refused:
            status = refused.response.status_code
            sent_away = status < 500 and status != 429
            raise Unreachable(f"Twitch refuses the connection (HTTP {status})", sent_away=sent_away) from None
        except InvalidHandshake:
            raise Unreachable("what answers at Twitch's address does not speak WebSocket") from None
        except OSError as error:
            reason = why(error)
            raise Unreachable(f"Twitch cannot be reached: {reason}" if reason else "Twitch cannot be reached") from None
        except (WebSocketException, ValueError, EOFError):
            raise Unreachable("Twitch's address cannot be opened") from None
        return WebSocket(connection)

    return open_


def _own_code(closed: ConnectionClosed) -> int:
    """1009 and the like are said by this side of the socket, and then the other's word does not come."""
    return closed.sent.code if closed.sent is not None else NO_WORD
