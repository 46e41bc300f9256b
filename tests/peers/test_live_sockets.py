"""Many pages and scripts at once over real sockets, curl among them, and the examples of docs/for-scripts.md."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from fakes.accounts import CheapAccounts
from fakes.show_feed import ShowFeed
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Permission
from sidecast.control.feed import Feed
from sidecast.control.live_socket import MAX_PAGES
from sidecast.control.server import ControlServer
from sidecast.flow.candidate import Reason
from sidecast.flow.cue import HostState, Status
from sidecast.flow.order import Order, Say, Skip

pytestmark = pytest.mark.peers

PAGES, SCRIPTS = 20, 4
GUIDE = Path(__file__).parents[2] / "docs" / "for-scripts.md"


class Room:
    """A server with people and keys."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.feed = Feed(self.clock, run="run")
        self.show = ShowFeed(self.feed)
        self.orders: list[Order] = []
        self.token = ""
        self.accounts = CheapAccounts(self.clock)
        self.server = ControlServer(self.feed, self.orders.append, self.clock, lambda: b"", port=0, accounts=self.accounts)

    @property
    def live(self) -> str:
        return f"{self.server.address}/api/v1/live"

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        # tabs of one browser share one session
        self.token = self.token or (await self.accounts.owner())[1]
        headers = {"Cookie": f"sidecast_{self.server.port}={self.token}"}
        where = f"ws://127.0.0.1:{self.server.port}/ws"
        async with websockets.connect(where, origin=self.server.address, additional_headers=headers) as socket:  # type: ignore[arg-type]
            page = Page(socket)
            reading = asyncio.ensure_future(page.read())
            try:
                yield page
            finally:
                reading.cancel()


