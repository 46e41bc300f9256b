from __future__ import annotations

import pytest

from sidecast.flow.mark import Finished, FrameStats, Mark
from sidecast.stage.mark_queue import MarkQueue

pytestmark = pytest.mark.unit


def stats(at_ns: int) -> FrameStats:
    return FrameStats(at_ns=at_ns, fps=60.0, frame_ms_p99=16.0, drain_ms_p99=0.1, underruns=0, dropped=0)


async def read(marks: MarkQueue) -> list[Mark]:
    marks.close()
    return [mark async for mark in marks.read()]


async def test_marks_come_in_their_order_and_end_when_it_is_closed() -> None:
    marks = MarkQueue()
    marks.add(stats(1))
    marks.add(Finished(utterance=1, at_ns=2))
    assert [mark.at_ns for mark in await read(marks)] == [1, 2]


async def test_statistics_give_way_to_what_a_turn_waits_for() -> None:
    marks = MarkQueue(limit=3)
    for at_ns in (1, 2):
        marks.add(Finished(utterance=1, at_ns=at_ns))
    for at_ns in (3, 4, 5):
        marks.add(stats(at_ns))
    marks.add(Finished(utterance=1, at_ns=6))
    assert marks.dropped == 3
    assert [mark.at_ns for mark in await read(marks)] == [1, 2, 6]


async def test_without_statistics_the_oldest_goes_and_is_counted() -> None:
    marks = MarkQueue(limit=2)
    for at_ns in (1, 2, 3):
        marks.add(Finished(utterance=1, at_ns=at_ns))
    assert marks.dropped == 1
    assert [mark.at_ns for mark in await read(marks)] == [2, 3]
