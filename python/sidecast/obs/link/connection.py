"""`ObsLink`: OBS for the rest of Sidecast. Everything here runs in the show's loop; what blocks is in `live.py`'s threads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...clock import Clock
from ...errors import ObsAwayError, ObsLacksError
from ...flow.obs import Answered, Call, ObsEvent, ObsVersion
from ...worker.backoff import Backoff
from .answers import batch_of, data_of, results_of, sendable
from .live import LEAST_S, METERS_EVENT, Job, Live
from .place import Place, Where
from .troubles import LASTING, Trouble, Why, trouble
from .wire import CannotConnect, Message, Wire

FIRST_RETRY_S = 0.1
LAST_RETRY_S = 0.8
"""To ask this machine whether something listens costs nothing, and OBS shall be there within two seconds of its start."""
STEADY_S = 5.0
"""A connection that lasted as long was a good one; one that did not is made again after a pause."""
LOOK_S = 1.0
"""How often it is looked whether the password, the port or the settings have changed, while they are what is wrong."""
STRANGER_S = 1.5
"""Between attempts at another program's port, which may be OBS's again."""
LASTING_S = 10.0
"""Between attempts with a password that OBS has refused: it shows each to the streamer."""
OPEN_S = 30.0
MOST_WAITING = 1000
"""Requests that may wait for their turn."""
END_S = 2.0
_UNUSED = "OBS is not used."

log = logging.getLogger(__name__)


class ObsLink:
    """An `ObsApi`. `run()` makes the connection, for ever; without it there is none."""

    def __init__(self, where: Where, clock: Clock, rng: random.Random) -> None:
        self._where = where
        self._clock = clock
        self._backoff = Backoff(rng, first_s=FIRST_RETRY_S, most_s=LAST_RETRY_S, breaks_after=8)
        self._version: ObsVersion | None = None
        self._live: Live | None = None
        self._trouble: Trouble | None = None
        self._waiting: set[Job] = set()
        self._followers: dict[object, tuple[Callable[[ObsEvent], None], bool]] = {}
        self._failed: set[object] = set()
        """Followers whose failure was written to the log."""
        self._watchers: dict[object, Callable[[], None]] = {}
        self._again = asyncio.Event()
        self.left_out: Counter[str] = Counter()
        """What was not done or not told, by reason."""

    @property
    def version(self) -> ObsVersion | None:
        """As in `ObsApi`."""
        return self._version

    @property
    def trouble(self) -> str:
        """As in `ObsApi`."""
        return "" if self._trouble is None else self._trouble.sentence

    @property
    def why(self) -> Why | None:
        """The kind of `trouble`."""
        return None if self._trouble is None else self._trouble.why

    def again(self) -> None:
        """The settings or the password have changed: the connection is made anew, at once."""
        self._again.set()
        if self._live is not None:
            self._live.lose("it is made anew")

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        """As in `ObsApi`. ObsRefusedError, too, for data that cannot be sent at all."""
        live = self._ready([request])
        given = sendable(request, data or {})

        def exchange(wire: Wire, seconds: float) -> Message:
            return wire.ask(request, given, seconds)

        return data_of(request, await self._exchange(live, exchange, timeout_s, request))

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        """As in `ObsApi`. What `halt` leaves untried is answered by an ObsRefusedError that says so."""
        live = self._ready([each.request for each in calls])
        if not calls:
            return ()
        given = batch_of(calls, halt=halt)

        def exchange(wire: Wire, seconds: float) -> Message:
            return wire.ask_all(given, seconds)

        return results_of(calls, await self._exchange(live, exchange, timeout_s, f"{len(calls)} requests"))

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        """As in `ObsApi`."""
        key = object()
        had = self._wants_meters()
        self._followers[key] = (tell, meters)

        def end() -> None:
            had = self._wants_meters()
            self._followers.pop(key, None)
            self._failed.discard(key)
            self._subscribe(had)

        self._subscribe(had)
        return end

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        """As in `ObsApi`."""
        key = object()
        self._watchers[key] = tell
        return lambda: (self._watchers.pop(key, None), None)[1]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._again.clear()
            place = await self._where()
            if place is None:
                self._say(None)
                await self._pause(LOOK_S)
                continue
            live = await self._open(place)
            if isinstance(live, Live):
                since_ns = self._clock.now_ns()
                await self._stay(live)
                if self._clock.now_ns() - since_ns >= STEADY_S * 1e9:
                    self._backoff.succeeded()
                else:
                    await self._pause(self._backoff.failed())
            elif live in LASTING:
                await self._until_changed(place)
            elif live is Why.NOT_OBS:
                await self._pause(STRANGER_S)
            else:
                await self._pause(self._backoff.failed())

    async def _open(self, place: Place) -> Live | Why:
        """By the first password that OBS takes."""
        why = Why.AWAY
        for password in place.passwords or ("",):
            live = Live(place, password, self._clock.now_ns, self._tell, meters=self._wants_meters())
            live.start()
            try:
                async with asyncio.timeout(OPEN_S):
                    self._version = await live.opened
            except CannotConnect as error:
                why = error.why
            except TimeoutError:
                live.lose("it took too long")
                why = Why.SILENT
            except asyncio.CancelledError:
                live.lose("it is over")
                raise
            else:
                self._live = live
                return live
            if why is not Why.PASSWORD_WRONG:
                break
        self._say(trouble(why, place))
        return why

    async def _stay(self, live: Live) -> None:
        """Until it is lost."""
        assert self._version is not None
        self._say(None)
        log.info("connected to OBS %s (obs-websocket %s)", self._version.obs, self._version.websocket)
        # a follower may have come while the connection was made
        live.want_meters(self._wants_meters())
        self._told_all()
        try:
            why = await asyncio.shield(live.lost)
            log.info("the connection to OBS ended: %s", why)
            self._down(live, trouble(Why.LOST, live.place))
        except asyncio.CancelledError:
            live.lose("it is over")
            self._down(live, None)
            raise
        finally:
            await asyncio.shield(asyncio.to_thread(live.join, END_S))

    def _down(self, live: Live, found: Trouble | None) -> None:
        self._live, self._version = None, None
        if live.replaced:
            self.left_out["volume meters that came too fast"] += live.replaced
        for job in list(self._waiting):
            if not job.answer.done():
                job.answer.set_exception(ObsAwayError("The connection to OBS broke before the answer came.", "Look at OBS."))
        self._say(found)
        self._told_all()

    def _ready(self, requests: Sequence[str]) -> Live:
        live, version = self._live, self._version
        if live is None or version is None:
            raise ObsAwayError(*self._away())
        for request in requests:
            if request not in version.requests:
                what = f"OBS {version.obs} (obs-websocket {version.websocket}) does not know the request {request}."
                raise ObsLacksError(what, "Update OBS.")
        return live

    def _away(self) -> tuple[str, str]:
        return (self._trouble.what, self._trouble.remedy) if self._trouble else (_UNUSED, "")

    async def _exchange(self, live: Live, do: Callable[[Wire, float], Message], timeout_s: float, what: str) -> Message:
        """Raises ObsAwayError."""
        if len(self._waiting) >= MOST_WAITING:
            self.left_out["requests when too many waited"] += 1
            raise ObsAwayError(f"{MOST_WAITING} requests to OBS wait already; {what} was not sent.", "Ask OBS for less.")
        job = Job(do, time.monotonic() + timeout_s, asyncio.get_running_loop().create_future())
        self._waiting.add(job)
        live.put(job)
        try:
            async with asyncio.timeout(timeout_s):
                return await job.answer
        except TimeoutError:
            if job.sent_at is not None and time.monotonic() - job.sent_at >= LEAST_S:
                live.lose(f"{what} was not answered")
            sent = "not answered" if job.sent_at is not None else "not sent"
            raise ObsAwayError(f"OBS: {what} was {sent} within {timeout_s:g} s.", "Look at OBS.") from None
        finally:
            job.given_up = True
            self._waiting.discard(job)

    def _wants_meters(self) -> bool:
        return any(meters for _, meters in self._followers.values())

    def _subscribe(self, had: bool) -> None:
        if self._live is not None and (wanted := self._wants_meters()) != had:
            self._live.want_meters(wanted)

    def _tell(self, event: ObsEvent) -> None:
        if self._live is None:
            return  # those who follow look at OBS once they are told that it is there
        is_meters = event.name == METERS_EVENT
        for key, (tell, meters) in list(self._followers.items()):
            if meters == is_meters:
                try:
                    tell(event)
                except Exception:
                    # one that fails must not cost the others their events, nor fill the log
                    self.left_out["events at which a follower failed"] += 1
                    if key not in self._failed:
                        self._failed.add(key)
                        log.exception("a follower of OBS failed at %s", event.name)

    def _told_all(self) -> None:
        for tell in list(self._watchers.values()):
            try:
                tell()
            except Exception:
                log.exception("a watcher of the connection to OBS failed")

    def _say(self, found: Trouble | None) -> None:
        before, self._trouble = self._trouble, found
        if found is not None and (before is None or before.why is not found.why):
            log.info("%s", found.what)

    async def _until_changed(self, place: Place) -> None:
        until_ns = self._clock.now_ns() + round(LASTING_S * 1e9)
        while self._clock.now_ns() < until_ns and not self._again.is_set():
            await self._pause(LOOK_S)
            if await self._where() != place:
                return

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._again.wait()
