"""The channel over EventSub in virtual time: kept up through everything that Twitch, Helix, a network and a log-in do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.eventsub_frames import HOME, said
from fakes.eventsub_server import EVERY_SCOPE, FakeTwitch
from sidecast.chat.eventsub.dropped import Dropped, Tally
from sidecast.chat.eventsub.inbox import Inbox
from sidecast.chat.eventsub.source import EventSubChat
from sidecast.chat.eventsub.subscribing import REFUSED_S, Standing
from sidecast.chat.eventsub.wanted import WANTED
from sidecast.flow.chat import Author, ChatMessage, Gap, Incoming, Removal, RemovalScope
from sidecast.flow.twitch import Answer, Identity
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

SKEW_MS = 13 * 60_000
"""Our clock is slow by more than a message may be old."""
NOTHING = Answer(status=0, message="it cannot be reached")


class Reading:
    """A source that is read while a test's script runs."""

    def __init__(self, seed: int = 7) -> None:
        self.clock = loop_clock()
        self.twitch = FakeTwitch(self.clock, SKEW_MS)
        self.items: list[Incoming] = []
        self.notes: list[tuple[float, str]] = []
        self.gaps: list[Gap] = []
        self.source = EventSubChat(
            HOME,
            self.twitch,
            self.clock,
            random.Random(seed),
            on_note=self._note,
            on_gap=self.gaps.append,
            connect=self.twitch.connect,
        )

    @property
    def now_s(self) -> float:
        return self.clock.now_ns() / 1e9

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items if isinstance(item, ChatMessage)]

    @property
    def spans(self) -> list[tuple[float, float]]:
        """Gaps in seconds of the test's time."""
        start_ms = self.twitch.now_ms - self.now_s * 1000
        return [((gap.from_ms - start_ms) / 1000, (gap.to_ms - start_ms) / 1000) for gap in self.gaps]

    def _note(self, sentence: str) -> None:
        self.notes.append((self.now_s, sentence))

    async def read(self) -> None:
        async with aclosing(cast(AsyncGenerator[Incoming, None], self.source.incoming())) as items:
            async for item in items:
                self.items.append(item)


def play(script: Callable[[Reading], Awaitable[None]], seed: int = 7) -> Reading:
    """Runs the script beside the reading, then ends the reading as the show does."""

    async def run() -> Reading:
        reading = Reading(seed)
        task = asyncio.create_task(reading.read())
        await script(reading)
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        reading.twitch.shut()
        assert all(socket.left for socket in reading.twitch.sockets), "a socket was left open"
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return reading

    return run_virtual(run())


async def back(reading: Reading) -> float:
    """Until the chat is subscribed to again; gives the seconds."""
    began = reading.now_s
    while not (reading.source.hears_chat and reading.twitch.last.open):
        await asyncio.sleep(0.01)
        assert reading.now_s - began < 1000
    await asyncio.sleep(0.2)
    return reading.now_s - began - 0.2


def test_it_subscribes_to_everything_the_chat_first() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(1)
        reading.twitch.say(3)

    reading = play(script)
    assert reading.twitch.opened == [(0.0, f"{HOME}?keepalive_timeout_seconds=10")]
    assert [kind for _, kind in reading.twitch.asked][:1] == ["channel.chat.message"]
    assert {kind for _, kind in reading.twitch.asked} == {wanted.type for wanted in WANTED}
    assert len(reading.twitch.asked) == len(WANTED)
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 3
    assert set(reading.source.standing.values()) == {Standing.LIVE}
    assert reading.notes == []
    assert reading.gaps == []


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, 1013, *range(4000, 4008), 4999])
def test_it_comes_back_after_every_close_code(code: int) -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.say(5)
        reading.twitch.last.end(code)
        reading.twitch.say(5)
        await asyncio.sleep(0.001)
        assert not reading.source.hears_chat
        assert await back(reading) <= 2
        reading.twitch.say(5)

    reading = play(script)
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 10
    [(began, ended)] = reading.spans
    assert began == pytest.approx(20, abs=0.05)
    assert ended == pytest.approx(reading.twitch.asked[-1][0], abs=0.05)
    assert reading.notes[-1][1] == ""
    assert reading.source.ends[code] == 1
    assert reading.gaps[0].source == "eventsub"


