"""The demo's script: what a newcomer sees first has everything in it that the show can do."""

from __future__ import annotations

import itertools
import statistics

import pytest

from sidecast.chat.demo import SCRIPT, Demo
from sidecast.chat.log_reader import LogReader
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope, Role
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


def script() -> list[Incoming]:
    async def show() -> list[Incoming]:
        source = Demo(loop_clock(), repeat=False)
        items = [item async for item in source.incoming()]
        assert source.malformed == 0
        return items

    return run_virtual(show())


ITEMS = script()
MESSAGES = [item for item in ITEMS if isinstance(item, ChatMessage)]
EVENTS = [item for item in ITEMS if isinstance(item, ChannelEvent)]
REMOVALS = [item for item in ITEMS if isinstance(item, Removal)]


def test_it_lasts_six_to_eight_minutes() -> None:
    assert 360 <= ITEMS[-1].arrived_ns / 1e9 <= 480
    assert 230 <= len(MESSAGES) <= 330


def test_it_reads_like_chat() -> None:
    assert 12 <= statistics.median(len(message.text) for message in MESSAGES) <= 20
    assert sum(message.text.endswith("?") for message in MESSAGES) >= 30
    gaps = [(b.arrived_ns - a.arrived_ns) / 1e9 for a, b in itertools.pairwise(MESSAGES)]
    assert max(gaps) < 5
    assert min(gaps) < 0.5


def test_the_cast_is_complete() -> None:
    assert len({message.author.id for message in MESSAGES}) >= 15
    assert any(Role.MODERATOR in message.author.roles for message in MESSAGES)
    assert any(Role.BROADCASTER in message.author.roles for message in MESSAGES)
    assert any(message.first for message in MESSAGES)
    kinds = {event.kind for event in EVENTS}
    expected = {EventKind.FOLLOW, EventKind.SUB, EventKind.RESUB, EventKind.GIFT, EventKind.CHEER, EventKind.RAID}
    assert kinds >= expected | {EventKind.REDEMPTION}


def test_removals_take_away_what_was_said_before() -> None:
    said: dict[str, ChatMessage] = {}
    hits = set()
    for item in ITEMS:
        if isinstance(item, ChatMessage):
            said[item.id] = item
        elif isinstance(item, Removal):
            assert any(item.hits(message) for message in said.values())
            hits.add(item.scope)
    assert hits == {RemovalScope.MESSAGE, RemovalScope.USER}


def test_somebody_addresses_the_host_at_least_every_twenty_seconds() -> None:
    asked = [message.arrived_ns / 1e9 for message in MESSAGES if "kit" in message.text.casefold()]
    assert asked[0] < 10
    assert max(b - a for a, b in itertools.pairwise(asked)) < 20


def test_it_starts_over_with_new_ids() -> None:
    count = len(ITEMS)

    async def show() -> list[Incoming]:
        source = Demo(loop_clock())
        items: list[Incoming] = []
        async for item in source.incoming():
            items.append(item)
            if len(items) == 2 * count:
                break
        return items

    items = run_virtual(show())
    ids = [item.id for item in items if not isinstance(item, Removal)]
    assert len(set(ids)) == len(ids)
    second = items[count:]
    messages = {item.id for item in second if isinstance(item, ChatMessage)}
    taken = {item.message_id for item in second if isinstance(item, Removal) and item.scope is RemovalScope.MESSAGE}
    assert taken and taken <= messages
    assert second[0].arrived_ns > items[count - 1].arrived_ns


def test_the_script_is_written_in_order() -> None:
    times = [timed.at_s for timed in LogReader(SCRIPT).items()]
    assert times == sorted(times)
