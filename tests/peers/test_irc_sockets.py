"""The same over real sockets, with TLS and without."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.certificates import server_context
from fakes.irc_server import FakeTwitch, privmsg
from fakes.until import LIMIT_S, until
from sidecast.chat.irc.connection import opener, trusting
from sidecast.chat.irc.source import TwitchChat
from sidecast.clock import SystemClock
from sidecast.flow.chat import ChatMessage

pytestmark = pytest.mark.peers


@contextlib.asynccontextmanager
async def reading(port: int, *, tls: bool) -> AsyncIterator[tuple[list[str], list[str]]]:
    """Texts and notes as they come."""
    texts: list[str] = []
    notes: list[str] = []
    source = TwitchChat("kit", opener("127.0.0.1", port, tls=tls), SystemClock(), random.Random(1), notes.append)

    async def read() -> None:
        async for item in source.incoming():
            assert isinstance(item, ChatMessage)
            texts.append(item.text)

    task = asyncio.create_task(read())
    try:
        yield texts, notes
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("tls", [True, False])
async def test_messages_come_over_a_socket_and_over_the_next_one(
    tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = server_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    server = FakeTwitch()
    async with server.on_socket(context if tls else None) as port, reading(port, tls=tls) as (texts, notes):
        await until(lambda: server.joined)
        data = f"{privmsg('first 😂', number=1)}\r\n{privmsg('second', number=2)}\r\n".encode()
        at = data.index("😂".encode()) + 2
        server.write(data[:at])
        await asyncio.sleep(0)
        server.write(data[at:])
        await until(lambda: len(texts) == 2)
        server.hang_up()
        await until(lambda: server.joined)
        server.tell(privmsg("third", number=3))
        await until(lambda: len(texts) == 3)
    assert texts == ["first 😂", "second", "third"]
    assert notes == ["", "The chat is away; trying again in 1 s.", ""]
    assert not server.clients


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context, _ = server_context(tmp_path)
    server = FakeTwitch()
    async with server.on_socket(context) as port, reading(port, tls=True) as (_, notes):
        await until(lambda: notes)
    assert notes[0].startswith("The chat is away: its certificate is not trusted")
    assert not server.heard


@pytest.mark.parametrize("empty_folder", [True, False])
def test_where_the_system_has_no_certificates_there_are_some(empty_folder: bool, tmp_path: Path) -> None:
    system = ssl.get_default_verify_paths()
    bare = system._replace(cafile="", capath=str(tmp_path) if empty_folder else "")
    assert len(trusting(bare).get_ca_certs()) > 50
    (tmp_path / "own.pem").touch()
    own = trusting(system._replace(cafile="", capath=str(tmp_path)))
    assert len(own.get_ca_certs()) == len(ssl.create_default_context().get_ca_certs())


async def test_a_server_that_asks_without_end_and_reads_no_answer_is_left() -> None:
    """Its PINGs would otherwise fill the memory with PONGs."""
    left = asyncio.Event()

    async def pester(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(0)
        with contextlib.suppress(OSError):
            while True:
                writer.write(b"PING :" + b"x" * 10_000 + b"\r\n")
                await writer.drain()
        left.set()

    server = await asyncio.start_server(pester, "127.0.0.1", 0, limit=1)
    async with server, reading(int(server.sockets[0].getsockname()[1]), tls=False) as (_, notes), asyncio.timeout(LIMIT_S):
        await left.wait()
        await until(lambda: notes)
    assert notes[0].startswith("The chat is away")


async def test_a_server_that_speaks_no_tls() -> None:
    server = FakeTwitch()
    async with server.on_socket() as port, reading(port, tls=True) as (_, notes):
        await until(lambda: server.clients)
        for client in server.clients:
            client.tell("PING :hello there")
        await until(lambda: notes)
    assert notes[0].startswith("The chat is away")