def test_it_never_gives_up_and_waits_longer_and_longer() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.refuse = lambda url: "Twitch cannot be reached"
        reading.twitch.last.end(1006)
        await asyncio.sleep(6 * 3600)
        reading.twitch.refuse = lambda url: ""
        assert await back(reading) <= 60
        reading.twitch.say()

    reading = play(script)
    times = [at for at, _ in reading.twitch.opened]
    pauses = [later - earlier for earlier, later in pairwise(times[1:])]
    assert max(pauses) <= 60
    assert min(pauses[10:]) >= 25
    assert len(set(pauses)) == len(pauses), "no two alike: many clients must not come in step"
    [(began, ended)] = reading.spans
    assert (began, ended) == pytest.approx((20, times[-1]), abs=0.1)
    assert reading.gaps[0].why == "the connection to Twitch broke off"
    assert reading.ids == reading.twitch.wrote


def test_silence_is_noticed_and_what_came_after_the_last_word_is_the_gap() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(21.5)
        reading.twitch.say()
        reading.twitch.last.silent = True
        await asyncio.sleep(13)
        assert len(reading.twitch.opened) == 2
        reading.twitch.say()

    reading = play(script)
    assert reading.source.silences == 1
    [(began, ended)] = reading.spans
    assert began == pytest.approx(21.5, abs=0.01)
    assert 31.5 < ended < 21.5 + 13 + 0.5
    assert reading.twitch.opened[1][0] < 21.5 + 13
    assert reading.ids == reading.twitch.wrote


def test_a_silence_that_a_move_did_not_end_is_a_gap_from_its_begin() -> None:
    async def script(reading: Reading) -> None:
        for _ in range(200):
            await asyncio.sleep(0.1)
            reading.twitch.say()
        await asyncio.sleep(6)
        reading.twitch.move()
        await asyncio.sleep(5)
        reading.twitch.last.end(4000)
        await asyncio.sleep(0.001)
        assert await back(reading) <= 2

    reading = play(script)
    [(began, _)] = reading.spans
    assert began == pytest.approx(20, abs=0.1)


def test_one_answer_that_fails_among_many_does_not_make_the_chat_wait() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        before = len(reading.twitch.asked)

        def answer(kind: str, _: int) -> Answer | None:
            first_round = len(reading.twitch.asked) <= before + len(WANTED)
            return NOTHING if kind == "channel.chat.message" and first_round else None

        reading.twitch.answer = answer
        reading.twitch.last.end(4000)
        await asyncio.sleep(0.001)
        assert await back(reading) <= 1

    assert play(script).ids == []


def test_a_move_loses_nothing_though_the_new_welcome_is_late() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(12)
        for _ in range(2):
            reading.twitch.welcome_after_s = 2
            reading.twitch.move()
            for _ in range(60):
                reading.twitch.say()
                await asyncio.sleep(0.1)
        assert len(reading.twitch.sockets) == 3
        assert [socket.left for socket in reading.twitch.sockets] == [True, True, False]

    reading = play(script)
    assert reading.twitch.missed == []
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 120
    assert reading.gaps == []
    assert reading.notes == []
    assert len(reading.twitch.asked) == len(WANTED), "subscriptions come along; none is asked for again"
    assert reading.twitch.opened[1][1] == f"{HOME}?id=session-0", "the address verbatim"


def test_an_old_socket_that_twitch_does_not_close_is_left_after_a_while() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(12)
        reading.twitch.closes_old = False
        reading.twitch.move()
        await asyncio.sleep(8)
        old = reading.twitch.sockets[0]
        old.write(said("late", reading.twitch.now_ms))
        await asyncio.sleep(0.1)
        assert reading.ids == ["late"]
        assert not old.left
        await asyncio.sleep(3)
        assert old.left

    reading = play(script)
    assert reading.gaps == []
    assert len(reading.twitch.opened) == 2


def test_subscriptions_that_do_not_come_along_are_asked_for_and_said() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(12)
        reading.twitch.carries = False
        reading.twitch.move()
        await asyncio.sleep(3)
        reading.twitch.say()

    reading = play(script)
    assert len(reading.twitch.asked) == 2 * len(WANTED)
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 1
    [gap] = reading.gaps
    assert "did not come along" in gap.why


def test_a_move_to_nowhere_is_tried_again_while_the_old_socket_is_read() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(12)
        reading.twitch.refuse = lambda url: "Twitch cannot be reached" if "id=" in url else ""
        reading.twitch.move()
        for _ in range(150):
            reading.twitch.say()
            await asyncio.sleep(0.1)
        reading.twitch.refuse = lambda url: ""
        await asyncio.sleep(8)
        reading.twitch.say()

    reading = play(script)
    assert reading.gaps == []
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 151


