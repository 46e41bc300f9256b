"""Keeps the sources that the streamer has named down while the host is heard."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from ...clock import Clock
from ...errors import ObsError
from ...flow.candidate import Candidate, Reason
from ...flow.chat import Incoming
from ...flow.clause import Clause
from ...flow.cue import Status
from ...flow.line import LedgerLine
from ...flow.mark import Audible, Cut, Finished, Mark
from ...flow.obs import ObsApi, ObsEvent
from ...flow.turn import Turn
from ...flow.verdict import Verdict
from . import filters
from .glide import CLOSE_DB, Glide

log = logging.getLogger(__name__)

STEP_S = 0.025
"""Of a glide: OBS takes each new gain from its next packet of sound on, which is about 20 ms."""
AGAIN_S = 0.5
LAST_WORD_S = 1.0
"""How long the end waits for OBS to put things back."""


class Ducking:
    """A `Watcher`. `run()` while it is wanted; end it before the connection ends, or OBS keeps what it has until the next one.

    OBS that is left while the host is heard writes its scenes down as they are, and tells too late: the sound is put back when
    Sidecast and OBS meet again.
    """

    def __init__(self, api: ObsApi, clock: Clock, *, sources: Sequence[str] = (), depth_db: float = -12.0) -> None:
        """
        Args:
            sources: names of inputs in OBS; none: nothing is done.
            depth_db: ≤ 0.
        """
        self.trouble = ""
        """What the streamer should know, in sentences."""
        self.lowered: tuple[str, ...] = ()
        """Sources that have a filter of ours now."""
        self._api = api
        self._clock = clock
        self._sources = tuple(sources)
        self._glide = Glide(depth_db)
        self._sounding: int | None = None
        self._wake = asyncio.Event()
        self._sweep = True
        """There may be filters of ours in OBS that nobody here knows of."""
        self._give_up = False
        """What is down goes up at once, and stays there until the host is heard again."""
        self._made: tuple[str, ...] = ()
        """Where filters were made, or were to be made, for this time that the host is heard; all are taken away after it."""

    def duck(self, sources: Sequence[str], depth_db: float) -> None:
        """The streamer has changed their settings: what is down is put back; the rest from the next time on."""
        self._sources, self._glide.depth_db = tuple(sources), depth_db
        self._give_up = self._sweep = True
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; then everything is put back."""
        endings: tuple[Callable[[], None], ...] = (self._api.follow(self._event), self._api.on_change(self._changed))
        try:
            while True:
                self._wake.clear()
                try:
                    wait_s = await self._step()
                except ObsError as error:
                    log.info("ducking could not be done in OBS, and is put right later: %s", error)
                    self._sweep, wait_s = True, AGAIN_S
                if self._api.version is None:
                    wait_s = None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
        finally:
            for end in endings:
                end()
            await asyncio.shield(asyncio.create_task(self._put_back()))

    async def _step(self) -> float | None:
        """What is to be done now; returns how long there is nothing more to do. Raises ObsError."""
        if self._api.version is None:
            self.lowered, self._made, self._sweep = (), (), True
            return None
        if self._give_up:
            self._give_up, self._glide = False, Glide(self._glide.depth_db)
            await self._away()
        if self._sweep:
            await self._clean()
        now_ns = self._clock.now_ns()
        level_db = self._glide.level_db(now_ns)
        up = level_db > -CLOSE_DB and not self._glide.moves(now_ns)
        if up:
            await self._away()
        elif self._sources:
            await self._lower(level_db)
        rests_s = self._glide.rests_s(self._clock.now_ns())
        # also when it has come to rest during this step: the last level is still to be set
        return STEP_S if rests_s == 0.0 or (self._glide.level_db(self._clock.now_ns()) != level_db) else rests_s

    async def _clean(self) -> None:
        self._sweep = False
        there = await filters.inputs(self._api)
        self.trouble = filters.missing(self._sources, there)
        found = await filters.ours(self._api, there)
        if strangers := [name for name in found if name not in self._sources]:
            await filters.take_away(self._api, strangers)
        # those that are named are made, turned or taken away by what comes next
        self.lowered, self._made = tuple(name for name in found if name in self._sources), ()

    async def _lower(self, level_db: float) -> None:
        if not self._made:
            self._made = self._sources
            self.lowered = tuple(await filters.make(self._api, self._sources))
            if set(self.lowered) != set(self._sources):
                self.trouble = filters.missing(self._sources, await filters.inputs(self._api))
        if self.lowered:
            # where it fails the streamer has taken it away: it is not made again before the host is heard the next time
            self.lowered = tuple(await filters.turn(self._api, self.lowered, level_db))

    async def _away(self) -> None:
        """The streamer's own sound again, and nothing of ours in OBS."""
        if ours := dict.fromkeys((*self._made, *self.lowered)):
            await filters.take_away(self._api, tuple(ours))
        self.lowered, self._made = (), ()

    async def _put_back(self) -> None:
        if self._api.version is None or not (self.lowered or self._made):
            return
        try:
            async with asyncio.timeout(LAST_WORD_S):
                await filters.sweep(self._api)
        except (ObsError, TimeoutError) as error:
            log.warning("OBS could not be asked to put the sound back (%s); it is put right at the next connection", error)
        self.lowered, self._made = (), ()

    def _changed(self) -> None:
        """A connection was made or lost."""
        self._sweep = True
        self._wake.set()

    def _event(self, event: ObsEvent) -> None:
        if event.name == "CurrentSceneCollectionChanged":
            # the other one may have been written down while it was down
            self._sweep = True
            self._wake.set()

    # ---- what the show tells ------------------------------------------------------------------------------------

    def marked(self, mark: Mark) -> None:
        now_ns = self._clock.now_ns()
        if isinstance(mark, Audible):
            self._sounding = mark.utterance
            self._glide.down(now_ns)
        elif isinstance(mark, Finished | Cut) and mark.utterance == self._sounding:
            self._sounding = None
            self._glide.up(now_ns, at_once=isinstance(mark, Cut))
        else:
            return
        self._wake.set()

    def ended(self, line: LedgerLine) -> None:
        """A turn is over, whatever its marks have told."""
        if self._sounding is not None:
            self._sounding = None
            self._glide.up(self._clock.now_ns())
            self._wake.set()

    def heard(self, item: Incoming) -> None: ...

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None: ...

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None: ...

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None: ...

    def status(self, status: Status) -> None: ...
