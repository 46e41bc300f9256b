"""Limits: bodies that are too large or too slow, too many requests; and what routes may say for themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Request
from starlette.types import Message, Receive, Scope, Send

from fakes.visitors import Room
from sidecast.clock import LoopClock
from sidecast.control.access.desk import BURST
from sidecast.control.access.pace import MAX_KNOWN, Pace
from sidecast.control.access.permission import Caller, Permission
from sidecast.control.api.declared import allows, needs
from sidecast.control.api.qr import COST
from sidecast.control.limits import BODY_BYTES, BODY_S, Limits
from sidecast.control.limits import BURST as BURST_OF_ADDRESS
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

LARGE = 3 * BODY_BYTES
Watcher = Annotated[Caller, needs(Permission.WATCH)]


class Times:
    now_s = 0.0


def domain() -> APIRouter:
    router = APIRouter(prefix="/api/v1/test")

    @router.post("/small")
    async def small(request: Request, caller: Watcher) -> int:
        return len(await request.body())

    @router.post("/large/{name}", openapi_extra=allows(body_bytes=LARGE))
    async def large(name: str, request: Request, caller: Watcher) -> int:
        return len(await request.body())

    @router.post("/stop", openapi_extra=allows(unhindered=True))
    async def stop(caller: Watcher) -> str:
        return "stopped"

    return router


@pytest.mark.parametrize(("path", "most"), [("small", BODY_BYTES), ("large/one", LARGE)])
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_body_may_be_so_large_and_no_larger(path: str, most: int, streamed: bool) -> None:
    room = Room(routers=[domain()])
    script = await room.script(Permission.WATCH)

    def body(size: int) -> Any:
        return (b"x" * 1024 for _ in range(size // 1024)) if streamed else b"x" * size

    answer = script.client.post(f"/api/v1/test/{path}", content=body(most), headers=script.headers)
    assert answer.json() == most
    refused = script.client.post(f"/api/v1/test/{path}", content=body(most + 1024), headers=script.headers)
    assert refused.status_code == 413
    assert refused.json() == {"what": "That is too large.", "remedy": f"At most {most:,} bytes are taken here."}


def test_strangers_cannot_send_more_either() -> None:
    stranger = Room().stranger()
    answer = stranger.people("POST", "log-in/passphrase", {"name": "x", "passphrase": "x" * BODY_BYTES})
    assert answer.status_code == 413


def post(room: Room, key: str, receive: Callable[[], Awaitable[Message]], sent: list[Message]) -> Awaitable[None]:
    headers = [(b"host", b"127.0.0.1:8787"), (b"authorization", f"Bearer {key}".encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/test/small",
        "raw_path": b"/api/v1/test/small",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8787),
    }

    async def send(message: Message) -> None:
        sent.append(message)

    return room.app(scope, receive, send)


def test_a_body_that_drips_is_given_up() -> None:
    async def drip() -> tuple[int, float, dict[str, str]]:
        clock = loop_clock()
        room = Room(clock, routers=[domain()])
        key = await room.accounts.key(Permission.WATCH)
        sent: list[Message] = []
        begun = asyncio.get_running_loop().time()

        async def receive() -> Message:
            await clock.sleep(1.0)
            return {"type": "http.request", "body": b"x", "more_body": True}

        await post(room, key, receive, sent)
        return sent[0]["status"], asyncio.get_running_loop().time() - begun, json.loads(sent[1]["body"])

    status, seconds, said = run_virtual(drip())
    assert status == 408
    assert BODY_S <= seconds < BODY_S + 10
    assert said["what"] == "The rest of this request did not come in time."


async def test_one_caller_is_slowed_down_and_others_and_a_stop_are_not() -> None:
    times = Times()
    room = Room(LoopClock(lambda: times.now_s), routers=[domain()])
    busy, calm = await room.script(Permission.WATCH), await room.owner()
    answers = [busy.people("GET", "me").status_code for _ in range(BURST + 1)]
    assert answers == [200] * BURST + [429]
    refused = busy.people("GET", "me")
    assert refused.headers["retry-after"] == "1"
    assert "too much at once" in refused.json()["what"]
    assert busy.ask("POST", "/api/v1/test/stop").json() == "stopped"
    assert calm.people("GET", "me").status_code == 200
    times.now_s += 1
    assert busy.people("GET", "me").status_code == 200


async def test_much_work_counts_more() -> None:
    times = Times()
    room = Room(LoopClock(lambda: times.now_s))
    stranger = room.stranger()
    allowed = BURST_OF_ADDRESS // COST
    answers = [stranger.ask("POST", "/api/v1/qr", {"text": "x"}).status_code for _ in range(allowed + 1)]
    assert answers == [200] * allowed + [429]
    times.now_s += 1
    assert stranger.ask("POST", "/api/v1/qr", {"text": "x"}).status_code == 200


async def test_one_address_is_slowed_down_whoever_asks() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    limits = Limits(app, LoopClock(lambda: 0.0), [])

    async def ask(address: str, method: str = "GET") -> int:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        scope = {"type": "http", "method": method, "path": "/", "headers": [], "client": (address, 1)}
        await limits(scope, receive, send)
        return int(sent[0]["status"])

    assert {await ask("2001:db8::1") for _ in range(BURST_OF_ADDRESS)} == {200}
    assert await ask("2001:db8::1", "POST") == 429
    assert await ask("2001:db8::2") == 429, "the same household"
    assert await ask("2001:db8:1::1") == 200


def test_a_pace_is_kept_over_any_time_and_its_memory_is_bounded() -> None:
    times = Times()
    pace = Pace(LoopClock(lambda: times.now_s), a_second=2, burst=3)
    let_through = 0
    for _ in range(1000):
        let_through += pace.take("one") == 0
        times.now_s += 0.01
    assert let_through == 3 + 2 * 10 - 1
    for number in range(MAX_KNOWN * 2):
        pace.take(f"address {number}")
    assert len(pace._full_ns) == MAX_KNOWN
