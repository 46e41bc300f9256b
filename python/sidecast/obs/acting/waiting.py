"""Waiting for something to happen, and not for ever."""

from __future__ import annotations

import asyncio

from ...clock import Clock


async def until_set(event: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Returns when `event` is set, or when the time is over."""
    sleeping = asyncio.ensure_future(clock.sleep(seconds))
    telling = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((sleeping, telling), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        telling.cancel()
