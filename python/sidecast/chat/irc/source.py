"""`--channel NAME`: the chat of a live channel, for as long as the show runs, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from ...clock import Clock
from ...flow.chat import Incoming
from ...worker.backoff import Backoff
from .connection import Opener
from .link import Link
from .pace import Pace
from .session import Ended, Memory, Session
from .tally import LeftOut, Tally

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 60.0
STEADY_S = 30.0
"""A connection that lasted as long was a good one: the next failure is a first failure."""
WAITING = 1024
"""Items that may wait for the show. It takes them at once; while it does not, nothing more is read."""

log = logging.getLogger(__name__)


class TwitchChat:
    """A `ChatSource` that never ends by itself and never raises for what a server or a network does.

    Lost connections are made anew with growing pauses. When the server announces that it will close one (`RECONNECT`),
    the next is opened beside it, and what comes over both is handed on once.
    """

    def __init__(
        self,
        channel: str,
        opener: Opener,
        clock: Clock,
        rng: random.Random,
        on_note: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """
        Args:
            channel: a name that `channel_name` allows.
            on_note: told a sentence while the chat is away, and an empty one when it is there.
        """
        self.name = f"twitch:{channel}"
        self.channel = channel
        self._opener = opener
        self._clock = clock
        self._rng = rng
        self._on_note = on_note
        self._tally = Tally()
        self._memory = Memory()
        self._pace = Pace(clock)
        self._backoff = Backoff(rng, first_s=FIRST_RETRY_S, most_s=LAST_RETRY_S, breaks_after=8)
        self._joined_ns: int | None = None
        self.hears_chat = False
        """The channel's chat comes over a connection at this moment, as far as can be known."""

    @property
    def malformed(self) -> int:
        return self._tally.malformed

    @property
    def left_out(self) -> Counter[LeftOut]:
        """How many lines were understood and not handed on, by reason (`tally.LeftOut`)."""
        return self._tally.left_out

    async def incoming(self) -> AsyncIterator[Incoming]:
        waiting: asyncio.Queue[Incoming | None] = asyncio.Queue(WAITING)
        staying = asyncio.create_task(self._stay(waiting), name=self.name)
        # a keeper that fails must not leave the reader waiting for ever
        staying.add_done_callback(lambda _: waiting.put_nowait(None) if not waiting.full() else None)
        try:
            while not (staying.done() and waiting.empty()):
                item = await waiting.get()
                if item is not None:
                    yield item
            staying.result()
        finally:
            staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying
            self._sum_up()

    async def _stay(self, waiting: asyncio.Queue[Incoming | None]) -> None:
        """One connection after another. Those that the server has given notice to live on beside their successor."""
        async with asyncio.TaskGroup() as lives:
            while True:
                await self._pace.turn()
                link = Link(self._opener, self._session(), self._clock, self._tally)
                self._joined_ns = None
                life = lives.create_task(link.live(waiting.put, self._joined))
                moving = lives.create_task(link.moving.wait())
                await asyncio.wait({life, moving}, return_when=asyncio.FIRST_COMPLETED)
                moving.cancel()
                steady = self._was_steady()
                if steady:
                    self._backoff.succeeded()
                if not link.moving.is_set():
                    await self._pause(life.result())
                elif not steady:
                    # a server that sends everybody away at once is as good as none; the connection to it still reads
                    await self._clock.sleep(self._backoff.failed())

    def _session(self) -> Session:
        return Session(self.channel, f"justinfan{self._rng.randint(10_000, 99_999)}", self._memory, self._tally)

    def _joined(self) -> None:
        self._joined_ns = self._clock.now_ns()
        self.hears_chat = True
        self._on_note("")
        log.info("reading the chat of %s", self.channel)

    def _was_steady(self) -> bool:
        return self._joined_ns is not None and self._clock.now_ns() - self._joined_ns >= STEADY_S * 1e9

    async def _pause(self, ended: Ended) -> None:
        seconds = max(self._backoff.failed(), ended.least_s)
        self.hears_chat = False
        sentence = f"{ended.sentence}; trying again in {math.ceil(seconds)} s."
        self._on_note(sentence)
        log.warning("%s", sentence)
        await self._clock.sleep(seconds)

    def _sum_up(self) -> None:
        """Counts only: what the lines held is viewers' own."""
        if self._tally.malformed:
            log.warning("%s: %d lines could not be understood", self.name, self._tally.malformed)
        for reason, count in self._tally.left_out.items():
            log.info("%s: %d lines left out: %s", self.name, count, reason.value)