@pytest.mark.parametrize("why", ["Twitch refuses the connection (HTTP 404)", "hang"])
def test_when_the_move_fails_for_good_it_begins_anew_at_home(why: str) -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(12)
        reading.twitch.refuse = lambda url: why if "id=" in url else ""
        reading.twitch.move()
        await asyncio.sleep(30)
        reading.twitch.say()
        reading.twitch.last.end(4004)
        await asyncio.sleep(0.001)
        assert await back(reading) <= 21
        reading.twitch.say()

    reading = play(script)
    assert reading.ids == reading.twitch.wrote
    assert len(reading.ids) == 2
    [(began, _)] = reading.spans
    assert began == pytest.approx(42, abs=0.2)
    assert reading.twitch.opened[-1][1].startswith(f"{HOME}?keepalive")


def test_a_server_that_moves_us_without_end_is_followed_at_a_bounded_pace() -> None:
    async def script(reading: Reading) -> None:
        for _ in range(300):
            await asyncio.sleep(0.1)
            if reading.twitch.sockets and reading.twitch.last.open:
                reading.twitch.move()

    reading = play(script)
    times = [at for at, _ in reading.twitch.opened]
    assert all(sum(at <= other < at + 10 for other in times) <= 11 for at in times)


def test_a_permission_that_lacks_is_said_and_the_others_go_on() -> None:
    async def script(reading: Reading) -> None:
        reading.twitch.answer = lambda kind, asked: (
            Answer(status=403, message="subscription missing proper authorization") if kind == "channel.follow" else None
        )
        await asyncio.sleep(30)
        assert reading.source.standing["channel.follow"] is Standing.FORBIDDEN
        assert reading.source.refusals["channel.follow"] == "needs moderator:read:followers"
        reading.twitch.answer = lambda kind, asked: None
        reading.twitch.granted |= {"something:new"}
        await asyncio.sleep(2)

    reading = play(script)
    sentences = [sentence for _, sentence in reading.notes]
    assert "channel.follow (needs moderator:read:followers)" in sentences[0]
    assert set(reading.source.standing.values()) == {Standing.LIVE}
    assert sentences[-1] == ""
    assert reading.twitch.asked.count((0.0, "channel.follow")) == 1


def test_what_no_feature_needs_is_not_asked_for_until_it_is_granted() -> None:
    async def script(reading: Reading) -> None:
        reading.twitch.granted = frozenset({"user:read:chat"})
        await asyncio.sleep(30)
        assert reading.source.standing["channel.cheer"] is Standing.NOT_GRANTED
        assert {kind for _, kind in reading.twitch.asked} >= {"channel.chat.message", "channel.raid"}
        assert "channel.cheer" not in {kind for _, kind in reading.twitch.asked}
        assert reading.notes == []
        reading.twitch.granted = EVERY_SCOPE
        await asyncio.sleep(2)

    reading = play(script)
    assert set(reading.source.standing.values()) == {Standing.LIVE}
    assert len(reading.twitch.asked) == len(WANTED)
    assert len(reading.twitch.opened) == 1


def test_it_waits_for_a_log_in_and_connects_when_there_is_one() -> None:
    async def script(reading: Reading) -> None:
        who, reading.twitch.who = reading.twitch.who, None
        await asyncio.sleep(100)
        assert reading.twitch.opened == []
        assert "nobody is logged in" in reading.notes[-1][1]
        reading.twitch.who = who
        await asyncio.sleep(1.5)
        reading.twitch.say()

    reading = play(script)
    assert len(reading.ids) == 1
    assert reading.notes[-1][1] == ""
    assert len(reading.notes) == 2


def test_a_refused_log_in_is_said_and_a_new_one_is_waited_for() -> None:
    async def script(reading: Reading) -> None:
        who = reading.twitch.who

        def refused(kind: str, asked: int) -> Answer:
            reading.twitch.who = None  # its token cannot be renewed, and whoever holds it says so
            return Answer(status=401, message="invalid access token")

        reading.twitch.answer = refused
        await asyncio.sleep(50)
        assert "logged in" in reading.notes[-1][1]
        assert len(reading.twitch.opened) == 1, "Twitch is not asked again and again"
        assert len(reading.twitch.asked) < len(WANTED)
        reading.twitch.answer = lambda kind, asked: None
        reading.twitch.who = who
        await asyncio.sleep(2)
        reading.twitch.say()

    reading = play(script)
    assert len(reading.ids) == 1
    assert reading.notes[-1][1] == ""


