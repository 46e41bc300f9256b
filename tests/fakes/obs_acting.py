"""Acting in a real OBS, as it lives in a show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path

from fakes.obs_linked import linked
from fakes.real_obs import RealObs
from sidecast.clock import SystemClock
from sidecast.flow.action import Engine, Granted
from sidecast.flow.obs_act import ObsAct, ObsDone
from sidecast.obs.acting.acting import ObsActing
from sidecast.obs.link.connection import ObsLink

RULE = Granted(engine=Engine.RULE, name="a rule", features=frozenset())


@dataclass
class ActingHere:
    acting: ObsActing
    link: ObsLink
    may_stream: set[str]

    async def do(self, act: ObsAct) -> ObsDone:
        return await self.acting.do(act, RULE)

    async def done(self, act: ObsAct) -> ObsDone:
        """Of what must succeed."""
        done = await self.do(act)
        assert done.ok, done
        return done


@contextlib.asynccontextmanager
async def acting_in(
    obs: RealObs, folder: Path, may_stream: Collection[str] = (), *, closes: bool = True
) -> AsyncIterator[ActingHere]:
    """`closes`: as a show that ends; else as one that crashes."""
    async with linked(obs) as link:
        allowed = set(may_stream)
        acting = ObsActing(link, SystemClock(), folder=folder, may_stream=lambda: allowed)
        task = asyncio.create_task(acting.run())
        try:
            yield ActingHere(acting, link, allowed)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            if closes:
                await acting.close()
