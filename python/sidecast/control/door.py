"""One port for HTTPS that also answers who comes with plain HTTP: a sentence instead of a hang."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable

log = logging.getLogger(__name__)

HANDSHAKE = 0x16
"""The first byte of TLS (RFC 8446, 5.1); no HTTP request begins with it."""
FIRST_BYTE_S = 10.0
MAX_WAITING = 256
"""Connections that have not said anything yet."""
_SENTENCE = b"This control room speaks HTTPS: open it by https:// instead of http://.\n"
ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%b"
) % (len(_SENTENCE), _SENTENCE)


class Door:
    """Takes the place of an `asyncio.Server`: `open`, then `close`, then `wait_closed`."""

    def __init__(self, listener: socket.socket, make_protocol: Callable[[], asyncio.Protocol], context: ssl.SSLContext) -> None:
        """`listener` listens and does not block."""
        self._listener = listener
        self._make_protocol = make_protocol
        self._context = context
        self._accepting: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        self._accepting = asyncio.get_running_loop().create_task(self._accept(), name="control room's door")

    def close(self) -> None:
        """Who is in stays in; who waits at the door goes."""
        for task in (self._accepting, *self._waiting):
            if task is not None:
                task.cancel()

    async def wait_closed(self) -> None:
        """Returns when nobody waits at the door any more."""
        await asyncio.gather(*filter(None, (self._accepting, *self._waiting)), return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                # out of descriptors, or the peer is gone again: the next one may do better
                log.warning("the control room could not accept a connection: %s", error.strerror)
                await asyncio.sleep(0.1)
                continue
            connection.setblocking(False)
            if len(self._waiting) >= MAX_WAITING:
                connection.close()
                continue
            task = loop.create_task(self._greet(connection))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def _greet(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIRST_BYTE_S):
                first = await _peek(connection)
                if first and first[0] != HANDSHAKE:
                    await _say(connection)
            if first and first[0] == HANDSHAKE:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                await loop.connect_accepted_socket(
                    self._make_protocol,
                    connection,
                    ssl=self._context,
                    ssl_handshake_timeout=FIRST_BYTE_S,
                    ssl_shutdown_timeout=2.0,
                )
                return
        except (OSError, TimeoutError) as error:
            # scanners, browsers that do not trust us, and who has gone again: no news
            log.debug("a connection to the control room came to nothing: %s", error)
        except BaseException:
            connection.close()
            raise
        connection.close()


async def _peek(connection: socket.socket) -> bytes:
    """The first byte, which stays there for TLS to read."""
    loop = asyncio.get_running_loop()
    while True:
        with contextlib.suppress(BlockingIOError, InterruptedError):
            return connection.recv(1, socket.MSG_PEEK)
        readable: asyncio.Future[None] = loop.create_future()
        loop.add_reader(connection, _set, readable)
        try:
            await readable
        finally:
            loop.remove_reader(connection)


def _set(readable: asyncio.Future[None]) -> None:
    if not readable.done():
        readable.set_result(None)


async def _say(connection: socket.socket) -> None:
    """What came is read first: closing over unread bytes would take the answer away again."""
    loop = asyncio.get_running_loop()
    heard = b""
    while b"\r\n\r\n" not in heard and len(heard) < 16384:
        more = await loop.sock_recv(connection, 4096)
        if not more:
            break
        heard += more
    await loop.sock_sendall(connection, ANSWER)
    connection.shutdown(socket.SHUT_WR)
    while await loop.sock_recv(connection, 4096):
        pass