def test_an_id_server_that_is_away_is_waited_for_on_the_open_socket() -> None:
    async def script(reading: Reading) -> None:
        reading.twitch.answer = lambda kind, asked: (
            Answer(status=401, message="the log-in does not answer") if asked < 3 else None
        )
        await asyncio.sleep(2)
        assert reading.notes[-1][1] == ("Twitch's events are away: Twitch takes no subscription: the log-in does not answer.")
        await asyncio.sleep(8)
        reading.twitch.say()

    reading = play(script)
    assert set(reading.source.standing.values()) == {Standing.LIVE}
    assert len(reading.twitch.opened) == 1
    assert len(reading.ids) == 1
    assert reading.notes[-1][1] == ""


def test_a_token_that_expires_midway_costs_nothing_while_the_socket_stands() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        who, reading.twitch.who = reading.twitch.who, None
        for _ in range(100):
            reading.twitch.say()
            await asyncio.sleep(1)
        reading.twitch.last.end(4000)
        await asyncio.sleep(30)
        reading.twitch.say()
        reading.twitch.who = who
        await back(reading)
        reading.twitch.say()

    reading = play(script)
    assert len(reading.twitch.wrote) == 101
    assert reading.ids == reading.twitch.wrote
    [(began, ended)] = reading.spans
    assert (began, ended) == pytest.approx((120, 150.5), abs=1)


def test_another_account_that_logs_in_is_read_instead() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.who = Identity(user_id="200002", login="pat", name="Pat")
        await asyncio.sleep(4)
        reading.twitch.last.write(said("other", reading.twitch.now_ms))

    reading = play(script)
    assert len(reading.twitch.opened) == 2
    assert reading.ids == []
    assert reading.source.left_out["other_channel"] == 1


def test_a_withdrawn_permission_is_noticed_said_and_asked_for_again() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.revoke("channel.follow", "authorization_revoked")
        await asyncio.sleep(5)
        assert reading.source.standing["channel.follow"] is Standing.REVOKED
        assert "channel.follow (authorization_revoked)" in reading.notes[-1][1]
        assert reading.source.hears_chat
        await asyncio.sleep(REFUSED_S)

    reading = play(script)
    assert reading.source.standing["channel.follow"] is Standing.LIVE
    [(began, ended)] = reading.spans
    assert began == pytest.approx(20, abs=0.01)
    assert ended == pytest.approx(20 + REFUSED_S, abs=2)
    assert reading.gaps[0].why == "Twitch has ended a subscription: authorization revoked (channel.follow)"
    assert reading.notes[-1][1] == ""


def test_when_everything_is_withdrawn_it_waits_for_a_log_in() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        who, reading.twitch.who = reading.twitch.who, None
        for wanted in WANTED:
            reading.twitch.revoke(wanted.type, "authorization_revoked")
        await asyncio.sleep(5)
        assert reading.twitch.last.left
        assert "log in" in reading.notes[-1][1]
        reading.twitch.who = who
        await back(reading)
        reading.twitch.say()

    reading = play(script)
    assert len(reading.ids) == 1
    assert len(reading.gaps) == 1
    assert reading.notes[-1][1] == ""


@pytest.mark.parametrize("refusal", [NOTHING, Answer(status=500), Answer(status=503), Answer(status=429, message="slow down")])
def test_what_helix_cannot_do_now_is_asked_again(refusal: Answer) -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.answer = lambda kind, asked: refusal if kind == "channel.raid" and asked < 5 else None
        reading.twitch.last.end(4000)
        await asyncio.sleep(0.001)
        assert await back(reading) <= 2
        assert reading.source.standing["channel.raid"] is Standing.WAITING
        reading.twitch.say()
        await asyncio.sleep(40)

    reading = play(script)
    assert reading.source.standing["channel.raid"] is Standing.LIVE
    assert len(reading.twitch.opened) == 2
    assert reading.ids == reading.twitch.wrote
    all_, raid = reading.spans
    assert all_ == pytest.approx((20, reading.twitch.opened[1][0]), abs=0.1)
    assert raid[0] == pytest.approx(20, abs=0.1)
    assert raid[1] == pytest.approx(reading.twitch.asked[-1][0], abs=0.1)
    assert "channel.raid" in reading.gaps[1].why


def test_an_exists_already_is_as_good_as_a_yes() -> None:
    async def script(reading: Reading) -> None:
        reading.twitch.answer = lambda kind, asked: Answer(status=409)
        await asyncio.sleep(3)

    reading = play(script)
    assert set(reading.source.standing.values()) == {Standing.LIVE}
    assert len(reading.twitch.asked) == len(WANTED)


