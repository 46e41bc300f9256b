"""What goes on in OBS, followed: asked at each connection, kept up to date by events, told to whoever wants to know."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace

from ...clock import Clock
from ...errors import ObsAwayError, ObsError
from ...flow.obs import ObsApi, ObsEvent, ObsState
from .hearing import LOST_AFTER_S, Hearing
from .looking import look
from .media import ENDED, has_ended
from .microphone import Microphones
from .reducer import BadEvent, after, text

log = logging.getLogger(__name__)

SETTLE_S = 0.1
"""Changes of inputs come in crowds; one look for all of them."""
AGAIN_S = 0.5
"""OBS may be connected and not ready to answer."""
DEAF_S = 5.0
DEAF = "OBS does not tell how loud your microphone is, so nobody knows when you speak: restart OBS."
EVENTS_KEPT = 2_000
"""That came while it was being asked."""
_LOOK_AT = frozenset(
    {"InputCreated", "InputRemoved", "InputNameChanged", "CurrentSceneCollectionChanged", "CurrentProfileChanged"}
)
"""After these the microphone may be another, or more may have changed than is told."""

Tell = Callable[[ObsState, ObsState], None]


class Room:
    """`state` at any time; `run()` while it is wanted. Without a connection the state is that of no OBS."""

    def __init__(self, api: ObsApi, clock: Clock, *, microphone: str = "") -> None:
        """`microphone`: the name of the source that hears the streamer; empty: OBS's own."""
        self.state = ObsState()
        self.left_out: Counter[str] = Counter()
        """Events that changed nothing, by reason: `malformed`, `not_ended`, `overflow`."""
        self._api = api
        self._clock = clock
        self._wanted = microphone
        self._hearing = Hearing()
        self._told: list[Tell] = []
        self._wake = asyncio.Event()
        self._look = True
        self._meanwhile: deque[ObsEvent] | None = None
        """What came while OBS was being asked; None while it is not."""
        self._ended: dict[str, None] = {}
        """Media to be asked about, in order."""
        self._told_ns = 0
        """When OBS last told levels, or was met."""
        self._deaf = False
        # as long as there is a room: with obs-websocket 5.1, whose count of who wants levels goes wrong when a client gives them
        # up just before it leaves, nobody would get any from then on
        api.follow(self._levels, meters=True)

    @property
    def microphones(self) -> Microphones:
        """What the streamer is heard by."""
        found = self._hearing.microphones
        return Microphones(found.names, DEAF) if self._deaf and found.names else found

    def follow(self, tell: Tell) -> Callable[[], None]:
        """`tell` is called with the old and the new state at each change; returns what ends that. It must not block."""
        self._told.append(tell)
        return lambda: self._told.remove(tell) if tell in self._told else None

    def listen_to(self, microphone: str) -> None:
        """Another source hears the streamer from now on; empty: OBS's own microphones."""
        self._wanted = microphone
        self._look_again()

    async def run(self) -> None:
        """For ever; cancel it to end it."""
        api = self._api
        endings = (api.follow(self._event), api.on_change(self._changed))
        ticking = asyncio.create_task(self._tick())
        try:
            self._changed()
            while True:
                await self._wake.wait()
                self._wake.clear()
                try:
                    await self._catch_up()
                except ObsError as error:
                    log.info("OBS could not be asked how it stands: %s", error)
                    if self._api.version is not None:
                        await self._clock.sleep(AGAIN_S)
                        self._wake.set()
        finally:
            ticking.cancel()
            for end in endings:
                end()
            self._set(ObsState())

    def _changed(self) -> None:
        """A connection was made or lost."""
        self._ended.clear()
        self._told_ns, self._deaf = self._clock.now_ns(), False
        if self._api.version is None:
            self._hearing.listen(Microphones())
            self._set(ObsState())
        self._look_again()

    def _look_again(self) -> None:
        self._look = True
        self._wake.set()

    async def _catch_up(self) -> None:
        if self._look and self._api.version is not None:
            if self.state.connected:
                await self._clock.sleep(SETTLE_S)
            await self._look_round()
        while self._ended:
            name = next(iter(self._ended))
            if await has_ended(self._api, name):
                self._set(replace(self.state, playing=self.state.playing - {name}))
            else:
                self.left_out["not_ended"] += 1
            self._ended.pop(name, None)

    async def _look_round(self) -> None:
        self._look = False
        self._meanwhile = deque(maxlen=EVENTS_KEPT)
        try:
            seen = await look(self._api, self._wanted)
        except ObsError:
            self._look = True
            raise
        finally:
            meanwhile, self._meanwhile = self._meanwhile, None
        if self._api.version is None:
            raise ObsAwayError("OBS has gone while it was asked.")
        self._hearing.listen(seen.microphones)
        state = replace(seen.state, streamer_speaks=self._hearing.speaks)
        for event in meanwhile:
            # what the answer knew already changes nothing when it is told again
            state = self._reduced(state, event)
        self._set(state)

    def _event(self, event: ObsEvent) -> None:
        if event.name == "InputNameChanged" and event.data.get("oldInputName") == self._wanted != "":
            self._wanted = str(event.data.get("inputName", ""))
        if self._meanwhile is not None:
            if len(self._meanwhile) == EVENTS_KEPT:
                self.left_out["overflow"] += 1
                self._look_again()
            self._meanwhile.append(event)
        elif self.state.connected:
            self._set(self._reduced(self.state, event))
        if event.name in _LOOK_AT:
            self._look_again()

    def _reduced(self, state: ObsState, event: ObsEvent) -> ObsState:
        try:
            if event.name == ENDED:
                self._ended[text(event.data, "inputName")] = None
                self._wake.set()
            return after(state, event)
        except BadEvent as error:
            self.left_out["malformed"] += 1
            log.warning("OBS's event %s is not as its protocol says: %s", event.name, error)
            return state

    def _levels(self, event: ObsEvent) -> None:
        self._told_ns, self._deaf = event.at_ns, False
        try:
            speaks = self._hearing.levels(event.data, event.at_ns)
        except ValueError:
            # twenty a second: the count says enough
            self.left_out["malformed"] += 1
            return
        self._speaks(speaks)

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(LOST_AFTER_S / 2)
            now_ns = self._clock.now_ns()
            self._speaks(self._hearing.still(now_ns))
            self._deaf = self.state.connected and now_ns - self._told_ns > DEAF_S * 1e9

    def _speaks(self, speaks: bool) -> None:
        if self.state.connected and speaks != self.state.streamer_speaks:
            self._set(replace(self.state, streamer_speaks=speaks))

    def _set(self, state: ObsState) -> None:
        old, self.state = self.state, state
        if state == old:
            return
        for tell in tuple(self._told):
            try:
                tell(old, state)
            except Exception:
                log.exception("%s failed at a change in OBS; the rest goes on", getattr(tell, "__qualname__", "a follower"))
