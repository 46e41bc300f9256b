"""The channel over EventSub, for as long as the show runs, whatever the network and Twitch do: nothing twice, no gap unsaid."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress

from ...clock import Clock
from ...flow.chat import Gap, Incoming
from ...flow.twitch import Account, TwitchApi
from ...worker.backoff import Backoff
from .connection import Opener, opener
from .dropped import Dropped
from .gaps import CHAT, Gaps
from .inbox import Inbox
from .keeper import Keeper
from .notes import Notes
from .session import Memory
from .subscribing import FIRST_RETRY_S, LAST_RETRY_S, Standing, Subscribing
from .wanted import WANTED, Wanted

log = logging.getLogger(__name__)


class EventSubChat:
    """A `ChatSource` that never ends by itself and never raises for what Twitch or a network does.

    It waits until the streamer is logged in. Whatever Twitch writes to a subscribed socket is handed on once; times in
    which no socket was subscribed are told as gaps. When the show does not take what waits for it, chat is dropped and
    counted, and the socket is read on.
    """

    name = "eventsub"

    def __init__(
        self,
        url: str,
        api: TwitchApi,
        clock: Clock,
        rng: random.Random,
        *,
        on_note: Callable[[str], None] = lambda sentence: None,
        on_gap: Callable[[Gap], None] = lambda gap: None,
        connect: Opener | None = None,
        account: Account = Account.BROADCASTER,
        wanted: Sequence[Wanted] = WANTED,
    ) -> None:
        """
        Args:
            url: where EventSub listens, `wss://eventsub.wss.twitch.tv/ws`, or a simulator's address.
            on_note: told a sentence while something is amiss, and an empty one when all is well.
            on_gap: told once for every time in which something may have been missed, when it is over.
            account: whose channel it is, and in whose name it is read.
        """
        self._clock = clock
        self._memory = Memory()
        self._inbox = Inbox(self._memory.tally)
        self._gaps = Gaps(self.name, on_gap)
        self._notes = Notes(on_note)
        self._subscribing = Subscribing(
            api,
            account=account,
            clock=clock,
            new_backoff=lambda: Backoff(rng, first_s=FIRST_RETRY_S, most_s=LAST_RETRY_S),
            gaps=self._gaps,
            ms_at=self._ms_at,
            on_change=self._changed,
            wanted=wanted,
        )
        self._keeper = Keeper(
            url,
            api=api,
            account=account,
            connect=connect or opener(),
            clock=clock,
            rng=rng,
            memory=self._memory,
            gaps=self._gaps,
            subscribing=self._subscribing,
            notes=self._notes,
            ms_at=self._ms_at,
            deliver=self._inbox.put,
        )

    @property
    def malformed(self) -> int:
        return self._memory.tally.malformed.total()

    @property
    def dropped(self) -> Counter[Dropped]:
        """How many messages were understood and not handed on, by reason."""
        return self._memory.tally.dropped

    @property
    def left_out(self) -> Counter[str]:
        """How many messages tell of nothing that the show knows of, by reason."""
        return self._memory.tally.left_out

    @property
    def ends(self) -> Counter[int]:
        """How many sockets ended, by close code; 1006 = without a word."""
        return self._memory.tally.ends

    @property
    def silences(self) -> int:
        """Sockets that were given up because nothing came over them."""
        return self._memory.tally.silences

    @property
    def gaps(self) -> int:
        """How many were told."""
        return self._gaps.told

    @property
    def standing(self) -> Mapping[str, Standing]:
        """How it stands with each type of event that is wanted."""
        return self._subscribing.standing

    @property
    def refusals(self) -> Mapping[str, str]:
        """What Twitch said of the types that it refused, or which permission they need."""
        return self._subscribing.refusals

    @property
    def hears_chat(self) -> bool:
        """The channel's chat comes over a socket at this moment, as far as can be known."""
        return self._subscribing.standing.get(CHAT) is Standing.LIVE

    async def incoming(self) -> AsyncIterator[Incoming]:
        staying = asyncio.create_task(self._keeper.stay(), name=self.name)
        # a keeper that fails must not leave the reader waiting for ever
        staying.add_done_callback(lambda _: self._inbox.close())
        try:
            while (item := await self._inbox.get()) is not None:
                yield item
            staying.result()
        finally:
            staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying
            self._gaps.end(self._ms_at(self._clock.now_ns()))
            self._sum_up()

    def _ms_at(self, at_ns: int) -> int:
        """Unix milliseconds at Twitch; by this computer's clock before Twitch has told the time."""
        told = self._memory.time.ms_at(at_ns)
        return told if told is not None else self._clock.wall_ms() - (self._clock.now_ns() - at_ns) // 1_000_000

    def _changed(self) -> None:
        standing, refusals = self._subscribing.standing, self._subscribing.refusals
        if self._subscribing.live:
            self._notes.here(standing, refusals)
        elif Standing.WAITING in standing.values():
            self._notes.away(f"Twitch takes no subscription: {refusals.get(CHAT) or 'it does not say why'}")

    def _sum_up(self) -> None:
        """Counts only: what the messages held is viewers' own."""
        tally = self._memory.tally
        for reason, count in (*tally.malformed.items(), *tally.dropped.items(), *tally.left_out.items()):
            log.info("%s: %d messages not handed on: %s", self.name, count, reason)
