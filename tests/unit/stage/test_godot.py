from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fakes.bridge import FakeBridge
from fakes.clauses import cleared
from fakes.voice import tone
from sidecast.flow import frame
from sidecast.flow.cue import Caption, Status, TimedWord
from sidecast.flow.mark import Audible, Finished, Mark
from sidecast.stage.godot import GodotStage

pytestmark = pytest.mark.unit

HELLO = tone(cleared("hello"))


async def all_marks(stage: GodotStage) -> list[Mark]:
    async with asyncio.timeout(20):
        return [mark async for mark in stage.marks()]


async def test_a_cue_goes_down_under_its_topic() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    stage.send(Status(state="listening", note="né"))
    ((topic, data),) = bridge.posted
    assert topic == "status"
    assert frame.decode(data) == ({"state": "listening", "note": "né", "page": ""}, b"")
    stage.close()


async def test_a_cue_that_the_queue_does_not_take_is_counted() -> None:
    stage = GodotStage(FakeBridge(takes_posts=False))
    stage.send(Status(state="listening"))
    stage.send(Status(state="thinking"))
    assert stage.troubles == {"dropped status": 2}
    stage.close()


async def test_a_cue_that_is_too_large_is_counted_and_not_sent() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    stage.send(Caption(utterance=1, turn_id="t", words=(TimedWord("x" * 70_000, 0.0, 1.0),)))
    assert bridge.posted == []
    assert stage.troubles == {"too large caption": 1}
    stage.close()


async def test_pcm_goes_straight_into_the_ring() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    assert stage.play(HELLO, 7, stage.epoch())
    assert bridge.pushed == [(7, HELLO.rate, HELLO.pcm, True)]
    stage.close()


async def test_the_rest_follows_under_the_same_number_and_ends_it() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    rest: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    beginning = replace(HELLO, pcm=HELLO.pcm[:200], rest=rest)
    assert stage.play(beginning, 7, stage.epoch())
    assert stage.go_on(beginning, 7, stage.epoch(), HELLO.pcm[200:])
    assert bridge.pushed == [(7, HELLO.rate, HELLO.pcm[:200], False), (7, HELLO.rate, HELLO.pcm[200:], True)]
    old = stage.epoch()
    stage.stop()
    assert not stage.go_on(beginning, 7, old, b"")
    stage.close()


async def test_nothing_is_played_in_an_epoch_that_is_over() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    old = stage.epoch()
    assert stage.stop() == old + 1
    assert not stage.play(HELLO, 1, old)
    assert bridge.pushed == []
    stage.close()


async def test_a_ring_without_room_for_all_of_it_plays_none_of_it() -> None:
    bridge = FakeBridge(room=HELLO.frames - 1)
    stage = GodotStage(bridge)
    assert not stage.play(HELLO, 1, stage.epoch())
    assert bridge.pushed == []
    assert stage.troubles == {"ring full": 1}
    stage.close()


async def test_marks_arrive_in_order_and_end_with_the_bridge() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    sent: list[Mark] = [Audible(utterance=1, at_ns=5), Finished(utterance=1, at_ns=9)]
    for mark in sent:
        bridge.sends(mark.topic, frame.encode_fields(mark))
    bridge.closes()
    assert await all_marks(stage) == sent


async def test_what_makes_no_sense_is_counted_and_the_rest_goes_on() -> None:
    bridge = FakeBridge()
    stage = GodotStage(bridge)
    bridge.sends("applause", b"{}\n")
    bridge.sends("finished", b"\xff\xfe")
    bridge.sends("finished", b'{"utterance": 1, "at_ns": 2}\n')
    bridge.closes()
    assert await all_marks(stage) == [Finished(utterance=1, at_ns=2)]
    assert stage.troubles == {"unknown topic": 1, "bad frame": 1}


async def test_closing_the_stage_ends_its_marks() -> None:
    stage = GodotStage(FakeBridge())
    stage.close()
    assert await all_marks(stage) == []
