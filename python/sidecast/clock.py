"""Time as a parameter. Whatever waits or stamps takes a `Clock`; tests give it one that jumps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Nanoseconds of one clock, and a way to wait on it."""

    def now_ns(self) -> int:
        """Nanoseconds on `PythonBridge.now_ns()`'s clock (CLOCK_MONOTONIC); never goes back."""
        ...

    def wall_ms(self) -> int:
        """Unix time in milliseconds, for what people read; may jump."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock. `monotonic_ns` reads the same CLOCK_MONOTONIC as the bridge's `now_ns`."""

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class LoopClock:
    """The running event loop's own time, so that a virtual-time loop drives stamps and waits alike."""

    def __init__(self, loop_time: Callable[[], float], wall_start_ms: int = 1_767_225_600_000) -> None:
        self._loop_time = loop_time
        self._wall_start_ms = wall_start_ms

    def now_ns(self) -> int:
        return round(self._loop_time() * 1e9)

    def wall_ms(self) -> int:
        return self._wall_start_ms + round(self._loop_time() * 1e3)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def ms_between(start_ns: int, end_ns: int) -> float:
    """Milliseconds from one stamp to a later one."""
    return (end_ns - start_ns) / 1e6
