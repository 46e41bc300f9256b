"""Connections that are held open for nothing, at the real server: closed after a while, and others are served meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.control import slow_clients
from sidecast.control.feed import Feed
from sidecast.control.server import ControlServer

pytestmark = pytest.mark.unit

GOOD = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n\r\n"


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ControlServer]:
    monkeypatch.setattr(slow_clients, "HEAD_S", 0.05)
    monkeypatch.setattr(slow_clients, "TAKE_S", 0.05)
    clock = SystemClock()
    server = ControlServer(Feed(clock), lambda _: None, clock, lambda: b"x" * 20_000_000, port=0)
    await server.start()
    yield server
    await server.close()


async def ends(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes; it must."""
    pieces = b""
    async with asyncio.timeout(20):
        try:
            while piece := await reader.read(65536):
                pieces += piece
        except ConnectionResetError:
            pass
    return pieces


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: "])
async def test_headers_that_never_come_to_an_end(server: ControlServer, begun: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(begun)
    assert await ends(reader) == b""
    writer.close()


async def test_a_second_request_on_the_same_connection_is_timed_too(server: ControlServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    good = GOOD % server.port
    writer.write(good + good)
    async with asyncio.timeout(20):
        for _ in range(2):
            assert b"200 OK" in await reader.readuntil(b"}")
    writer.write(good[:20])
    assert await ends(reader) == b""
    writer.close()


async def test_an_answer_that_nobody_takes(server: ControlServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    writer.write(b"GET /metrics HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n\r\n" % server.port)
    assert server._server is not None
    connections = server._server.server_state.connections
    await until(lambda: bool(connections))
    await until(lambda: not connections)
    writer.close()
    assert len(await ends(reader)) < 20_000_000


async def test_too_long_headers_are_refused(server: ControlServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"x" * 20_000)
    assert (await ends(reader)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_many_slow_ones_keep_nobody_out(server: ControlServer) -> None:
    slow = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(50)]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(GOOD % server.port)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    for _, each in [*slow, (reader, writer)]:
        each.close()


@pytest.mark.parametrize(
    "target",
    ["/page/../app.py", "/page/..%2f..%2fapp.py", "/page/%2e%2e/app.py", "//etc/passwd", "/page/%00", "/../../etc/passwd"],
)
async def test_no_path_leads_outside(server: ControlServer, target: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {target} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nconnection: close\r\n\r\n".encode())
    answer = await ends(reader)
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert b"import" not in answer
    assert b"root:" not in answer
    writer.close()


@pytest.mark.parametrize("header", ["x-forwarded-for: 192.0.2.1", "x-forwarded-proto: https", "forwarded: for=192.0.2.1"])
async def test_nobody_but_a_configured_proxy_says_who_asks(server: ControlServer, header: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    key = server.mint_link().partition("?")[2]
    writer.write(f"GET /open?{key} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n{header}\r\nconnection: close\r\n\r\n".encode())
    answer = await ends(reader)
    assert b"200 OK" in answer
    assert b"set-cookie: sidecast_" in answer, "HTTPS was believed"
    sessions = server._app.state.access._accounts.register.sessions.values()
    assert [session.address for session in sessions] == ["127.0.0.1"]
    writer.close()
