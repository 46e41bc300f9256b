"""The live API: what scripts see and order, who may, and how a stream of events goes on where it was cut off."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from fakes.show_feed import ShowFeed
from fakes.until import until
from fakes.visitors import Room
from sidecast.clock import SystemClock
from sidecast.control.access.permission import GRANTS, Caller, Permission, Role
from sidecast.control.api.live import MAX_STREAMS, Streams, live_api
from sidecast.control.api.problems import speak_of_problems
from sidecast.control.feed import Feed
from sidecast.control.live.orders import CALLERS, ORDERS_A_SECOND, Director, TooManyOrders, read_order
from sidecast.errors import OrderRefused
from sidecast.flow.candidate import Reason
from sidecast.flow.order import Answer, Mute, Order, Say, Stop
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

PATH = "/api/v1/live"


class Everybody:
    """Lets everybody direct."""

    async def caller(self, connection: HTTPConnection) -> Caller:
        return Caller(id="key:1", name="a script", permissions=frozenset(Permission))

    async def gone(self, connection: HTTPConnection, caller: Caller) -> None:
        await asyncio.Event().wait()


# ---- state and orders ---------------------------------------------------------------------------------------------------


async def test_the_state_is_everything_or_the_cells_that_are_asked_for() -> None:
    room = Room()
    ShowFeed(room.feed).evening()
    script = await room.script(Permission.WATCH)
    whole = script.ask("GET", f"{PATH}/state").json()
    assert (whole["run"], whole["full"], whole["seq"]) == ("run", True, room.feed.cells.seq)
    assert {"about", "turn", "queue", "approval", "approval_mode", "mood", "latency", "m1", "l1"} <= whole["cells"].keys()
    some = script.ask("GET", f"{PATH}/state?only=status,l").json()["cells"]
    assert set(some) == {"status", "l1", "l2", "l3", "l4"}
    assert script.ask("GET", f"{PATH}/state?only=Status;").status_code == 422


@pytest.mark.parametrize(
    ("permissions", "status"), [((Permission.WATCH,), 403), ((Permission.ANALYSE,), 403), ((Permission.DIRECT,), 200)]
)
async def test_an_order_needs_its_permission_and_leaves_with_who_gave_it(
    permissions: tuple[Permission, ...], status: int
) -> None:
    room = Room()
    script = await room.script(*permissions)
    answer = script.ask("POST", f"{PATH}/orders", {"order": "answer", "item": "m1", "cut": True})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"done": "answer"}
        (order,) = room.orders
        assert isinstance(order, Answer)
        assert (order.item_id, order.cut, order.by) == ("m1", True, "a script")
        assert order.by_id.startswith("key:")
    else:
        assert room.orders == []


async def test_a_script_is_told_what_the_gate_makes_of_a_line() -> None:
    room = Room()
    room.note = "The gate bleeps a part of it."
    script = await room.script(Permission.DIRECT)
    answer = script.ask("POST", f"{PATH}/orders", {"order": "say", "text": "Well."})
    assert answer.json() == {"done": "say", "note": "The gate bleeps a part of it."}


async def test_strangers_neither_see_nor_order() -> None:
    stranger = Room().stranger()
    for method, path in (("GET", "state"), ("POST", "orders"), ("GET", "events")):
        assert stranger.ask(method, f"{PATH}/{path}", {"order": "stop"} if method == "POST" else None).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"order": "dance"},
        {"order": "answer"},
        {"order": "answer", "item": ""},
        {"order": "answer", "item": "x" * 129},
        {"order": "move", "item": "m1", "to": -1},
        {"order": "move", "item": "m1", "to": "1"},
        {"order": "say", "text": "x" * 401},
        {"order": "say", "text": ""},
        {"order": "stop", "on": "yes"},
        {"order": "stop", "on": True, "by": "the owner"},
        {"order": "mood", "mood": "x" * 41},
        {"order": "approval", "mode": "sometimes"},
        [],
        "stop",
    ],
)
async def test_what_is_no_order_is_refused_by_script_and_page_alike(body: Any) -> None:
    room = Room()
    script = await room.script(Permission.DIRECT)
    answer = script.ask("POST", f"{PATH}/orders", body)
    assert answer.status_code == 422
    assert room.orders == []
    if isinstance(body, dict):
        with pytest.raises(OrderRefused):
            read_order(body)


async def test_what_the_show_refuses_comes_back_as_a_sentence() -> None:
    def refuse(order: Order) -> None:
        raise OrderRefused("The host is muted.", "Unmute it first.")

    app = FastAPI()
    speak_of_problems(app)
    app.state.access = Everybody()
    clock = SystemClock()
    app.include_router(live_api(Feed(clock), Director(refuse, clock), clock, Everybody().gone, Streams()))
    answer = TestClient(app).post(f"{PATH}/orders", json={"order": "say", "text": "hello"})
    assert (answer.status_code, answer.json()) == (409, {"what": "The host is muted.", "remedy": "Unmute it first."})


async def test_a_page_by_cookie_needs_the_token_of_its_session() -> None:
    room = Room()
    owner = await room.owner()
    token = owner.headers.pop("x-sidecast-csrf")
    assert owner.ask("POST", f"{PATH}/orders", {"order": "stop"}).status_code == 403
    assert owner.ask("POST", f"{PATH}/orders", {"order": "stop"}, **{"x-sidecast-csrf": token}).status_code == 200


def test_every_field_of_every_order_has_words_in_the_document() -> None:
    document = Room().app.openapi()
    schemas = document["components"]["schemas"]
    bodies = [schema for name, schema in schemas.items() if name.endswith("Order")]
    assert len(bodies) == 11
    for schema in bodies:
        assert schema["description"]
        assert schema["additionalProperties"] is False


def test_a_flood_is_refused_caller_by_caller_and_silence_never() -> None:
    taken: list[Order] = []

    async def show() -> None:
        clock = loop_clock()
        director = Director(taken.append, clock)
        ada, bo = (Caller(id=f"member:{name}", name=name, permissions=GRANTS[Role.MODERATOR]) for name in ("ada", "bo"))
        for _ in range(ORDERS_A_SECOND):
            director.give(read_order({"order": "say", "text": "hello"}), ada)
        with pytest.raises(TooManyOrders):
            director.give(read_order({"order": "mute", "on": False}), ada)
        director.give(read_order({"order": "mute"}), ada)
        director.give(read_order({"order": "stop"}), ada)
        director.give(read_order({"order": "say", "text": "hello"}), bo)
        await clock.sleep(1.0)
        director.give(read_order({"order": "say", "text": "again"}), ada)
        for number in range(2 * CALLERS):
            director.give(read_order({"order": "skip"}), Caller(id=f"key:{number}", name="x", permissions=frozenset(Permission)))
            director.pace(Caller(id=f"key:{number}", name="x", permissions=frozenset(Permission)))
        assert len(director._given) == CALLERS

    run_virtual(show())
    assert [type(order) for order in taken[ORDERS_A_SECOND : ORDERS_A_SECOND + 4]] == [Mute, Stop, Say, Say]


def test_who_may_not_direct_is_told_so_before_anything_is_counted() -> None:
    director = Director(lambda order: None, Frozen())
    viewer = Caller(id="member:1", name="Eve", permissions=GRANTS[Role.VIEWER])
    with pytest.raises(OrderRefused, match="“direct”"):
        director.give(read_order({"order": "stop"}), viewer)


class Frozen:
    def now_ns(self) -> int:
        return 0

    def wall_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


# ---- events: over ASGI itself, for a test client waits for the end of an answer --------------------------------------------


class Stream:
    """One open stream of events."""

    def __init__(self) -> None:
        self.status = 0
        self.text = ""
        self.over = False

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message.get("body", b"").decode()

    @property
    def events(self) -> list[dict[str, Any]]:
        found = []
        for block in self.text.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
            if "data" in fields:
                found.append(fields | {"data": json.loads(fields["data"])})
        return found


@contextlib.asynccontextmanager
async def following(room: Room, key: str, query: str = "", last: str = "") -> AsyncIterator[Stream]:
    stream, gone = Stream(), asyncio.Event()
    headers = [(b"host", b"127.0.0.1:8787"), (b"authorization", f"Bearer {key}".encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"{PATH}/events",
        "raw_path": f"{PATH}/events".encode(),
        "query_string": query.encode(),
        "headers": [*headers, (b"last-event-id", last.encode())] if last else headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8787),
    }
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def serve() -> None:
        await room.app(scope, receive, stream.send)  # type: ignore[arg-type]
        stream.over = True

    task = asyncio.ensure_future(serve())
    try:
        await until(lambda: stream.status)
        yield stream
    finally:
        gone.set()
        await asyncio.wait_for(task, 10)


async def test_a_stream_begins_with_everything_and_goes_on_with_what_changes() -> None:
    room = Room()
    show = ShowFeed(room.feed)
    show.evening()
    async with following(room, await room.accounts.key(Permission.WATCH)) as stream:
        await until(lambda: stream.events)
        show.message("ayla", "one more", Reason.REACTION)
        await until(lambda: len(stream.events) == 2)
    first, second = stream.events
    assert (first["event"], first["data"]["full"], second["data"]["full"]) == ("picture", True, False)
    assert set(second["data"]["cells"]) == {"m24", "counts"}
    assert second["id"] == f"run:{room.feed.cells.seq}"


async def test_who_comes_back_gets_only_what_they_missed() -> None:
    room = Room()
    show = ShowFeed(room.feed)
    show.evening()
    key = await room.accounts.key(Permission.WATCH)
    async with following(room, key) as stream:
        await until(lambda: stream.events)
    show.message("ayla", "while you were away", Reason.REACTION)
    async with following(room, key, last=stream.events[-1]["id"]) as again:
        await until(lambda: again.events)
    assert set(again.events[0]["data"]["cells"]) == {"m24", "counts"}
    assert room.app.state.streams.open == 0


@pytest.mark.parametrize("last", ["other:5", "run:999999", "run:-1", "run:x", "run", ":", "x" * 80])
async def test_an_id_that_means_nothing_here_gets_everything(last: str) -> None:
    room = Room()
    async with following(room, await room.accounts.key(Permission.WATCH), last=last) as stream:
        await until(lambda: stream.events)
    assert stream.events[0]["data"]["full"]


async def test_only_the_cells_that_are_wanted_wake_a_script() -> None:
    room = Room()
    show = ShowFeed(room.feed)
    async with following(room, await room.accounts.key(Permission.WATCH), "only=status") as stream:
        await until(lambda: stream.events)
        show.message("ayla", "hello", Reason.REACTION)
        show.rest()
        await until(lambda: len(stream.events) == 2)
    assert [set(event["data"]["cells"]) for event in stream.events] == [{"status"}, {"status"}]


async def test_a_stream_ends_when_its_key_is_withdrawn_and_when_the_server_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    # the change itself has to be noticed, and not what is looked at again in any case
    monkeypatch.setattr("sidecast.control.access.desk.LOOK_AGAIN_S", 3600.0)
    room = Room()
    key = await room.accounts.key(Permission.WATCH)
    other = await room.accounts.key(Permission.WATCH)
    async with following(room, key) as stream, following(room, other) as staying:
        await until(lambda: stream.events and staying.events)
        await withdraw(room, key)
        await until(lambda: stream.over)
        assert not staying.over
        room.app.state.streams.end()
        await until(lambda: staying.over)
    async with following(room, other) as late:
        assert late.status == 503


async def withdraw(room: Room, key: str) -> None:
    owner, _ = await room.accounts.owner()
    found = room.accounts.keys.find(key)
    assert found is not None
    await room.accounts.keys.take_back(owner, found.id)


async def test_so_many_streams_and_no_more() -> None:
    room = Room()
    key = await room.accounts.key(Permission.WATCH)
    async with contextlib.AsyncExitStack() as streams:
        for _ in range(MAX_STREAMS):
            await streams.enter_async_context(following(room, key))
        async with following(room, key) as one_more:
            assert one_more.status == 503
            assert str(MAX_STREAMS) in one_more.text
    async with following(room, key) as stream:
        assert stream.status == 200
