"""Timed items → items that arrive: waits on the clock and stamps."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, Iterable

from ..clock import Clock
from ..flow.chat import Incoming
from .log_format import Timed


async def play(items: Iterable[Timed], clock: Clock, speed: float = 1.0) -> AsyncGenerator[Incoming]:
    """Each item at its own time after now, `speed` times as fast. Items that are late come at once, in order.

    Waits even for nothing: a log that is always late would otherwise never let another task run.
    """
    start_ns = clock.now_ns()
    for timed in items:
        due_ns = start_ns + round(timed.at_s / speed * 1e9)
        await clock.sleep(max(0.0, (due_ns - clock.now_ns()) / 1e9))
        yield dataclasses.replace(timed.item, arrived_ns=clock.now_ns())
