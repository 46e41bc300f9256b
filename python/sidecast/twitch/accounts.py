"""The streamer's and the bot's account: read from the vault, validated hourly, renewed for all callers at once, logged out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

from ..clock import Clock
from ..errors import SidecastError
from ..flow.twitch import Account, Identity
from ..worker.backoff import Backoff
from .hidden import Hidden
from .id_server import IdServer
from .kept import Grant, Kept, Shelf
from .renewal import STEP_S, Renewal
from .slot import Pass, Shown, Slot, State

__all__ = ["Accounts", "Pass", "Shown", "State"]

EARLY_MS = 60_000
"""A token is renewed this long before it ends."""


class Accounts:
    """Not thread-safe: for the event loop alone."""

    def __init__(
        self,
        shelf: Shelf,
        id_server: IdServer | None,
        clock: Clock,
        rng: random.Random,
        *,
        on_change: Callable[[Account], None] = lambda _: None,
        on_secret: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            id_server: None without a client id.
            on_change: told when an account's state or tokens are others.
            on_secret: told each token, so that it is never logged.
        """
        self._shelf = shelf
        self._clock = clock
        self._on_change = on_change
        self._renewal = Renewal(shelf, clock, rng, on_change, on_secret)
        self._renewal.id_server = id_server
        self._slots = {each: Slot(each, Backoff(rng, first_s=5.0, most_s=300.0)) for each in Account}

    # what is known

    def identity(self, account: Account) -> Identity | None:
        """See `flow.twitch.TwitchApi`.

        A bot whose log-in has ended is still the bot, which now may do nothing: with None its part would go to the streamer, who
        would write in chat all of a sudden.
        """
        slot = self._slots[account]
        kept = slot.kept if account is Account.BOT else slot.live
        return kept.who if kept is not None else None

    def scopes(self, account: Account) -> frozenset[str]:
        """Without a bot of its own, the streamer's account is the bot."""
        kept = self._acting(account).live
        return kept.scopes if kept is not None else frozenset()

    def words(self, account: Account) -> str:
        """What is wrong with whoever acts as `account`; empty when all is well."""
        return self._acting(account).words

    def remembered(self, account: Account) -> Identity | None:
        """Who was last logged in there, also when it ended meanwhile."""
        kept = self._slots[account].kept
        return kept.who if kept is not None else None

    @property
    def own_bot(self) -> bool:
        """The bot has an account that is not merely the streamer's standing in."""
        return self._slots[Account.BOT].kept is not None

    def shown(self, account: Account) -> Shown:
        return self._slots[account].shown

    # tokens

    async def token(self, account: Account) -> Pass | None:
        """For a request in `account`'s name; renewed when it is about to end. None: nobody is logged in, or it has ended."""
        slot = self._acting(account)
        kept = slot.live
        if kept is not None and kept.access is not None and kept.expires_ms - self._clock.wall_ms() < EARLY_MS:
            await self._renewal.renew(slot, kept.access)
        return slot.ticket

    async def renew(self, account: Account, used: Hidden) -> Pass | None:
        """Another token than `used`, which Twitch did not take. Whoever asks meanwhile gets the same one."""
        slot = self._acting(account)
        if slot.live is not None:
            await self._renewal.renew(slot, used)
        ticket = slot.ticket
        return ticket if ticket is not None and ticket.access != used else None

    async def load(self) -> None:
        """From the vault: at the start, and whenever another program may have changed it."""
        for slot in self._slots.values():
            await self._read(slot)

    async def keep(self, account: Account, grant: Grant, who: Identity) -> None:
        """A log-in that succeeded. The tokens that were there before are given back.

        Raises:
            SidecastError: the vault cannot be written; nothing has changed.
        """
        client = self._renewal.id_server
        assert client is not None
        slot, now = self._slots[account], self._clock.wall_ms()
        kept = Kept(who=who, client_id=client.client_id, since_ms=now).renewed(grant, now)
        await self._shelf.write(account, kept)
        before = slot.kept
        self._renewal.adopt(slot, kept)
        # who it is was just asked
        self._renewal.well(slot, kept)
        slot.unsaved = False
        self._on_change(account)
        if before is not None and before.access is not None and before.client_id == client.client_id:
            await client.revoke(before.access)

    async def forget(self, account: Account) -> bool:
        """Logs out: the vault forgets it, and Twitch is told. False when Twitch could not be told.

        Raises:
            SidecastError: the vault cannot be written; it is still logged in.
        """
        slot, client = self._slots[account], self._renewal.id_server
        kept = slot.kept
        await self._shelf.write(account, None)
        self._renewal.adopt(slot, None)
        slot.checked_ms, slot.unsaved = 0, False
        self._on_change(account)
        if kept is None or kept.access is None:
            return True
        return client is not None and kept.client_id == client.client_id and await client.revoke(kept.access)

    def use(self, id_server: IdServer | None) -> None:
        """Another application in the settings, or none."""
        self._renewal.id_server = id_server
        for slot in self._slots.values():
            self._renewal.adopt(slot, slot.kept)
            self._on_change(slot.account)

    # over time

    async def run(self) -> None:
        """Validates what is there, at once and then hourly; for ever. Notices what the terminal has changed."""
        while True:
            await self.load()
            for slot in self._slots.values():
                if slot.live is not None and self._clock.now_ns() >= slot.due_ns:
                    await self.check(slot.account)
            await self._clock.sleep(STEP_S)

    async def check(self, account: Account) -> None:
        """Asks Twitch whether the account's own token is still good, and renews it if not."""
        slot, client = self._slots[account], self._renewal.id_server
        kept = slot.live
        if client is None or kept is None or kept.access is None:
            return
        try:
            if slot.unsaved:
                await self._renewal.save(slot)
            valid = await client.validate(kept.access)
        except SidecastError as trouble:
            self._renewal.later(slot, trouble)
            return
        if slot.kept is not kept:
            return  # another one by now
        if valid is None:
            await self.renew(account, kept.access)
            return
        if valid.client_id != client.client_id or valid.user_id != kept.who.user_id:
            await self._renewal.end(slot, "Its token belongs to somebody else, or to another application. Log in again.")
            return
        # people rename themselves
        name = kept.who.name if valid.login == kept.who.login else valid.login
        who = replace(kept.who, login=valid.login, name=name)
        expires_ms = self._clock.wall_ms() + valid.expires_in_s * 1000
        fresh = replace(kept, who=who, scopes=valid.scopes, expires_ms=expires_ms)
        unsaved = slot.unsaved
        self._renewal.well(slot, fresh)
        if unsaved or (who, fresh.scopes) != (kept.who, kept.scopes):
            await self._renewal.save(slot)
        self._on_change(account)

    async def close(self) -> None:
        """Waits for a pair that is on its way: it would be lost."""
        under_way = [slot.renewing for slot in self._slots.values() if slot.renewing is not None]
        await asyncio.gather(*under_way, return_exceptions=True)

    def _acting(self, account: Account) -> Slot:
        """An account that ended is not replaced: see `identity`."""
        return self._slots[account if self._slots[account].kept is not None else Account.BROADCASTER]

    async def _read(self, slot: Slot) -> None:
        if slot.unsaved or slot.renewing is not None:
            return
        before = (slot.kept, slot.state, slot.words)
        try:
            kept = await self._shelf.read(slot.account)
        except SidecastError as trouble:
            slot.state, slot.words = State.VAULT, str(trouble)
        else:
            if kept != slot.kept or slot.state is State.VAULT:
                self._renewal.adopt(slot, kept)
        if before != (slot.kept, slot.state, slot.words):
            self._on_change(slot.account)
