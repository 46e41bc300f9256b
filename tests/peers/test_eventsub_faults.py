"""The table of faults in `facts/twitch.md` for our client: real sockets, the simulated Twitch's own record as the judge.

Limits on time are only there to end a test that hangs; how fast things go is told by `bench twitch`.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fakes.eventsub_reading import SKEW_MS, EventSubReading, eventsub_reading
from fakes.until import until
from sidecast.chat.eventsub.dropped import Dropped
from sidecast.chat.eventsub.subscribing import Standing
from sidecast.twitch_sim.eventsub.frames import GARBAGE

pytestmark = pytest.mark.peers


async def settled(reading: EventSubReading, sockets: int = 1) -> None:
    """Everything is subscribed to again, more is said, and it has come; nothing twice, nothing out of order."""
    await reading.subscribed(sockets)
    reading.say(5)
    await reading.all_arrived()
    assert reading.ids == reading.due
    await until(lambda: not reading.notes or reading.notes[-1] == "")


def gap_s(reading: EventSubReading) -> tuple[float, float]:
    """How far the gap of chat that was told is from what the record says: its begin and its end."""
    chat = [entry for entry in reading.sim.record if entry.type == "channel.chat.message"]
    missed = [entry for entry in chat if entry.what in {"missed", "unheard"}]
    assert missed, "nothing was missed, so that there is no gap to judge"
    before = max(e.at_ms for e in chat if e.what == "wrote" and e.at_ns < missed[0].at_ns)
    after = min(e.at_ms for e in chat if e.what == "wrote" and e.at_ns > missed[-1].at_ns)
    told = next(gap for gap in reading.gaps if "(" not in gap.why or "channel.chat.message" in gap.why)
    return (told.from_ms - SKEW_MS - before) / 1000, (told.to_ms - SKEW_MS - after) / 1000


async def test_the_same_message_twice_comes_once() -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.duplicate(20)
        await reading.talk(0.6)
        await settled(reading)
        assert reading.source.dropped[Dropped.TWICE] == 20


async def test_an_event_of_eleven_minutes_ago_is_dropped_and_no_fresh_one_though_the_clocks_differ_by_thirteen() -> None:
    async with eventsub_reading() as reading:
        reading.say(10)
        reading.sim.faults.stale(7)
        reading.say(20)
        await settled(reading)
        assert len(reading.due) == 28
        assert reading.source.dropped == {Dropped.STALE: 7}


@pytest.mark.parametrize("overlap_s", [0.0, 1.0])
async def test_a_move_with_a_late_welcome_loses_nothing(overlap_s: float) -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.reconnect(late_welcome_s=2.0, overlap_s=overlap_s)
        await reading.talk(4.0)
        await settled(reading, 2)
        assert len(reading.due) == 205
        assert reading.gaps == []
        assert reading.notes == []
        assert bool(reading.source.dropped[Dropped.TWICE]) == (overlap_s > 0)


@pytest.mark.parametrize("code", range(4000, 4008))
async def test_it_comes_back_after_each_close_code(code: int) -> None:
    async with eventsub_reading() as reading:
        await reading.talk(0.2)
        reading.sim.faults.close(code)
        while not reading.source.hears_chat or len(reading.sim.record.of("opened")) < 2:
            reading.say()
            await asyncio.sleep(0.02)
        await settled(reading, 2)
        assert reading.source.ends == {code: 1}
        begin_s, end_s = gap_s(reading)
        assert abs(begin_s) <= 5  # to the second in `bench twitch`; here the machine may be busy
        assert abs(end_s) <= 5


@pytest.mark.parametrize("fault", ["drop", "reset", "half_close"])
async def test_it_comes_back_after_an_end_without_a_word(fault: str) -> None:
    async with eventsub_reading() as reading:
        reading.say(5)
        await reading.all_arrived()
        reading.sim.faults.inject(fault)
        await until(lambda: not reading.source.hears_chat)
        reading.say()
        await settled(reading, 2)
        await until(lambda: reading.gaps)
        assert reading.source.ends == {1006: 1}


async def test_silence_is_noticed() -> None:
    async with eventsub_reading() as reading:
        await reading.talk(0.3)
        reading.sim.faults.silence()
        while len(reading.sim.record.of("opened")) < 2:
            await reading.talk(0.2)
        await settled(reading, 2)
        assert reading.source.silences == 1
        begin_s, _ = gap_s(reading)
        assert abs(begin_s) <= 1


@pytest.mark.parametrize("kind", [*GARBAGE, "invalid_utf8"])
async def test_garbage_is_survived_on_the_same_socket(kind: str) -> None:
    async with eventsub_reading() as reading:
        reading.say(3)
        reading.sim.faults.garbage(kind)
        reading.say(3)
        await settled(reading)
        assert len(reading.sim.record.of("opened")) == 1
        assert reading.source.malformed + sum(reading.source.left_out.values()) == (kind != "binary_json")
        assert reading.gaps == []


async def test_half_a_frame_and_an_end_are_survived_on_the_next_socket() -> None:
    async with eventsub_reading() as reading:
        reading.say(3)
        reading.sim.faults.garbage("cut_frame")
        await until(lambda: not reading.source.hears_chat)
        await settled(reading, 2)


async def test_a_slow_socket_is_read_to_the_end() -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.slow(20_000, 2.0)
        await reading.talk(1.0)
        await settled(reading)
        assert len(reading.sim.record.of("opened")) == 1


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("helix", {"status": 503, "count": 3}),
        ("helix", {"status": 0, "count": 3}),
        # Twitch's pace is told by the minute: a 429 is waited out in virtual time (test_guard_source, test_helix)
        ("expire_tokens", {}),
        ("late_welcome", {"seconds": 1.5}),
        ("refuse", {"seconds": 1.5, "how": "hang_up"}),
        ("refuse", {"seconds": 1.5, "how": "503"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
async def test_it_comes_back_though_something_else_fails_meanwhile(fault: str, arguments: dict[str, Any]) -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.inject(fault, **arguments)
        reading.sim.faults.close(4000)
        await until(lambda: not reading.source.hears_chat)
        await settled(reading, 2)
        assert set(reading.source.standing.values()) == {Standing.LIVE}


async def test_a_log_in_that_is_taken_back_is_said_and_a_new_one_is_used() -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.revoke_tokens()
        await until(lambda: Standing.REVOKED in reading.source.standing.values())
        await until(lambda: "logged in" in reading.notes[-1])
        assert not reading.source.hears_chat
        opened = len(reading.sim.record.of("opened"))
        await reading.log_in()
        await settled(reading, opened + 1)


async def test_one_subscription_that_is_revoked_is_said_and_the_others_go_on() -> None:
    async with eventsub_reading() as reading:
        reading.sim.faults.revoke_subscriptions("channel.follow")
        await until(lambda: reading.source.standing["channel.follow"] is Standing.REVOKED)
        reading.say(5)
        await reading.all_arrived()
        assert reading.ids == reading.due
        assert "channel.follow" in reading.notes[-1]
