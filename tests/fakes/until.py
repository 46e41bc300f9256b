"""Waiting for what happens outside of the event loop: in a process or behind a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LIMIT_S = 90.0
"""Far over what anything here takes."""


async def until(condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Raises TimeoutError when it does not become true."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)
