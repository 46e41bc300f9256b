"""Connections that are held open for nothing, at the real server: closed after a while, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.control import slow_clients
from sidecast.control.entrance import Entrance
from sidecast.control.feed import Feed
from sidecast.control.guard import HEADERS
from sidecast.control.server import ControlServer
from sidecast.control.slow_clients import MAX_OF_ONE, PINGS, TimedWebSocket

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


async def page(server: ControlServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket of somebody who is in."""
    here = f"host: 127.0.0.1:{server.port}\r\norigin: {server.address}\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {server.mint_link().removeprefix(server.address)} HTTP/1.1\r\n{here}connection: close\r\n\r\n".encode())
    cookie = (await ends(reader)).partition(b"set-cookie: ")[2].partition(b";")[0].decode()
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    upgrade += "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    writer.write(f"GET /ws HTTP/1.1\r\n{here}cookie: {cookie}\r\n{upgrade}\r\n".encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def frame(kind: int, payload: bytes) -> bytes:
    """RFC 6455, 5.2: with a mask of zeros."""
    return bytes([kind, 0x80 | len(payload)]) + bytes(4) + payload


FIN, TEXT, CONTINUATION, PING = 0x80, 1, 0, 9


async def test_a_websocket_that_pings_without_end(server: ControlServer) -> None:
    reader, writer = await page(server)
    writer.write(frame(FIN | PING, b"x" * 125) * 10_000)
    # what came with the last one that was allowed is answered at once
    assert (await ends(reader)).count(b"x" * 125) < 5_000
    writer.close()


async def test_a_websocket_may_ping(server: ControlServer) -> None:
    reader, writer = await page(server)
    writer.write(frame(FIN | PING, b"still there?") * (PINGS // 2))
    async with asyncio.timeout(20):
        for _ in range(PINGS // 2):
            await reader.readuntil(b"still there?")
    writer.close()


async def test_a_message_in_pieces_without_end(server: ControlServer) -> None:
    reader, writer = await page(server)
    writer.write(frame(TEXT, b"{") + frame(CONTINUATION, b"") * 10_000)
    await ends(reader)
    writer.close()


async def test_a_page_that_takes_nothing(server: ControlServer) -> None:
    """Long before it is noticed that it confirms nothing: by what lies in the way to it."""
    _, writer = await page(server)
    assert server._server is not None
    [there] = [each for each in server._server.server_state.connections if isinstance(each, TimedWebSocket)]
    there.pause_writing()
    await until(there.transport.is_closing)
    writer.close()


class Elsewhere(asyncio.Transport):
    """A connection of somebody in another network."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 50000), "sockname": ("192.0.2.1", 8787)})
        self.closed = False

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True


async def test_one_network_does_not_keep_all_others_out(server: ControlServer) -> None:
    assert server._server is not None
    knock = server._server._protocol
    crowd = [Elsewhere(f"2001:db8:0:7::{number:x}") for number in range(MAX_OF_ONE + 20)]
    for each in [*crowd, one := Elsewhere("2001:db8:0:8::1")]:
        knock().connection_made(each)
    assert [each.closed for each in crowd] == [False] * MAX_OF_ONE + [True] * 20
    assert not one.closed
    server._server.server_state.connections.clear()


async def test_beyond_the_last_connection_it_says_so(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "MAX_CONNECTIONS", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(GOOD % server.port)
    answer = await ends(reader)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Close pages, then try again." in answer
    writer.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: {here}\r\nhost: {here}\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: {here}\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nhost: localhost:1\r\nconnection: close\r\n\r\n", 421),
        ("BREW / HTTP/1.1\r\nhost: {here}\r\nconnection: close\r\n\r\n", 405),
        ("GET /metrics/x HTTP/1.1\r\nhost: {here}\r\nconnection: close\r\n\r\n", 404),
        ("GET /ws HTTP/1.1\r\nhost: {here}\r\n{upgrade}\r\n", 403),
        ("GET /ws HTTP/1.1\r\nhost: {here}\r\norigin: http://evil.example\r\n{upgrade}\r\n", 403),
        ("GET /ws HTTP/1.1\r\nhost: {here}\r\norigin: http://{here}\r\n{upgrade}\r\n", 401),
        ("GET /ws HTTP/1.1\r\nhost: {here}\r\norigin: http://{here}\r\n{upgrade}sec-websocket-version: 99\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: {here}\r\norigin: http://{here}\r\n{upgrade}\r\n", 403),
    ],
)
async def test_whatever_is_refused_by_whom_has_the_strict_headers_once(
    server: ControlServer, request_: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    upgrade += "" if "version" in request_ else "sec-websocket-version: 13\r\n"
    writer.write(request_.format(here=f"127.0.0.1:{server.port}", upgrade=upgrade).encode())
    head = (await ends(reader)).partition(b"\r\n\r\n")[0].decode()
    assert head.startswith(f"HTTP/1.1 {status} ")
    lines = [line.partition(": ") for line in head.split("\r\n")[1:]]
    told = {name.lower(): value for name, _, value in lines}
    assert {name: told[name] for name in HEADERS} == HEADERS
    assert len(told) == len(lines)
    assert "server" not in told
    assert not [line for line in caplog.records if line.levelname == "ERROR"], "it is no fault of ours"
    writer.close()


async def test_a_fault_of_ours_has_them_too(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(Entrance, "use", fail)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET /open?key=x HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nconnection: close\r\n\r\n".encode())
    head, _, body = (await ends(reader)).decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 500 ")
    assert all(f"{name}: {value}" in head for name, value in HEADERS.items())
    assert set(json.loads(body)) == {"what", "remedy"}
    assert "secret" not in body
    writer.close()


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
