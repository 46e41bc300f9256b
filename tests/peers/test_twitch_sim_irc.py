"""Our own chat source at the simulated Twitch's IRC, over real sockets; and clients that behave badly."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from fakes.until import LIMIT_S, until
from sidecast.chat.irc.connection import opener
from sidecast.chat.irc.source import TwitchChat
from sidecast.clock import SystemClock
from sidecast.flow.chat import ChannelEvent, ChatMessage, Incoming, Removal
from sidecast.twitch_sim.simulator import Simulator

pytestmark = pytest.mark.peers


@contextlib.asynccontextmanager
async def reading(sim: Simulator) -> AsyncIterator[list[Incoming]]:
    """What our source hands over; it has joined."""
    items: list[Incoming] = []
    source = TwitchChat(sim.channel.login, opener("127.0.0.1", sim.port, tls=False), SystemClock(), random.Random(1))

    async def read() -> None:
        async for item in source.incoming():
            items.append(item)  # noqa: PERF401 - they are looked at while they come

    task = asyncio.create_task(read())
    try:
        await until(lambda: listening(sim))
        yield items
        assert source.malformed == 0
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def listening(sim: Simulator) -> bool:
    return any(sim.channel.login in session.rooms for session in sim.irc.sessions)


def texts(items: list[Incoming]) -> list[str]:
    return [item.text for item in items if isinstance(item, ChatMessage)]


async def test_a_burst_comes_whole_once_and_in_order() -> None:
    async with Simulator(seed=3) as sim, reading(sim) as items:
        said = [sim.say(f"viewer{number % 50}", f"message {number} 😂").text for number in range(2000)]
        await until(lambda: len(items) >= len(said))
        assert texts(items) == said


async def test_nothing_is_lost_or_doubled_when_twitch_asks_for_a_new_connection() -> None:
    async with Simulator(seed=3) as sim, reading(sim) as items:
        old = set(sim.irc.sessions)
        said = [sim.say("wren", "before").text]
        sim.irc.reconnect(grace_s=2.0)
        while old & set(sim.irc.sessions):  # both connections are up for a while
            said.append(sim.say("wren", f"meanwhile {len(said)}").text)
            await asyncio.sleep(0.01)
        said.append(sim.say("wren", "after").text)
        await until(lambda: texts(items)[-1:] == ["after"])
        assert len(said) > 10
        assert texts(items) == said


async def test_it_comes_back_when_it_is_hung_up_on() -> None:
    async with Simulator(seed=3) as sim, reading(sim) as items:
        sim.irc.hang_up()
        await until(lambda: not listening(sim))
        await until(lambda: listening(sim))
        sim.say("wren", "after")
        await until(lambda: items)
        assert texts(items) == ["after"]


async def test_both_transports_tell_of_the_same_message_by_the_same_id() -> None:
    async with Simulator(seed=3) as sim, reading(sim) as items:
        message = sim.say("wren", "hello")
        notice = []
        sim.world.listen(lambda happening: notice.append(getattr(happening, "id", "")))
        sim.world.support.raid(sim.world.user("captain_quill"), 12)
        sim.world.chat.delete(message.id)
        await until(lambda: len(items) == 3)
        said, raid, gone = items
        assert isinstance(said, ChatMessage) and isinstance(raid, ChannelEvent) and isinstance(gone, Removal)
        assert (said.id, gone.message_id) == (message.id, message.id)
        assert raid.id in notice


async def small(sim: Simulator) -> socket.socket:
    """A connection for which the system keeps little, so that who does not read is noticed soon."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.setblocking(False)
    await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", sim.port))
    return made


async def test_a_client_that_does_not_read_is_let_go_and_holds_nobody_up() -> None:
    async with Simulator(seed=3) as sim, reading(sim) as items:
        _, writer = await asyncio.open_connection(sock=await small(sim), limit=1)
        writer.write(f"NICK justinfan9\r\nJOIN #{sim.channel.login}\r\n".encode())
        await until(lambda: len(sim.irc.sessions) == 2)
        count = 0
        async with asyncio.timeout(LIMIT_S):
            while len(sim.irc.sessions) == 2:
                count += 1
                sim.say("wren", f"{count} " + "x" * 480)
                await asyncio.sleep(0)
        assert sim.irc.let_go == 1
        await until(lambda: len(items) == count)
        writer.transport.abort()


async def test_several_lines_come_in_one_frame_and_go_in_one() -> None:
    async with Simulator(seed=3) as sim, connect(sim.irc_url, subprotocols=[Subprotocol("irc")]) as wire:
        assert wire.subprotocol == "irc"
        await wire.send(f"CAP REQ :twitch.tv/tags twitch.tv/commands\r\nNICK justinfan9\r\nJOIN #{sim.channel.login}")
        async with asyncio.timeout(LIMIT_S):
            first = await wire.recv()
        assert isinstance(first, str)
        assert first.count("\r\n") == len(first.splitlines()) == 12
        for number in range(5):
            sim.say("wren", f"{number}")
        async with asyncio.timeout(LIMIT_S):
            burst = await wire.recv()
        assert isinstance(burst, str)
        assert [line[-1] for line in burst.splitlines()] == list("01234")


async def test_tls_is_refused_at_once() -> None:
    async with Simulator(seed=3) as sim:
        reader, writer = await asyncio.open_connection("127.0.0.1", sim.port)
        writer.write(b"\x16\x03\x01\x02\x00\x01")
        async with asyncio.timeout(LIMIT_S):
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()
