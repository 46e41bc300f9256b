"""An event loop whose clock jumps to the next timer: hours of show in seconds, the same every time.

The idea is LiveKit's (`tests/virtual_time.py`): the selector never blocks; where it would wait, time advances instead.
Nothing that runs in it may wait for threads, processes or sockets: those live in real time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from .clock import LoopClock

T = TypeVar("T")


class VirtualTimeStalledError(RuntimeError):
    """Every task waits for something that no timer will bring."""


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise VirtualTimeStalledError("Nothing is scheduled, and nothing outside this loop can wake it in virtual time.")
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`loop.time()` starts at 0 and moves only when every task waits for a timer."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in a fresh virtual-time loop and return its result."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def loop_clock() -> LoopClock:
    """A `Clock` on the running loop's time."""
    return LoopClock(asyncio.get_running_loop().time)
