"""One connection's threads: one asks, one is told. What they find goes to the show's loop; nothing of the loop waits for them.

Both ask for a sign of life when it has been quiet, so that a frozen OBS or a dead network is noticed within `BEAT_S + SIGN_S`.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from obsws_python.subs import Subs

from ...flow.obs import ObsEvent, ObsVersion
from .answers import NOT_READY, status_of, version_of
from .place import Place
from .troubles import Why
from .wire import ANSWER, CONNECT_S, EVENT, REIDENTIFY, REQUEST, Broken, CannotConnect, Message, Silence, Wire

BEAT_S = 0.7
SIGN_S = 1.0
"""How long a sign of life may take."""
LEAST_S = 0.5
"""A request that waited long for its turn still gets as long for its answer: otherwise a slow second would end the connection."""
READY_S = 5.0
"""Then it is said that OBS is busy, and tried again."""
READY_EVERY_S = 0.1
MOST_UNHEARD = 2000
"""Events that may wait for the loop."""
EVENTS = int(Subs.LOW_VOLUME)
METERS = int(Subs.INPUTVOLUMEMETERS)
METERS_EVENT = "InputVolumeMeters"
_BEAT = "GetStudioModeEnabled"
"""The cheapest request there is: it reads one flag."""


@dataclass(eq=False, slots=True)
class Job:
    """One exchange. `answer` gets the whole answer, or Broken."""

    do: Callable[[Wire, float], Message]
    until: float
    """Monotonic seconds."""
    answer: asyncio.Future[Message]
    given_up: bool = field(default=False)
    """Nobody waits any more: not to be sent."""
    sent_at: float | None = field(default=None)


class Live:
    """Threads start with `start()` and end by themselves after `lose()`. All methods are the loop's, `lose` is anybody's."""

    def __init__(
        self, place: Place, password: str, now_ns: Callable[[], int], heard: Callable[[ObsEvent], None], *, meters: bool
    ) -> None:
        self.place = place
        self._password = password
        self._now_ns = now_ns
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[ObsVersion] = self._loop.create_future()
        """Or CannotConnect."""
        self.lost: asyncio.Future[str] = self._loop.create_future()
        """What went wrong, once it has."""
        self.replaced = 0
        """Volume meters that the loop did not take before the next came."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._events: deque[ObsEvent] = deque()
        self._meters: ObsEvent | None = None
        self._subs = EVENTS | (METERS if meters else 0)
        self._ended = threading.Event()
        self._asking: Wire | None = None
        self._hearing: Wire | None = None
        self._threads = [threading.Thread(target=self._ask_on, name="obs-asks", daemon=True)]

    def start(self) -> None:
        self._threads[0].start()

    def put(self, job: Job) -> None:
        self._jobs.put(job)

    def want_meters(self, wanted: bool) -> None:
        """From now on volume meters are told, or are not."""
        wanted_subs = EVENTS | (METERS if wanted else 0)
        if wanted_subs == self._subs:
            return
        self._subs = wanted_subs
        subs = {"eventSubscriptions": self._subs}

        def reidentify(_: Wire, __: float) -> Message:
            if self._hearing is not None:
                self._hearing.tell(REIDENTIFY, subs)
            return {}

        self.put(Job(reidentify, time.monotonic() + SIGN_S, self._loop.create_future()))

    def lose(self, why: str) -> None:
        """This connection ends now. The first reason counts."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._jobs.put(None)
        for wire in (self._asking, self._hearing):
            if wire is not None:
                wire.abort()
        self._post(_settle, self.lost, why)

    def join(self, seconds: float) -> None:
        """Blocks until the threads have ended."""
        for thread in self._threads:
            thread.join(seconds)

    # the thread that asks

    def _ask_on(self) -> None:
        try:
            version = self._open()
        except CannotConnect as error:
            self._post(_settle_badly, self.opened, error)
            self._end()
            return
        except Exception as error:
            self._post(_settle_badly, self.opened, CannotConnect(Why.LOST if isinstance(error, Broken) else Why.NOT_OBS))
            self._end()
            if not isinstance(error, Broken):
                raise
            return
        self._password = ""
        self._threads.append(threading.Thread(target=self._hear_on, name="obs-tells", daemon=True))
        self._threads[1].start()
        self._post(_settle, self.opened, version)
        try:
            self._serve()
        except Broken as error:
            self.lose(str(error))
        finally:
            # also after what nobody thought of: the link must know that nobody asks any more
            self.lose("the thread that asks has ended")
            if self._asking is not None:
                self._asking.close()

    def _open(self) -> ObsVersion:
        """Events first, so that none is missed after the first answer. Raises CannotConnect, Broken."""
        self._hearing = Wire(self.place, self._password, self._subs)
        self._asking = Wire(self.place, self._password)
        if self._ended.is_set():
            raise Broken("nobody wants it any more")
        version = version_of(self._once_ready(self._asking, "GetVersion"))
        if version is None:
            raise CannotConnect(Why.NOT_OBS)
        self._once_ready(self._asking, "GetSceneList")
        return version

    def _once_ready(self, wire: Wire, request: str) -> Message:
        """OBS listens before it is ready, and then answers so to whatever it is asked. Raises CannotConnect, Broken."""
        until = time.monotonic() + READY_S
        while status_of(answer := wire.ask(request, {}, CONNECT_S)) == NOT_READY:
            if time.monotonic() > until:
                raise CannotConnect(Why.BUSY)
            if self._ended.wait(READY_EVERY_S):
                raise Broken("nobody wants it any more")
        return answer

    def _serve(self) -> None:
        """Raises Broken."""
        assert self._asking is not None
        while not self._ended.is_set():
            try:
                job = self._jobs.get(timeout=BEAT_S)
            except queue.Empty:
                self._asking.ask(_BEAT, {}, SIGN_S)
                continue
            if job is None:
                return
            if job.given_up:
                continue
            job.sent_at = time.monotonic()
            answer = job.do(self._asking, max(LEAST_S, job.until - job.sent_at))
            self._post(_settle, job.answer, answer)

    # the thread that is told

    def _hear_on(self) -> None:
        wire = self._hearing
        assert wire is not None
        try:
            self._listen(wire)
        except Broken as error:
            self.lose(str(error))
        finally:
            self.lose("the thread that is told has ended")
            wire.close()

    def _listen(self, wire: Wire) -> None:
        """Raises Broken."""
        asked = False
        while not self._ended.is_set():
            try:
                op, data = wire.receive(SIGN_S if asked else BEAT_S)
            except Silence:
                if asked:
                    raise
                wire.tell(REQUEST, {"requestType": _BEAT})
                asked = True
                continue
            asked = asked and op != ANSWER
            if op == EVENT:
                self._deliver(data)

    def _deliver(self, data: Message) -> None:
        name, said = data.get("eventType"), data.get("eventData")
        if not isinstance(name, str) or not (said is None or isinstance(said, dict)):
            raise Broken("what came is no event of OBS's")
        event = ObsEvent(name, said or {}, self._now_ns())
        if name == METERS_EVENT:
            waiting, self._meters = self._meters, event
            if waiting is None:
                self._post(self._take_meters)
            else:
                self.replaced += 1
            return
        if len(self._events) >= MOST_UNHEARD:
            # who follows would be wrong about OBS from here on; a new connection lets them look again
            raise Broken(f"{MOST_UNHEARD} events came faster than they were taken")
        self._events.append(event)
        self._post(self._take)

    # in the loop

    def _take(self) -> None:
        event = self._events.popleft()
        if not self.lost.done():
            self._heard(event)

    def _take_meters(self) -> None:
        event, self._meters = self._meters, None
        if event is not None and not self.lost.done():
            self._heard(event)

    def _post(self, what: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:
            # the show is over, and its loop is closed
            self._ended.set()

    def _end(self) -> None:
        self._ended.set()
        for wire in (self._asking, self._hearing):
            if wire is not None:
                wire.close()


def _settle(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _settle_badly(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