def test_a_dead_session_is_replaced() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.answer = lambda kind, asked: Answer(status=400, message="websocket transport session does not exist")
        reading.twitch.last.end(4000)
        await asyncio.sleep(1.5)
        reading.twitch.answer = lambda kind, asked: None
        await back(reading)
        reading.twitch.say()

    reading = play(script)
    assert reading.ids == reading.twitch.wrote
    assert len(reading.gaps) == 1


def test_with_helix_away_the_socket_is_opened_again_and_again_and_helix_is_not_flooded() -> None:
    async def script(reading: Reading) -> None:
        reading.twitch.answer = lambda kind, asked: NOTHING
        for _ in range(60):
            await asyncio.sleep(10)
            reading.twitch.last.end(4003)
        reading.twitch.answer = lambda kind, asked: None
        assert await back(reading) <= 70

    reading = play(script)
    assert len(reading.twitch.asked) < 2000


def test_subscriptions_of_dead_sessions_are_taken_away() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(20)
        reading.twitch.last.silent = True
        await asyncio.sleep(60)

    reading = play(script)
    assert len(reading.twitch.removed) == len(WANTED)
    assert {session for session, _ in reading.twitch.subscribed} == {reading.twitch.last.session_id}


def test_a_full_inbox_keeps_removals_and_events_and_counts_what_it_drops() -> None:
    inbox = Inbox(tally := Tally(), most=3)
    author = Author(id="1", name="a")
    for number in range(5):
        inbox.put(ChatMessage(id=str(number), author=author, text="", arrived_ns=0))
    inbox.put(Removal(scope=RemovalScope.CHAT, arrived_ns=0))

    async def drain() -> list[Incoming]:
        return [item for _ in range(len(inbox)) if (item := await inbox.get()) is not None]

    items = run_virtual(drain())
    assert [item.id for item in items if isinstance(item, ChatMessage)] == ["1", "2"]
    assert isinstance(items[-1], Removal)
    assert tally.dropped == {Dropped.FULL: 3}


FAULTS = ["close", "reset", "silence", "move", "late_move", "down", "helix", "slow", "revoke", "garbage"]


@settings(max_examples=60, deadline=None)
@given(plan=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 40)), min_size=1, max_size=12), seed=st.integers(0, 999))
def test_whatever_fails_nothing_is_lost_or_doubled_and_every_gap_is_said(plan: list[tuple[str, int]], seed: int) -> None:
    async def script(reading: Reading) -> None:
        twitch = reading.twitch
        talking = asyncio.create_task(_talk(twitch))
        await asyncio.sleep(15)
        for fault, amount in plan:
            await _fault(twitch, fault, amount)
        await back(reading)
        await asyncio.sleep(70)
        talking.cancel()

    reading = play(script, seed)
    assert reading.ids == reading.twitch.wrote
    for at, _ in reading.twitch.missed[1:]:  # the first is said before there is anything to miss
        assert any(began - 1 <= at <= ended + 1 for began, ended in reading.spans), (at, reading.spans)


async def _talk(twitch: FakeTwitch) -> None:
    while True:
        twitch.say()
        await asyncio.sleep(0.5)


async def _fault(twitch: FakeTwitch, fault: str, amount: int) -> None:
    match fault:
        case "close":
            twitch.last.end(4000 + amount % 8)
        case "reset":
            twitch.last.end(1006)
        case "silence":
            twitch.last.silent = True
            await asyncio.sleep(14)
        case "move":
            twitch.move()
        case "late_move":
            twitch.welcome_after_s = amount / 4
            twitch.move()
            await asyncio.sleep(amount / 5)
            twitch.welcome_after_s = 0
        case "down":
            twitch.refuse = lambda url: "Twitch cannot be reached"
            twitch.last.end(1006)
            await asyncio.sleep(amount)
            twitch.refuse = lambda url: ""
        case "helix":
            twitch.answer = lambda kind, asked: NOTHING if asked % 3 else None
        case "slow":
            twitch.delay_s = amount / 40
        case "revoke":
            if (twitch.last.session_id, "channel.raid") in twitch.subscribed:
                twitch.revoke("channel.raid", "authorization_revoked")
        case "garbage":
            twitch.last.write(b'{"metadata":{}}')
    await asyncio.sleep(amount / 2)
    twitch.answer = lambda kind, asked: None
    twitch.delay_s = 0
