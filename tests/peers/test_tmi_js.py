"""tmi.js, which most of Twitch's bots read chat with, on the same server as our source: both must understand the same."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.irc_frames import CHANNEL, snapshots
from fakes.irc_server import Client, FakeTwitch, deleted, privmsg, timed_out, usernotice
from fakes.until import until
from sidecast.chat.irc.source import TwitchChat
from sidecast.clock import SystemClock
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, FragmentKind, Incoming, Removal, RemovalScope, Role

pytestmark = pytest.mark.peers

VERSION = "tmi.js@1.8.5"
HERE = Path(__file__).parent
INSTALL_S = 120
LIMIT_S = 30
LAST = "that is all"
ID = re.compile(r";id=[^;]*;")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tmi.js; skips where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no npm here: tmi.js cannot be fetched")
    folder = tmp_path_factory.mktemp("tmi")
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0"]
    command = [npm, "install", *quiet, "--prefix", str(folder), VERSION]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not fetch {VERSION} within {INSTALL_S} s")
    if done.returncode != 0:
        pytest.skip(f"npm cannot fetch {VERSION}: {done.stderr.strip().splitlines()[-1:]}")
    return folder / "node_modules"


@contextlib.asynccontextmanager
async def on_websocket(server: FakeTwitch) -> AsyncIterator[int]:
    """tmi.js speaks IRC over WebSocket only."""

    async def talk(socket: ServerConnection) -> None:
        coming: asyncio.Queue[bytes] = asyncio.Queue()
        client = Client(server, coming.put_nowait, lambda: None)

        async def send() -> None:
            while True:
                await socket.send((await coming.get()).decode())

        sending = asyncio.create_task(send())
        with contextlib.suppress(ConnectionClosed):
            async for said in socket:
                text = said if isinstance(said, str) else said.decode()
                client.feed(text.rstrip("\r\n").encode() + b"\r\n")
        sending.cancel()
        client.close()

    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol("irc")]) as listening:
        yield int(next(iter(listening.sockets)).getsockname()[1])


def script() -> list[str]:
    """Our own traps and, where they are at hand, all real messages."""
    own = [
        privmsg("hello there", number=1),
        privmsg("Kappa 😂 Keepo", number=2, emotes="25:0-4/1902:8-12"),
        privmsg("\x01ACTION waves Kappa\x01", number=3, emotes="25:6-10"),
        privmsg("Cheer100 nice", number=4, bits=100),
        privmsg("@Bo yes", number=5, reply_parent_msg_id="m-1", reply_parent_user_id="id-bo"),
        privmsg("I moderate", number=6, badges="moderator/1", mod=1, user_type="mod"),
        privmsg("my channel", number=7, badges="broadcaster/1"),
        privmsg("a : colon :and more", number=8),
        privmsg("spaces\\s in names", number=9, display_name="테스트"),
        usernotice("raid", who="bo", number=10, msg_param_viewerCount=42, msg_param_displayName="Bo", msg_param_login="bo"),
        deleted(1),
        timed_out("mika"),
        "@room-id=1;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #kit",
    ]
    real = [line for _, line in snapshots() if " PRIVMSG #" in line and "source-room-id" not in line and ";id=" in line]
    # of an emote that the tag names twice, tmi.js keeps one
    real = [line for line in real if not re.search(r"emotes=(?:[^;]*/)?(\w+):[^;]*/\1:", line)]
    # some of them share an id, and ours hands on each id once
    told = [ID.sub(f";id=real-{number};", CHANNEL.sub(r"\1kit", line)) for number, line in enumerate(real)]
    return [*own, *told, privmsg(LAST, number=999)]


async def test_tmi_js_and_our_source_understand_the_same(modules: Path) -> None:
    server = FakeTwitch()
    items: list[Incoming] = []
    source = TwitchChat("kit", server.in_memory, SystemClock(), random.Random(1))

    async def read() -> None:
        async for item in source.incoming():
            items.append(item)  # noqa: PERF401 - they are looked at while they come

    async with on_websocket(server) as port:
        reading = asyncio.create_task(read())
        peer = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "tmi.cjs"),
            str(modules),
            str(port),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_PATH": ""},
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                theirs = [fields async for fields in understood(server, peer)]
                await until(lambda: any(isinstance(item, ChatMessage) and item.text == LAST for item in items[-1:]))
        finally:
            if peer.returncode is None:
                peer.kill()
            await peer.wait()
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading
    ours = [fields for item in items if (fields := as_theirs(item))]
    assert len(theirs) >= 13
    for mine, their in zip(ours, theirs, strict=True):
        assert mine == their


async def understood(server: FakeTwitch, peer: asyncio.subprocess.Process) -> AsyncIterator[dict[str, Any]]:
    """Begins the script when both have joined."""
    assert peer.stdout is not None
    while line := await peer.stdout.readline():
        fields = json.loads(line)
        if fields["kind"] == "joined":
            await until(lambda: len(server.joined) == 2)
            for each in script():
                server.tell(each)
            continue
        yield comparable(fields)
        if fields.get("text") == LAST:
            return


def comparable(fields: dict[str, Any]) -> dict[str, Any]:
    """tmi.js keeps emotes by id with their ranges as text, and does not check them."""
    if fields["kind"] != "message":
        return fields
    text = fields["text"]
    emotes = sorted(
        text[int(first) : int(last) + 1]
        for ranges in fields["emotes"].values()
        for first, dash, last in (each.partition("-") for each in ranges)
        if dash and int(first) <= int(last) < len(text)
    )
    return fields | {"emotes": emotes}


def as_theirs(item: Incoming) -> dict[str, Any] | None:
    if isinstance(item, Removal):
        if item.scope is RemovalScope.CHAT:
            return {"kind": "chat"}
        user = item.scope is RemovalScope.USER
        return {"kind": "user", "author": item.author_id} if user else {"kind": "deleted", "id": item.message_id}
    if isinstance(item, ChannelEvent):
        assert item.author is not None
        return {"kind": "raid", "name": item.author.name, "amount": item.amount} if item.kind is EventKind.RAID else None
    return {
        "kind": "message",
        "id": item.id,
        "author": item.author.id,
        "name": item.author.name,
        "text": item.text,
        "mod": bool(item.author.roles & {Role.MODERATOR, Role.BROADCASTER}),
        "bits": item.bits,
        "emotes": sorted(part.text for part in item.fragments if part.kind is FragmentKind.EMOTE),
        "reply": item.reply_to,
    }
