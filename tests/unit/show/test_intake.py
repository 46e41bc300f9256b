"""What waits to be read is bounded, keeps its order, and loses nothing without a reason."""

from __future__ import annotations

import pytest

from fakes.source import deletes, says
from fakes.watcher import Recorder
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import ChannelEvent, ChatMessage, Removal, RemovalScope
from sidecast.show.intake import BATCH, Intake

pytestmark = pytest.mark.unit


async def one_batch(intake: Intake) -> list[ChatMessage | ChannelEvent]:
    return await anext(intake.batches())


async def test_a_flood_is_read_in_batches_in_its_order() -> None:
    intake = Intake(4096, Recorder())
    flood = [says(f"number {index}", id=f"m{index}") for index in range(BATCH + 5)]
    for item in flood:
        intake.put(item)
    batches = intake.batches()
    assert await anext(batches) == flood[:BATCH]
    assert len(intake) == 5
    assert await anext(batches) == flood[BATCH:]


async def test_what_finds_it_full_is_settled_as_overload() -> None:
    watched = Recorder()
    intake = Intake(2, watched)
    first, second, third = (says(text, id=text) for text in ("one", "two", "three"))
    for item in (first, second, third):
        intake.put(item)
    assert watched.fates == [(third, Reason.OVERLOADED)]
    assert await one_batch(intake) == [first, second]


async def test_a_removal_takes_out_only_what_it_hits() -> None:
    watched = Recorder()
    intake = Intake(4096, watched)
    stays, goes = says("hello", id="a"), says("rude", id="b")
    intake.put(goes)
    intake.put(stays)
    intake.remove(deletes(goes))
    assert watched.fates == [(goes, Reason.REMOVED)]
    assert await one_batch(intake) == [stays]


async def test_what_is_held_is_no_longer_read() -> None:
    watched = Recorder()
    intake = Intake(4096, watched)
    held = says("rude", id="a")
    intake.put(held)
    intake.remove(Removal(scope=RemovalScope.HELD, message_id="a", arrived_ns=0))
    assert watched.fates == [(held, Reason.HELD)]


async def test_a_batch_comes_even_if_all_was_removed() -> None:
    # it wakes who waits for the chat's end
    intake = Intake(4096, Recorder())
    only = says("rude", id="a")
    intake.put(only)
    intake.remove(deletes(only))
    assert await one_batch(intake) == []


async def test_what_is_left_at_the_end_gets_the_reason() -> None:
    watched = Recorder()
    intake = Intake(4096, watched)
    left = [says("one", id="a"), says("two", id="b")]
    for item in left:
        intake.put(item)
    intake.drain(Reason.SHOW_ENDED)
    assert watched.fates == [(item, Reason.SHOW_ENDED) for item in left]
    assert len(intake) == 0
