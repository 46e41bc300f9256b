"""The virtual clock: hours in no time, the same every time, and a stall is an error rather than a hang."""

from __future__ import annotations

import asyncio

import pytest

from sidecast.virtual_time import VirtualTimeStalledError, loop_clock, run_virtual

pytestmark = pytest.mark.unit


def test_a_day_passes_at_once_and_in_order() -> None:
    async def day() -> list[tuple[str, int]]:
        clock = loop_clock()
        seen: list[tuple[str, int]] = []

        async def strike(name: str, every_s: float, times: int) -> None:
            for _ in range(times):
                await clock.sleep(every_s)
                seen.append((name, clock.now_ns() // 10**9))

        await asyncio.gather(strike("hour", 3600, 24), strike("noon", 43_200, 2))
        return seen

    seen = run_virtual(day())
    assert len(seen) == 26
    assert [at for _, at in seen] == sorted(at for _, at in seen)
    assert seen[-1][1] == 86_400
    assert seen == run_virtual(day())


def test_time_does_not_move_while_something_can_run() -> None:
    async def busy() -> int:
        clock = loop_clock()
        for _ in range(1000):
            await asyncio.sleep(0)
        return clock.now_ns()

    assert run_virtual(busy()) == 0


def test_a_stall_is_an_error() -> None:
    async def stall() -> None:
        await asyncio.Event().wait()

    with pytest.raises(VirtualTimeStalledError):
        run_virtual(stall())
