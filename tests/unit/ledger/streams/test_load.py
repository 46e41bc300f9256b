"""The load is sampled every few seconds, with how late the loop was."""

from __future__ import annotations

import asyncio

import pytest

from sidecast.ledger.streams.load import EVERY_S, Load, Sampler, machine_percent, memory_mb
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


class LateClock:
    """Wakes later than asked, each time a little more."""

    def __init__(self) -> None:
        self._clock = loop_clock()
        self._late_s = 0.0

    def now_ns(self) -> int:
        return self._clock.now_ns()

    def wall_ms(self) -> int:
        return self._clock.wall_ms()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds + self._late_s)
        self._late_s += 0.1


def test_samples_come_steadily_and_say_how_late_they_are() -> None:
    told: list[Load] = []

    async def sample() -> None:
        queue = iter(range(100))
        task = asyncio.create_task(Sampler(LateClock(), told.append, lambda: next(queue), lambda: 7).run())
        await asyncio.sleep(3 * EVERY_S + 0.31)
        task.cancel()

    run_virtual(sample())
    assert [load.intake for load in told] == [0, 1, 2]
    assert [load.lag_ms for load in told] == [
        pytest.approx(0, abs=0.01),
        pytest.approx(100, abs=0.01),
        pytest.approx(200, abs=0.01),
    ]
    assert {load.backlog for load in told} == {7}
    assert all(load.memory_mb > 5 and load.cpu_percent >= 0 for load in told)


def test_the_machine_is_asked() -> None:
    assert memory_mb() > 5
    assert machine_percent() >= 0