class Page:
    """Confirms what it sees, as the real one does."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.seen: dict[str, Any] = {}
        self.frames = 0
        self.closed = ""

    async def read(self) -> None:
        try:
            async for text in self.socket:
                message = json.loads(text)
                if "seq" in message:
                    self.frames += 1
                    self.seen |= message["cells"]
                    await self.socket.send(json.dumps({"seen": message["seq"]}))
                else:
                    self.seen["answer"] = message
        except websockets.ConnectionClosed as closed:
            self.closed = closed.rcvd.reason if closed.rcvd else "lost"


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    await room.server.start()
    yield room
    await room.server.close()


class Script:
    """Follows the events."""

    def __init__(self, room: Room, key: str) -> None:
        self._room = room
        self._key = key
        self.seen: dict[str, Any] = {}
        self.last = ""

    async def follow(self) -> None:
        headers = {"authorization": f"Bearer {self._key}"}
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(10, read=60)) as client,
            client.stream("GET", f"{self._room.live}/events", headers=headers) as answer,
        ):
            assert answer.status_code == 200
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    self.seen |= json.loads(line[6:])["cells"]
                elif line.startswith("id: "):
                    self.last = line[4:]


async def test_twenty_pages_and_four_scripts_are_all_alive_in_a_fast_chat(room: Room) -> None:
    async with contextlib.AsyncExitStack() as open_:
        pages = [await open_.enter_async_context(room.page()) for _ in range(PAGES)]
        key = await room.accounts.key(Permission.WATCH, Permission.DIRECT)
        scripts = [Script(room, key) for _ in range(SCRIPTS)]
        following = [asyncio.ensure_future(script.follow()) for script in scripts]
        open_.callback(lambda: [each.cancel() for each in following])
        everybody: list[Page | Script] = [*pages, *scripts]
        await until(lambda: all("status" in each.seen for each in everybody))
        for number in range(400):
            room.show.message("mika", f"hello {number}", Reason.REACTION)
            await asyncio.sleep(0.005)
        room.feed.status(Status(state=HostState.THINKING))
        await until(lambda: all(each.seen["status"]["state"] == "thinking" for each in everybody))
        await until(lambda: all(each.seen.get("counts", {}).get("received") == 400 for each in everybody))
        # orders come through all of that, from every page
        for number, page in enumerate(pages):
            await page.socket.send(json.dumps({"order": "mute", "on": False, "id": number}))
        await until(lambda: all("answer" in page.seen for page in pages))
        assert [page.seen["answer"]["done"] for page in pages] == list(range(PAGES))
        assert len(room.orders) == PAGES
        assert room.feed.cells.seq == int(scripts[0].last.split(":")[1])
        # all of them are let go in time
        async with asyncio.timeout(1.5):
            await room.server.close()
        await asyncio.wait(following, timeout=5)
        assert all(each.done() for each in following)


async def test_a_page_beyond_the_last_is_told_what_to_do(room: Room) -> None:
    async with contextlib.AsyncExitStack() as open_:
        pages = [await open_.enter_async_context(room.page()) for _ in range(MAX_PAGES)]
        await until(lambda: all(page.frames for page in pages))
        late = await open_.enter_async_context(room.page())
        await until(lambda: late.closed)
        assert late.closed == f"{MAX_PAGES} pages are open already: close one of them"


# ---- the guide -----------------------------------------------------------------------------------------------------------


async def run(command: str, home: Path, limit_s: float = 20.0) -> tuple[int, str]:
    pipe, environment = asyncio.subprocess.PIPE, {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    process = await asyncio.create_subprocess_exec("bash", "-c", command, stdout=pipe, stderr=pipe, env=environment)
    async with asyncio.timeout(limit_s):
        out, wrong = await process.communicate()
    return process.returncode or 0, (out + wrong).decode()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


async def prologue(room: Room) -> str:
    """The guide's first lines with a real key and port, and its aliases, which no script may use, as functions."""
    key = await room.accounts.key(Permission.WATCH, Permission.DIRECT)
    text = blocks("sh")[0].replace("PASTE THE KEY HERE", key).replace("http://127.0.0.1:8787", room.server.address)
    return text.replace("alias kit='curl -sS -K ~/.sidecast-key'", 'kit() { curl -sS -K ~/.sidecast-key "$@"; }')


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
async def test_the_guides_curl_lines_do_what_they_say(room: Room, tmp_path: Path) -> None:
    room.show.evening()
    start = await prologue(room)
    assert "umask 077" in start
    code, out = await run(start + 'kit "$LIVE/state?only=status,turn,queue"', tmp_path)
    assert (code, sorted(json.loads(out)["cells"])) == (0, ["queue", "status", "turn"])
    assert (tmp_path / ".sidecast-key").stat().st_mode & 0o077 == 0
    code, out = await run(start + blocks("sh")[2], tmp_path, 60)
    assert code == 0
    assert out.count('{"done":') == 10, out
    assert [type(order).__name__ for order in room.orders] == [
        *("Skip", "Mute", "Stop", "Answer", "Never", "Move", "Say", "Approve", "SetApproval", "SetMood")
    ]
    said = room.orders[6]
    assert isinstance(said, Say)
    assert (said.text, said.by) == ("Welcome back, everybody!", "a script")
    code, out = await run(start + 'timeout 2 curl -sS -N -K ~/.sidecast-key "$LIVE/events?only=status" || true', tmp_path)
    assert out.startswith("event: picture\ndata: {"), out
    assert f"id: run:{room.feed.cells.seq}\n" in out


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
async def test_the_guides_buttons_work(room: Room, tmp_path: Path) -> None:
    await run(await prologue(room), tmp_path)
    button = next(block for block in blocks("sh") if "stop-kit" in block)
    code, out = await run(button.replace("http://127.0.0.1:8787", room.server.address), tmp_path)
    assert (code, out) == (0, '{"done":"stop"}')
    (light,) = blocks("python")
    light = light.replace("http://127.0.0.1:8787", room.server.address)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", light, stdout=asyncio.subprocess.PIPE, env={"HOME": str(tmp_path)}
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        first = await process.stdout.readline()
        room.feed.status(Status(state=HostState.SPEAKING))
        second = await process.stdout.readline()
    process.kill()
    await process.wait()
    assert (first.strip(), second.strip()) == (b"starting", b"speaking")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
async def test_a_key_that_may_only_watch_directs_nothing(room: Room, tmp_path: Path) -> None:
    key = await room.accounts.key(Permission.WATCH)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{room.live}/orders", json={"order": "skip"}, headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["what"]) == (403, "This needs the permission “direct”, which you do not have.")
    assert not any(isinstance(order, Skip) for order in room.orders)
