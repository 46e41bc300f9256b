"""One socket after another, and two side by side while the server moves us: opened, subscribed, replaced, for ever."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from typing import Any

from ...clock import Clock
from ...flow.chat import Incoming
from ...flow.twitch import Account, Identity, TwitchApi
from ...worker.backoff import Backoff
from ..irc.pace import Pace
from .address import with_keepalive
from .closes import Ended
from .connection import Opener
from .gaps import Gaps
from .life import Life
from .link import Link
from .notes import Notes
from .pulse import Pulse
from .session import Memory, Revoked, Session, Told
from .subscribing import Subscribing

FIRST_RETRY_S, LAST_RETRY_S = 0.25, 60.0
STEADY_S = 5.0
"""A socket that was subscribed for as long was a good one: its end is a first failure."""
LOG_IN_S = 5.0
"""At least, until what was refused for want of a log-in is tried again though none has been seen: it may be the same account
with the same permissions."""
LOOK_S = 1.0
HANDOVER_S = 0.1
"""The old socket's end and the new one's welcome may be read in either order."""

log = logging.getLogger(__name__)


class Keeper:
    def __init__(
        self,
        home: str,
        *,
        api: TwitchApi,
        account: Account,
        connect: Opener,
        clock: Clock,
        rng: random.Random,
        memory: Memory,
        gaps: Gaps,
        subscribing: Subscribing,
        notes: Notes,
        ms_at: Callable[[int], int],
        deliver: Callable[[Incoming], None],
    ) -> None:
        self._home = home
        self._api = api
        self._account = account
        self._connect = connect
        self._clock = clock
        self._memory = memory
        self._gaps = gaps
        self._subscribing = subscribing
        self._notes = notes
        self._ms_at = ms_at
        self._deliver = deliver
        self._rng = rng
        self._backoff = Backoff(rng, first_s=FIRST_RETRY_S, most_s=LAST_RETRY_S, breaks_after=9)
        self._pace = Pace(clock)
        self._user_id = ""

    async def stay(self) -> None:
        """Never returns."""
        async with asyncio.TaskGroup() as lives:
            while True:
                who = await self._logged_in()
                self._user_id = who.user_id
                granted = self._api.scopes(self._account)
                since_ns = self._clock.now_ns()
                ended = await self._reign(await self._open(lives, with_keepalive(self._home)), lives)
                if self._clock.now_ns() - since_ns >= STEADY_S * 1e9 and not ended.log_in and self._was_live:
                    self._backoff.succeeded()
                await self._pause(ended, who, granted)

    async def _reign(self, life: Life, lives: asyncio.TaskGroup) -> Ended:
        """From a fresh socket over all its successors to the end of the last."""
        carried = False
        self._was_live = False
        self._memory.pulse = Pulse()
        while True:
            if not await life.is_welcomed():
                return self._lost(life, life.ended())
            keep = self._subscribing.keep(life.link.session_id, self._user_id, life.link.welcomed_ns, carried=carried)
            ended = await self._kept(life, keep)
            self._was_live = self._was_live or bool(self._subscribing.live)
            if ended is not None:
                return self._lost(life, ended)
            successor = await self._succeeded(life, lives)
            if successor is None:
                return self._lost(life, life.ended())
            carried = True
            life.link.retire()
            life = successor

    async def _kept(self, life: Life, keep: Coroutine[Any, Any, Ended]) -> Ended | None:
        """Subscribes and reads until the socket is over, or None when the server asks to move."""
        keeping = asyncio.create_task(keep)
        try:
            await asyncio.wait({life.task, life.moving, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if keeping.done() and not life.task.done():
                life.link.give_up(keeping.result())
                await asyncio.wait({life.task})
            return life.ended() if life.task.done() else None
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})

    async def _succeeded(self, old: Life, lives: asyncio.TaskGroup) -> Life | None:
        """The socket that takes over, welcomed; None when there is none and the old one, which is read meanwhile, is over."""
        tries = Backoff(self._rng, first_s=FIRST_RETRY_S, most_s=5.0)
        while True:
            new = await self._open(lives, old.link.move_to)
            await asyncio.wait({new.task, new.welcome, old.task}, return_when=asyncio.FIRST_COMPLETED)
            if new.is_opening:
                await asyncio.wait({new.task, new.welcome}, timeout=HANDOVER_S, return_when=asyncio.FIRST_COMPLETED)
                if not new.link.welcomed.is_set():
                    self._gap_from(old.ended())
            if await new.is_welcomed():
                return new
            log.info("moving to another server of Twitch's: %s", new.ended().why)
            if not old.task.done() and not new.ended().sent_away:
                await asyncio.wait({old.task}, timeout=tries.failed())
            elif not old.task.done():
                # the address is no good, and the old socket may be read to its end
                await asyncio.wait({old.task})
            if old.task.done():
                return None

    async def _open(self, lives: asyncio.TaskGroup, url: str) -> Life:
        await self._pace.turn()
        link = Link(url, self._connect, self._new_session, self._clock)
        return Life(link, lives.create_task(link.live(self._told), name="eventsub"))

    def _new_session(self) -> Session:
        return Session(self._home, self._user_id, self._memory, self._clock.now_ns())

    def _told(self, thing: Told) -> None:
        if isinstance(thing, Incoming):
            self._deliver(thing)
        elif isinstance(thing, Revoked):
            log.warning("Twitch has ended the subscription %s: %s", thing.type, thing.status)
            self._subscribing.revoked(thing.type, thing.status, self._clock.now_ns())

    def _lost(self, life: Life, ended: Ended) -> Ended:
        self._gap_from(ended)
        self._subscribing.lost(life.link.session_id)
        if ended.ours:
            log.error("%s; this is an error of Sidecast's", ended.why)
        return ended

    def _gap_from(self, ended: Ended) -> None:
        self._gaps.lost(self._ms_at(ended.at_ns), ended.why)

    async def _logged_in(self) -> Identity:
        while (who := self._api.identity(self._account)) is None:
            self._notes.away("nobody is logged in; log in under Set-up")
            await self._clock.sleep(LOOK_S)
        return who

    async def _pause(self, ended: Ended, who: Identity, granted: frozenset[str]) -> None:
        # what is cut off at the longest pause would bring half of all clients back in step
        most_s = LAST_RETRY_S * self._rng.uniform(0.5, 1.0)
        seconds = max(min(self._backoff.failed(), most_s), ended.least_s)
        if not ended.log_in:
            self._notes.away(ended.why, seconds)
            await self._clock.sleep(seconds)
            return
        self._notes.away(f"{ended.why}; log in under Set-up")
        until_ns = self._clock.now_ns() + round(max(seconds, LOG_IN_S) * 1e9)
        while self._clock.now_ns() < until_ns:
            await self._clock.sleep(LOOK_S)
            if (self._api.identity(self._account), self._api.scopes(self._account)) != (who, granted):
                return
