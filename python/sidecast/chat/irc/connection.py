"""A byte stream to a chat server, and how one is opened."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import certifi

READ = 64 * 1024
"""Bytes that are taken at once."""
UNREAD = 64 * 1024
"""Bytes that may wait until the server takes them."""


class Connection(Protocol):
    async def read(self) -> bytes:
        """What has come, at least one byte; empty at the end. Cancelling it loses nothing. Raises OSError."""
        ...

    def write(self, data: bytes) -> None:
        """Never waits: a reader of a chat says next to nothing. Raises OSError for a server that does not take even that."""
        ...

    def close(self) -> None: ...


Opener = Callable[[], Awaitable[Connection]]
"""Raises OSError when there is no connection to be had."""


class SocketConnection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        return await self._reader.read(READ)

    def write(self, data: bytes) -> None:
        if self._writer.transport.get_write_buffer_size() > UNREAD:
            raise ConnectionAbortedError("the server asks and does not read the answers")
        self._writer.write(data)

    def close(self) -> None:
        # at once: the good-bye of TLS would wait for a server that may be the very thing that hangs
        self._writer.transport.abort()


def opener(host: str, port: int, *, tls: bool) -> Opener:
    """Certificates are checked against the system's (or `SSL_CERT_FILE`'s), and certifi's where the system has none."""
    # made once, now: reading the system's certificates takes as long as a few frames
    context = trusting(ssl.get_default_verify_paths()) if tls else None

    async def connect() -> Connection:
        # IPv6 that leads nowhere must not cost the whole time-out
        return SocketConnection(*await asyncio.open_connection(host, port, ssl=context, happy_eyeballs_delay=0.25))

    return connect


def trusting(paths: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """Small systems (containers above all) come without any certificates, and then nothing could be trusted."""
    context = ssl.create_default_context()
    if not paths.cafile and not (paths.capath and any(Path(paths.capath).iterdir())):
        context.load_verify_locations(certifi.where())
    return context


def why(error: OSError) -> str:
    """What can be said of a connection that failed, for the streamer; empty for what says nothing to them."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted (is this computer's clock right?)"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as it should"
    if isinstance(error, socket.gaierror):
        return "its name is not found (is there a network?)"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses connections"
    return ""
