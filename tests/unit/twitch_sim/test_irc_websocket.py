"""IRC over a WebSocket, as the application sees one: frames in and out, and a client that does not read."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket

from fakes.irc_room import ROOM, IrcRoom
from sidecast.twitch_sim.irc.session import PENDING
from sidecast.twitch_sim.irc.sockets import irc_over_websocket
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit


class Wire:
    """The server below the application."""

    def __init__(self, *subprotocols: str) -> None:
        self.scope = {"type": "websocket", "path": "/", "headers": [], "subprotocols": list(subprotocols)}
        self.coming: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        self.reads = True
        self.coming.put_nowait({"type": "websocket.connect"})

    async def send(self, message: Message) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        self.sent.append(message)

    def say(self, text: str) -> None:
        self.coming.put_nowait({"type": "websocket.receive", "text": text})

    def serve(self, room: IrcRoom) -> Coroutine[Any, Any, None]:
        return irc_over_websocket(room.hall, WebSocket(self.scope, self.coming.get, self.send))

    def frames(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]


async def settled() -> None:
    await asyncio.sleep(1)


def test_lines_share_frames_both_ways() -> None:
    async def run() -> None:
        room, wire = IrcRoom(), Wire("irc")
        serving = asyncio.create_task(wire.serve(room))
        wire.say(f"NICK justinfan1\r\nJOIN {ROOM}")
        await settled()
        assert wire.sent[0] == {"type": "websocket.accept", "subprotocol": "irc", "headers": []}
        [welcome] = wire.frames()
        assert welcome.count("\r\n") == len(welcome.splitlines()) == 10
        for number in range(5):
            room.world.chat.say(room.world.user("wren"), str(number))
        await settled()
        assert [line[-1] for line in wire.frames()[1].splitlines()] == list("01234")
        wire.coming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await serving
        assert not room.hall.sessions

    run_virtual(run())


def test_who_does_not_read_is_let_go() -> None:
    async def run() -> None:
        room, wire = IrcRoom(), Wire()
        serving = asyncio.create_task(wire.serve(room))
        wire.say(f"NICK justinfan1\r\nJOIN {ROOM}")
        await settled()
        wire.reads = False
        for _ in range(PENDING // 500 + 2):
            room.world.chat.say(room.world.user("wren"), "x" * 500)
            await asyncio.sleep(0)
        await serving
        assert (room.hall.let_go, room.hall.sessions) == (1, [])

    run_virtual(run())


def test_the_server_ends_it() -> None:
    async def run() -> None:
        room, wire = IrcRoom(), Wire()
        serving = asyncio.create_task(wire.serve(room))
        wire.say("PASS oauth:nobody\r\nNICK nobody")
        await serving
        assert wire.frames() == [":tmi.twitch.tv NOTICE * :Login authentication failed\r\n"]
        assert wire.sent[-1]["type"] == "websocket.close"
        assert not room.hall.sessions

    run_virtual(run())


def test_too_many_connections() -> None:
    async def run() -> None:
        room = IrcRoom()
        while room.hall.enter():
            pass
        wire = Wire()
        await wire.serve(room)
        assert (wire.sent[-1]["type"], wire.sent[-1]["code"], room.hall.full) == ("websocket.close", 1013, 2)

    run_virtual(run())
