"""The EventSub source at the real simulator, over real sockets, with the real log-in and Helix."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fakes.until import until
from sidecast.chat.eventsub.source import EventSubChat
from sidecast.chat.eventsub.wanted import WANTED
from sidecast.clock import SystemClock
from sidecast.flow.chat import ChatMessage, Gap, Incoming
from sidecast.flow.twitch import Account, Identity
from sidecast.twitch.accounts import Accounts
from sidecast.twitch.helix import Helix
from sidecast.twitch.hidden import Hidden
from sidecast.twitch.id_server import IdServer
from sidecast.twitch.kept import Grant, Shelf
from sidecast.twitch.web import Web
from sidecast.twitch_sim.simulator import PUBLIC, Simulator

SCOPES = frozenset(scope for wanted in WANTED for scope in wanted.scopes)
SKEW_MS = 13 * 60_000


class Drawer:
    """Keeps secrets as the vault does."""

    def __init__(self) -> None:
        self.kept: dict[str, str | None] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str | None) -> None:
        self.kept[name] = value


class EventSubReading:
    """What came of the source, beside the simulator that it reads."""

    def __init__(self, sim: Simulator, source: EventSubChat, accounts: Accounts, *, gaps: list[Gap], notes: list[str]) -> None:
        self.sim = sim
        self._accounts = accounts
        self.source = source
        self.gaps = gaps
        self.notes = notes
        self.items: list[Incoming] = []
        self.said: dict[int, str] = {}
        """Number of an event → id of the chat message that it was."""

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items if isinstance(item, ChatMessage)]

    @property
    def due(self) -> list[str]:
        """Chat messages that were written to an open, subscribed socket and were not stale, in their order."""
        chat = [entry for entry in self.sim.record.due().values() if entry.type == "channel.chat.message"]
        return [self.said[entry.event] for entry in chat]

    def say(self, count: int = 1) -> None:
        for number in range(count):
            message = self.sim.say("wren", f"line {number}")
            self.said[self.sim.eventsub.events] = message.id

    async def talk(self, seconds: float, pause_s: float = 0.02) -> None:
        for _ in range(round(seconds / pause_s)):
            self.say()
            await asyncio.sleep(pause_s)

    async def subscribed(self, sockets: int = 1) -> None:
        """Waits until all that is wanted is subscribed to, on the `sockets`-th connection or a later one."""

        def there() -> bool:
            opened = len(self.sim.record.of("opened")) >= sockets
            return opened and any(
                len(self.sim.eventsub.subscriptions.of_session(each)) == len(WANTED) for each in self.sim.eventsub.sessions
            )

        await until(there)
        await until(lambda: self.source.hears_chat)

    async def log_in(self) -> None:
        """The streamer logs in anew."""
        await log_in(self.sim, self._accounts)

    async def all_arrived(self) -> None:
        await until(lambda: set(self.ids) >= set(self.due))


async def log_in(sim: Simulator, accounts: Accounts) -> None:
    token = sim.token(sim.channel, SCOPES)
    grant = Grant(access=Hidden(token.access), refresh=Hidden(token.refresh), scopes=SCOPES, expires_in_s=14_400)
    who = Identity(user_id=sim.channel.id, login=sim.channel.login, name=sim.channel.name)
    await accounts.keep(Account.BROADCASTER, grant, who)


@asynccontextmanager
async def eventsub_reading(seed: int = 1) -> AsyncIterator[EventSubReading]:
    """Subscribed to everything. Twitch's clock is ahead by more than a message may be old."""
    async with Simulator(seed=seed) as sim:
        sim.faults.skew(SKEW_MS)
        clock, rng, web = SystemClock(), random.Random(seed), Web()

        async def no_secret() -> Hidden | None:
            return None

        accounts = Accounts(Shelf(Drawer()), IdServer(sim.id_url, PUBLIC.client_id, no_secret, web, clock), clock, rng)
        await log_in(sim, accounts)
        helix = Helix(accounts, web, sim.helix_url, clock, rng)
        gaps: list[Gap] = []
        notes: list[str] = []
        source = EventSubChat(sim.eventsub_url, helix, clock, rng, on_note=notes.append, on_gap=gaps.append)
        reading = EventSubReading(sim, source, accounts, gaps=gaps, notes=notes)

        async def read() -> None:
            async for item in source.incoming():
                reading.items.append(item)

        task = asyncio.create_task(read())
        try:
            await reading.subscribed()
            yield reading
            assert not task.done(), "the source has ended by itself"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await accounts.close()
            await web.close()
