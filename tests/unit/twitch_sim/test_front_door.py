"""One port for HTTP, WebSockets and raw IRC: the first word decides, wherever the network cuts it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.twitch_sim.front_door import FIRST_WORD_S, LONGEST_WORD, Undecided, speaks_http
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

HTTP = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"POST /x HTTP/1.1\r\n",
    b"PATCH /x HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n",
    b"OPTIONS * HTTP/1.1\r\n",
]
IRC = [
    b"CAP LS 302\r\n",
    b"PASS oauth:x\r\n",
    b"PONG :x\r\n",
    b"PING\r\n",
    b"NICK a\r\n",
    b"\r\nNICK a\r\n",
    b"@a=b PRIVMSG #a :b\r\n",
]
IRC += [b"get\r\n", b"P\r\n", b"GET\r\n"]


class Wire(asyncio.Transport):
    """What the door does with a connection."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = self.aborted = False

    def is_closing(self) -> bool:
        return self.closed or self.aborted

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def get_write_buffer_size(self) -> int:
        return 0


class Room(asyncio.Protocol):
    def __init__(self) -> None:
        self.received = b""
        self.ended = False

    def data_received(self, data: bytes) -> None:
        self.received += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


class Door:
    def __init__(self) -> None:
        self.http, self.irc, self.wire = Room(), Room(), Wire()
        self.open_ones: set[object] = set()
        self.undecided = Undecided(lambda: self.http, lambda: self.irc, self.open_ones)
        self.undecided.connection_made(self.wire)


@pytest.mark.parametrize("said", HTTP + IRC)
def test_the_first_word_decides_however_it_is_cut(said: bytes) -> None:
    async def run() -> None:
        for at in range(1, len(said)):
            door = Door()
            for piece in (said[:at], said[at:]):
                door.undecided.data_received(piece)
            room, other = (door.http, door.irc) if said in HTTP else (door.irc, door.http)
            assert room.received == said
            assert not other.received

    run_virtual(run())


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=10))
def test_no_byte_is_lost(pieces: list[bytes]) -> None:
    async def run() -> None:
        door = Door()
        for piece in pieces:
            door.undecided.data_received(piece)
            if door.wire.aborted:
                assert b"".join(pieces)[0] == 0x16
                return
        said = b"".join(pieces)
        decided = speaks_http(said) is not None or len(said) > LONGEST_WORD
        assert door.http.received + door.irc.received == (said if decided else b"")

    run_virtual(run())


def test_who_says_nothing_is_let_go() -> None:
    async def run() -> None:
        silent, slow, talking = Door(), Door(), Door()
        talking.undecided.data_received(b"NICK a\r\n")
        await asyncio.sleep(FIRST_WORD_S - 1)
        slow.undecided.data_received(b"P")
        await asyncio.sleep(2)
        assert (silent.wire.closed, slow.wire.closed, talking.wire.closed) == (True, True, False)

    run_virtual(run())


def test_tls_is_refused_at_once() -> None:
    async def run() -> None:
        door = Door()
        door.undecided.data_received(b"\x16\x03\x01")
        assert door.wire.aborted

    run_virtual(run())


def test_the_end_reaches_the_room_and_the_servers_list() -> None:
    async def run() -> None:
        door = Door()
        door.undecided.data_received(b"NICK a\r\n")
        assert door.open_ones == {door.undecided}
        door.undecided.connection_lost(None)
        assert door.irc.ended
        assert not door.open_ones

    run_virtual(run())
