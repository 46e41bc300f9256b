"""What the overlays' pages see of a show: the card of what is answered, the words as they are heard, alerts, the mood."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from fakes.board import NoticeBoard
from fakes.hand_clock import HandClock
from fakes.overlay_room import MOSSY, OverlayRoom
from sidecast.control.overlay.overlays import UNWANTED, no_card
from sidecast.flow.chat import Author, ChannelEvent, EventKind, Removal, RemovalScope
from sidecast.flow.cue import HostState, Status
from sidecast.flow.verdict import Category, Decision, Verdict

pytestmark = pytest.mark.unit


@pytest.fixture
async def room() -> OverlayRoom:
    return OverlayRoom()


def cells(room: OverlayRoom) -> dict[str, Any]:
    return room.overlays.cells.since(0)


async def test_a_turn_from_its_card_to_its_end(room: OverlayRoom) -> None:
    assert cells(room) == {"caption": None, "card": None, "alert": None, "mood": {"mood": "neutral", "state": "listening"}}
    turn = room.answer(room.message("Kit, how are\nyou?"))
    card = {"turn": turn.id, "name": "MossyBadger", "colour": "#7fb069", "text": "Kit, how are you?", "style": "question"}
    assert cells(room)["card"] == card
    assert cells(room)["caption"] is None
    first = room.say(turn, "Doing great!")
    second = room.say(turn, "And you?", more=True)
    room.audible(first)
    parts = cells(room)["caption"]["parts"]
    assert [(part["n"], part["began_ms"] is not None) for part in parts] == [(first, True), (second, False)]
    assert abs(parts[0]["began_ms"] - room.clock.wall_ms()) < 5000
    room.cut(second)
    assert cells(room)["caption"]["parts"][1]["cut_ms"]
    room.end(turn)
    assert (cells(room)["card"], cells(room)["caption"]) == (None, None)


async def test_late_words_of_a_turn_that_is_over_are_not_shown(room: OverlayRoom) -> None:
    turn = room.answer(room.message("hello"))
    room.end(turn)
    room.say(turn, "too late")
    assert cells(room)["caption"] is None


async def test_nothing_of_a_message_is_seen_before_it_is_answered(room: OverlayRoom) -> None:
    before = room.overlays.cells.seq
    item = room.message("something vile")
    room.overlays.heard(item)
    held = Verdict(Decision.HOLD, "something vile", Category.AGGRESSION)
    room.overlays.understood(room.candidate(item, held))
    assert room.overlays.cells.seq == before


@pytest.mark.parametrize("scope", [RemovalScope.MESSAGE, RemovalScope.HELD, RemovalScope.USER, RemovalScope.CHAT])
async def test_a_removal_takes_card_and_words_away_at_once(room: OverlayRoom, scope: RemovalScope) -> None:
    item = room.message("look at this")
    turn = room.answer(item)
    room.say(turn, "What a thing to look at")
    taken = frozenset({item.id})
    room.overlays.heard(Removal(scope=scope, arrived_ns=0, message_id=item.id, author_id=MOSSY.id, taken=taken, cut=turn.id))
    assert (cells(room)["card"], cells(room)["caption"]) == ({"at_once": True}, {"at_once": True})
    room.say(turn, "more of it", more=True)
    assert cells(room)["caption"] == {"at_once": True}


async def test_a_removal_of_what_may_be_quoted_takes_the_words_only(room: OverlayRoom) -> None:
    turn = room.answer(room.message("what did she say?"))
    room.say(turn, "She said a thing")
    other = room.message("a thing", Author(id="other", name="other"))
    room.remove(other, cut=turn.id)
    assert cells(room)["caption"] == {"at_once": True}
    assert cells(room)["card"]["turn"] == turn.id


async def test_a_removal_of_something_else_changes_nothing(room: OverlayRoom) -> None:
    turn = room.answer(room.message("hello"))
    room.say(turn, "Hello")
    before = room.overlays.cells.seq
    room.remove(room.message("other", Author(id="other", name="other")))
    assert room.overlays.cells.seq == before


async def test_the_streamers_own_line_has_words_but_no_card(room: OverlayRoom) -> None:
    turn = room.answer(room.event(EventKind.SAID, None))
    room.say(turn, "Back in five minutes")
    assert cells(room)["card"] is None
    assert cells(room)["caption"]["turn"] == turn.id


async def test_where_no_card_is_wanted_there_is_none() -> None:
    room = OverlayRoom(card=no_card)
    room.answer(room.message("hello"))
    assert cells(room)["card"] is None


async def shown_alert(room: OverlayRoom, condition: Callable[[Any], object]) -> Any:
    async with asyncio.timeout(10):
        while not condition(cells(room)["alert"]):
            await room.overlays.cells.changed(room.overlays.cells.seq)
    return cells(room)["alert"]


async def test_alerts_come_by_themselves_and_go_when_they_are_removed(room: OverlayRoom) -> None:
    clock = HandClock()
    room.overlays._clock = clock
    running = asyncio.ensure_future(room.overlays.run_alerts())
    first = room.happens(EventKind.RAID, amount=42)
    alert = await shown_alert(room, bool)
    assert (alert["kind"], alert["name"], alert["words"]) == ("raid", "MossyBadger", "raids with 42 viewers")
    room.remove(first)
    assert cells(room)["alert"] == {"at_once": True}
    room.happens(EventKind.SUB)
    assert (await shown_alert(room, lambda alert: alert and "number" in alert))["number"] == 2, "it waits for no timer"
    for _ in range(20):
        clock.advance(1)
        await asyncio.sleep(0)
    assert cells(room)["alert"] is None
    running.cancel()


async def test_what_did_not_pass_the_gate_is_no_alert(room: OverlayRoom) -> None:
    running = asyncio.ensure_future(room.overlays.run_alerts())
    bad = room.event(EventKind.RESUB, amount=3, text="something vile")
    room.overlays.understood(room.candidate(bad, Verdict(Decision.HOLD, "something vile", Category.AGGRESSION)))
    soft = room.event(EventKind.RESUB, amount=4, text="something rude")
    room.overlays.understood(room.candidate(soft, Verdict(Decision.SOFTEN, "something rude", Category.SWEARING)))
    alert = await shown_alert(room, bool)
    assert (alert["words"], alert["text"]) == ("subscribed for 4 months", "")
    running.cancel()


async def test_a_name_that_the_host_would_not_say_is_not_shown() -> None:
    room = OverlayRoom(speakable=lambda name: name != MOSSY.name)
    running = asyncio.ensure_future(room.overlays.run_alerts())
    room.happens(EventKind.SUB)
    assert (await shown_alert(room, bool))["name"] == "somebody"
    running.cancel()


async def test_a_storm_shows_no_alerts_and_counts_them() -> None:
    room = OverlayRoom(admits=lambda candidate: False)
    for number in range(50):
        room.happens(EventKind.FOLLOW, Author(id=str(number), name=f"bot{number}"))
    assert room.overlays.dropped == {UNWANTED: 50}
    assert cells(room)["alert"] is None
    read: dict[str, Callable[[], float]] = {}
    room.overlays.count(type("Gauges", (), {"watch": lambda self, name, about, how: read.update({name: how})})())
    assert {name: how() for name, how in read.items()} == {
        "overlay_alerts_crowded_out": 0,
        "overlay_alerts_late": 0,
        "overlay_alerts_removed": 0,
        "overlay_alerts_unwanted": 50,
    }


async def test_the_mood_comes_past_the_board_and_says_nothing_to_the_streamer(room: OverlayRoom) -> None:
    inner = NoticeBoard(room.clock)
    room.overlays.board(inner).mood("happy", "Mira")
    assert inner.moods == [("happy", "Mira")]
    room.overlays.status(Status(state=HostState.SPEAKING, note="The ledger's disk is full.", page="http://secret"))
    assert cells(room)["mood"] == {"mood": "happy", "state": "speaking"}


async def test_events_that_are_answered_have_a_card(room: OverlayRoom) -> None:
    turn = room.answer(ChannelEvent(id="e", kind=EventKind.RAID, author=MOSSY, amount=9, arrived_ns=0))
    assert cells(room)["card"] | {"colour": ""} == {
        "turn": turn.id,
        "name": "MossyBadger",
        "colour": "",
        "text": "raids with 9 viewers",
        "style": "event",
    }
