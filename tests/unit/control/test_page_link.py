"""The link to one page, in virtual time: coalesced, resumable, bounded for slow pages, and orders that do not wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from fakes.show_feed import ShowFeed
from sidecast.control.access.permission import GRANTS, Caller, Role
from sidecast.control.feed import MESSAGES, Feed
from sidecast.control.live.orders import ECHO_NS, Director
from sidecast.control.page_link import FRAME_EVERY_S, UNSEEN_FRAMES, BadPageMessageError, PageGoneError, PageLink
from sidecast.errors import OrderRefused, SettingsError
from sidecast.flow.order import Mute, Order, Skip, Stop
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


def caller_in(role: Role) -> Caller:
    return Caller(id="member:1", name="Ada", permissions=GRANTS[role], role=role)


class Page:
    """A page that confirms what it sees, if it is not told to be slow."""

    def __init__(self, orders: Callable[[Order], str | None] = lambda _: None, role: Role = Role.OWNER) -> None:
        self.clock = loop_clock()
        self.feed = Feed(self.clock, run="run-1")
        self.show = ShowFeed(self.feed)
        self.orders = orders
        self.caller = caller_in(role)
        self.slow = False
        self.frames: list[tuple[float, dict[str, Any]]] = []
        self.answers: list[dict[str, Any]] = []
        self.link = self.connect()

    def connect(self, run: str = "", since: int = 0) -> PageLink:
        director = Director(self.orders, self.clock)
        return PageLink(self.feed, director, self.clock, self._send, caller=self.caller, run=run, since=since)

    async def _send(self, text: str) -> None:
        message = json.loads(text)
        if "seq" not in message:
            self.answers.append(message)
            return
        self.frames.append((self.clock.now_ns() / 1e9, message))
        if not self.slow:
            await self.link.take(json.dumps({"seen": message["seq"]}))

    async def during(self, work: Awaitable[Any]) -> None:
        """Push while `work` goes on."""
        push = asyncio.ensure_future(self.link.push())
        await asyncio.sleep(0)
        await work
        push.cancel()
        await asyncio.wait({push})


def test_a_fast_chat_costs_twenty_frames_a_second_and_misses_nothing() -> None:
    async def show() -> Page:
        page = Page()

        async def chat() -> None:
            for _ in range(400):
                page.show.message("mika", "hello")
                await page.clock.sleep(0.005)
            await page.clock.sleep(0.2)

        await page.during(chat())
        return page

    page = run_virtual(show())
    times = [at for at, _ in page.frames]
    assert 35 <= len(times) <= 2.0 / FRAME_EVERY_S + 2
    told = {key for _, frame in page.frames for key in frame["cells"] if key[1:].isdigit()}
    assert told == {f"m{n}" for n in range(1, 401)}
    assert page.frames[-1][1]["cells"].get("counts", {"received": 400})["received"] == 400


def test_a_channel_is_changed_or_refused_with_the_reason() -> None:
    asked: list[str] = []

    def change(name: str) -> None:
        if " " in name:
            raise SettingsError("That is no name.")
        asked.append(name)

    async def show() -> list[dict[str, Any]]:
        page = Page()
        director = Director(page.orders, page.clock)
        link = PageLink(page.feed, director, page.clock, page._send, caller=page.caller, change_channel=change)
        for number, name in enumerate(("kitsu", "a b", "")):
            await link.take(json.dumps({"channel": name, "id": number}))
        await page.link.take(json.dumps({"channel": "kitsu", "id": 3}))
        return page.answers

    assert run_virtual(show()) == [
        {"done": 0, "channel": "kitsu"},
        {"refused": 1, "why": "That is no name."},
        {"done": 2, "channel": ""},
        {"refused": 3, "why": "This show cannot change its channel."},
    ]
    assert asked == ["kitsu", ""]


def test_the_first_frame_is_everything_and_later_ones_are_what_changed() -> None:
    async def show() -> Page:
        page = Page()
        page.show.evening()

        async def one_more() -> None:
            await page.clock.sleep(1)
            page.show.message("ayla", "one more")
            await page.clock.sleep(1)

        await page.during(one_more())
        return page

    page = run_virtual(show())
    first, second = (frame for _, frame in page.frames)
    assert first["full"]
    assert {"about", "status", "turn", "counts", "m1", "l1"} <= set(first["cells"])
    assert not second["full"]
    assert set(second["cells"]) == {"m24", "counts"}


def test_a_quiet_show_still_beats_so_that_a_dead_one_is_noticed() -> None:
    async def show() -> list[float]:
        page = Page()
        await page.during(page.clock.sleep(11))
        return [at for at, _ in page.frames]

    times = run_virtual(show())
    assert len(times) == 6
    assert max(later - earlier for earlier, later in pairwise(times)) < 2.2


def test_a_page_that_comes_back_gets_only_what_it_missed() -> None:
    async def show() -> Page:
        page = Page()
        page.show.evening()
        await page.during(page.clock.sleep(0.1))
        seq = page.frames[-1][1]["seq"]
        page.show.message("ayla", "while you were away")
        page.link = page.connect("run-1", seq)
        await page.during(page.clock.sleep(0.1))
        return page

    frame = run_virtual(show()).frames[-1][1]
    assert not frame["full"]
    assert [cell["text"] for key, cell in frame["cells"].items() if key.startswith("m")] == ["while you were away"]


@pytest.mark.parametrize(("run", "since"), [("run-0", 5), ("run-1", 10_000), ("run-1", -3), ("", 5)])
def test_a_page_of_another_start_gets_everything(run: str, since: int) -> None:
    async def show() -> dict[str, Any]:
        page = Page()
        page.show.evening()
        page.link = page.connect(run, since)
        await page.during(page.clock.sleep(0.1))
        return page.frames[0][1]

    frame = run_virtual(show())
    assert frame["full"]
    assert "about" in frame["cells"]


def test_a_slow_page_gets_few_frames_and_then_the_present_state() -> None:
    async def show() -> Page:
        page = Page()
        page.slow = True

        async def chat() -> None:
            for number in range(1000):
                page.show.message("mika", f"message {number}")
                await page.clock.sleep(0.01)
            assert len(page.frames) == UNSEEN_FRAMES
            page.slow = False
            await page.link.take(json.dumps({"seen": page.frames[-1][1]["seq"]}))
            await page.clock.sleep(0.2)

        await page.during(chat())
        return page

    page = run_virtual(show())
    caught_up = page.frames[UNSEEN_FRAMES][1]
    assert sum(key[1:].isdigit() for key in caught_up["cells"]) == MESSAGES
    assert caught_up["cells"]["counts"]["received"] == 1000
    assert caught_up["oldest"]["m"] == 1000 - MESSAGES + 1


def test_a_page_that_confirms_nothing_is_given_up() -> None:
    async def show() -> None:
        page = Page()
        page.slow = True
        chat = asyncio.ensure_future(_chat_for_ever(page))
        try:
            await page.link.push()
        finally:
            chat.cancel()

    with pytest.raises(PageGoneError):
        run_virtual(show())


async def _chat_for_ever(page: Page) -> None:
    while True:
        page.show.message("mika", "hello")
        await page.clock.sleep(0.1)


def test_orders_act_before_they_are_confirmed() -> None:
    events: list[Any] = []

    async def show() -> Page:
        page = Page(orders=events.append)
        for number, (name, on) in enumerate([("skip", True), ("mute", True), ("mute", False), ("stop", True), ("stop", False)]):
            await page.link.take(json.dumps({"order": name, "on": on, "id": number}))
            events.append(page.answers[-1]["done"])
        return page

    run_virtual(show())
    assert events[0::2] == [
        Skip(by="Ada", by_id="member:1", at_ns=0),
        Mute(by="Ada", by_id="member:1", at_ns=0, on=True),
        Mute(by="Ada", by_id="member:1", at_ns=0, on=False),
        Stop(by="Ada", by_id="member:1", at_ns=0, on=True),
        Stop(by="Ada", by_id="member:1", at_ns=0, on=False),
    ]
    assert events[1::2] == [0, 1, 2, 3, 4]


def test_a_page_is_told_how_its_order_is_done() -> None:
    async def show() -> list[dict[str, Any]]:
        page = Page(orders=lambda order: "The gate bleeps a part of it.")
        await page.link.take('{"order": "say", "text": "Well.", "id": 3}')
        return page.answers

    assert run_virtual(show()) == [{"done": 3, "order": "say", "on": True, "note": "The gate bleeps a part of it."}]


def test_an_order_is_confirmed_while_the_page_is_slow_with_frames() -> None:
    async def show() -> list[dict[str, Any]]:
        page = Page()
        page.slow = True
        page.show.evening()

        async def stop() -> None:
            chat = asyncio.ensure_future(_chat_for_ever(page))
            await page.clock.sleep(5)
            await page.link.take('{"order": "stop", "on": true, "id": 7}')
            chat.cancel()

        await page.during(stop())
        return page.answers

    assert run_virtual(show()) == [{"done": 7, "order": "stop", "on": True}]


def test_a_flood_of_orders_is_refused_but_never_silence() -> None:
    taken: list[Order] = []

    async def show() -> list[dict[str, Any]]:
        page = Page(orders=taken.append)
        for number in range(40):
            await page.link.take(json.dumps({"order": "mute", "on": False, "id": number}))
        await page.link.take(json.dumps({"order": "stop", "on": True, "id": 99}))
        return page.answers

    answers = run_virtual(show())
    assert sum("refused" in answer for answer in answers) == 20
    assert answers[-1] == {"done": 99, "order": "stop", "on": True}
    assert isinstance(taken[-1], Stop)


def test_the_same_silence_at_once_is_one_and_everybodys_own() -> None:
    taken: list[Order] = []

    async def show() -> list[dict[str, Any]]:
        page = Page(orders=taken.append)
        for number in range(500):
            await page.link.take(json.dumps({"order": "skip", "id": number}))
        for on in (True, True, False, True):
            await page.link.take(json.dumps({"order": "stop", "on": on, "id": 500}))
        await asyncio.sleep(ECHO_NS / 1e9)
        await page.link.take(json.dumps({"order": "stop", "on": True, "id": 501}))
        return page.answers

    answers = run_virtual(show())
    assert all("done" in answer for answer in answers)
    assert [getattr(order, "on", None) for order in taken] == [None, True, False, True, True]


def test_an_order_that_fails_is_said_to_have_failed() -> None:
    def fail(order: Order) -> None:
        raise RuntimeError("no stage")

    async def show() -> list[dict[str, Any]]:
        page = Page(orders=fail)
        await page.link.take('{"order": "skip", "id": 1}')
        await page.link.take('{"order": "dance", "id": 2}')
        return page.answers

    assert [answer["refused"] for answer in run_virtual(show())] == [1, 2]


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", "{}", '{"seen": "x"}', '{"order": 5, "id": 1}', '{"order": "skip"}', "[" * 2000]
)
def test_anything_else_is_refused(text: str) -> None:
    async def show() -> None:
        await Page().link.take(text)

    with pytest.raises(BadPageMessageError):
        run_virtual(show())


@pytest.mark.parametrize(("role", "allowed"), [(Role.VIEWER, False), (Role.MODERATOR, True), (Role.OWNER, True)])
def test_every_order_needs_its_givers_permission(role: Role, allowed: bool) -> None:
    taken: list[Order] = []
    orders: list[dict[str, object]] = [
        {"order": "stop"},
        {"order": "answer", "item": "m1"},
        {"order": "never", "item": "m1", "on": False},
        {"order": "move", "item": "m1", "to": 0},
        {"order": "say", "text": "hello"},
        {"order": "approve", "turn": "t1"},
        {"order": "reject", "turn": "t1"},
        {"order": "mood", "mood": "happy"},
        {"order": "approval", "mode": "all"},
    ]

    async def show() -> list[dict[str, Any]]:
        page = Page(taken.append, role)
        for number, order in enumerate(orders):
            await page.link.take(json.dumps(order | {"id": number}))
        return page.answers

    answers = run_virtual(show())
    assert len(taken) == (len(orders) if allowed else 0)
    assert all(("done" in answer) is allowed for answer in answers)
    assert allowed or all("“direct”" in answer["why"] for answer in answers)


def test_only_who_configures_changes_the_channel() -> None:
    async def show() -> list[dict[str, Any]]:
        page = Page(role=Role.MODERATOR)
        await page.link.take(json.dumps({"channel": "kitsu", "id": 1}))
        return page.answers

    (answer,) = run_virtual(show())
    assert "“configure”" in answer["why"]


def test_what_the_show_refuses_is_said_with_its_remedy() -> None:
    def refuse(order: Order) -> None:
        raise OrderRefused("The host is muted.", "Unmute it first.")

    async def show() -> list[dict[str, Any]]:
        page = Page(refuse)
        await page.link.take(json.dumps({"order": "say", "text": "hello", "id": 1}))
        await page.link.take(json.dumps({"order": "move", "item": "m1", "to": -1, "id": 2}))
        await page.link.take(json.dumps({"order": "say", "text": "x" * 401, "id": 3}))
        return page.answers

    muted, wrong, long = run_virtual(show())
    assert muted == {"refused": 1, "why": "The host is muted. Unmute it first."}
    assert wrong["why"].startswith("“to” of this order is wrong")
    assert "400" in long["why"]
    assert "xxx" not in long["why"]
