"""A control room that hears the simulated Twitch over EventSub and acts there: everything in between is real."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter

from fakes.twitch_room import TwitchRoom
from sidecast.chat.eventsub.source import EventSubChat
from sidecast.clock import SystemClock
from sidecast.control.settings_desk import SettingsDesk
from sidecast.desks.acting import ActingDesk, open_acting
from sidecast.desks.moderating import open_moderating
from sidecast.dialogue.clauses import ClauseSplitter
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Incoming, Removal
from sidecast.flow.clause import Clause, Word
from sidecast.flow.twitch import Account, Feature
from sidecast.ledger.ledger import Ledger
from sidecast.settings import Settings
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.simulator import Simulator

ACTING = tuple(feature.value for feature in Feature)


class ActingRoom(TwitchRoom):
    acting: ActingDesk
    ledger: Ledger

    def further(self, desk: SettingsDesk) -> list[APIRouter]:
        clock = SystemClock()
        self.ledger = Ledger(self.folder / "data" / "ledger.db", self.vault, clock)
        self.moderating = open_moderating(Settings(), self.vault, clock, config=self.folder / "config", data=self.folder / "data")
        numbers = itertools.count(1)
        self.acting = open_acting(
            self.twitch.helix,
            clock,
            features=lambda: self.twitch.features,
            gate_out=self.moderating.gate_out,
            own_words=_spoken,
            on_line=self.ledger.acted,
            ledger=self.ledger.path,
            sealer=self.vault,
            alias=self.moderating.opt_outs.alias,
            name_of=self._name_of,
            new_id=lambda: f"act-{next(numbers)}",
        )
        routers = self.moderating.routers(self.audit, ledger=self.ledger, vault=self.vault, keep_days=90, receive=self.hear)
        return [*super().further(desk), *self.acting.routers(self.audit), *routers]

    def hear(self, item: Incoming) -> None:
        """As a show would tell its watchers."""
        for watcher in (self.feed, self.acting.watcher, self.ledger, *self.moderating.watchers):
            watcher.heard(item)
        if not isinstance(item, Removal):
            for watcher in (self.feed, *self.moderating.watchers):
                watcher.settled(item, Reason.INFORMATION, None)

    async def listen(self) -> None:
        """Until cancelled: chat and events over EventSub, as the show hears them."""
        source = EventSubChat(self.sim.eventsub_url, self.twitch.helix, SystemClock(), random.Random(2))
        async for item in source.incoming():
            self.hear(item)

    async def log_in(self, account: Account, login: str) -> None:
        """Without a browser: a person types the code at the simulated Twitch."""
        await self.twitch.begin(account)
        state = self.twitch.log_ins.state
        assert state is not None
        self.sim.agree(state.user_code, login)
        await self.twitch.log_ins.ended()

    async def log_both_in(self) -> None:
        await self.log_in(Account.BROADCASTER, self.sim.channel.login)
        await self.log_in(Account.BOT, self.sim.bot.login)

    def _name_of(self, viewer_id: str) -> str:
        seen = self.moderating.seen.get(viewer_id)
        return seen.name if seen else ""


def _spoken(turn_id: str, text: str) -> list[Clause]:
    splitter = ClauseSplitter()
    pieces = splitter.feed(text) + splitter.close()
    return [
        Clause(turn_id=turn_id, index=number, words=tuple(Word(word, word) for word in piece.text.split()))
        for number, piece in enumerate(pieces)
    ]


@asynccontextmanager
async def acting_room(folder: Path, features: tuple[str, ...] = ACTING) -> AsyncIterator[ActingRoom]:
    """It runs, and nobody is logged in yet."""
    async with Simulator(seed=11) as sim:
        sim.grants.interval_s = 1
        room = ActingRoom(folder, sim, PUBLIC, features)
        room.ledger.start()
        await room.server.start()
        await room.twitch.start()
        running = [asyncio.get_running_loop().create_task(work) for work in (room.twitch.run(), room.listen())]
        try:
            yield room
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await room.twitch.close()
            await room.server.close()
            await room.ledger.close()
            room.vault.close()
