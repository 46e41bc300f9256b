"""The real link to the real OBS of a test."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from fakes.real_obs import RealObs
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.obs.link.connection import ObsLink
from sidecast.obs.link.place import Place


@contextlib.asynccontextmanager
async def running(*places: Place | None, more: list[Place] | None = None) -> AsyncIterator[ObsLink]:
    """A link that looks for OBS at the last of them, connected or not. Those that are put in `more` come after."""

    async def where() -> Place | None:
        return (more or places)[-1]

    link = ObsLink(where, SystemClock(), random.Random(1))
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def linked(obs: RealObs) -> AsyncIterator[ObsLink]:
    """A link that is connected to it."""
    async with running(Place(port=obs.port, passwords=(obs.password,))) as link:
        await until(lambda: link.version is not None)
        yield link
