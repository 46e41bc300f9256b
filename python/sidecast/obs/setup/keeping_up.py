"""While a show runs: at each connection to OBS, what was made there is brought up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ...clock import Clock
from ...flow.obs import ObsApi
from .freshening import freshen
from .journal import Journal
from .wanted import Voice, Wanted, Window

log = logging.getLogger(__name__)


class KeepingUp:
    """`run` until it is cancelled."""

    def __init__(
        self,
        api: ObsApi,
        journal: Journal,
        clock: Clock,
        *,
        window: Callable[[], Window],
        voice: Callable[[], Voice | None],
        new_sink: bool,
    ) -> None:
        """
        Args:
            new_sink: the voice's sink was made at this start: an OBS that runs already does not listen to it yet.
        """
        self._api = api
        self._journal = journal
        self._clock = clock
        self._window = window
        self._voice = voice
        self._new_sink = new_sink
        self._first = True
        self._changed = asyncio.Event()

    async def run(self) -> None:
        end = self._api.on_change(self._changed.set)
        self._changed.set()
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if self._api.version is not None:
                    await self._once()
        finally:
            end()

    async def _once(self) -> None:
        wanted = Wanted(window=self._window(), voice=self._voice())
        done = await freshen(self._api, wanted, self._journal, wake=self._new_sink, reload=self._first, clock=self._clock)
        if done.trouble:
            log.warning("OBS: what Sidecast has there could not be brought up to date: %s", done.trouble)
        else:
            self._new_sink = self._first = False
        for sentence in done.said:
            log.info("OBS: %s", sentence)
