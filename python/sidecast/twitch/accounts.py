"""Keeps the accounts' tokens alive: read from the vault, validated hourly, refreshed once for all callers; says when they end."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..clock import Clock
from ..errors import SidecastError, VaultError
from ..flow.twitch import Account, Identity
from ..worker.backoff import Backoff
from .hidden import Hidden
from .id_server import IdServer, Refused
from .kept import Grant, Kept, Shelf

log = logging.getLogger(__name__)

VALIDATE_S = 3600.0
"""Twitch wants each token validated hourly, and does audits. https://dev.twitch.tv/docs/authentication/validate-tokens"""
EARLY_MS = 60_000
"""A token is renewed this long before it ends."""
IDLE_MS = 30 * 86_400_000
"""A public client's refresh token ends when it was not used for so long."""
STEP_S = 30.0
OTHER_PROGRAM_S = 1.0
"""How long another program of ours may take to write down the pair that it got."""


class State(StrEnum):
    NONE = "none"
    """Nobody is logged in."""
    GOOD = "good"
    OFFLINE = "offline"
    """Twitch's log-in does not answer, or not as it should; what is known is used, and it is asked again."""
    ENDED = "ended"
    """It was taken back or is over: somebody must log in again."""
    OTHER_CLIENT = "other_client"
    """The tokens belong to another application than the one in the settings."""
    VAULT = "vault"
    """The vault cannot be read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a request needs to be made in an account's name."""

    access: Hidden
    client_id: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown of an account. No token."""

    account: Account
    state: State
    words: str
    """What is wrong and what to do; empty when all is well."""
    who: Identity | None
    scopes: frozenset[str]
    since_ms: int
    checked_ms: int
    """When Twitch last said that it is valid (Unix ms); 0 = not since the start."""


@dataclass(slots=True)
class _Slot:
    account: Account
    backoff: Backoff
    kept: Kept | None = None
    state: State = State.NONE
    words: str = ""
    checked_ms: int = 0
    due_ns: int = 0
    unsaved: bool = False
    renewing: asyncio.Task[None] | None = field(default=None, repr=False)


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
        self._id = id_server
        self._clock = clock
        self._rng = rng
        self._on_change = on_change
        self._on_secret = on_secret
        self._slots = {each: _Slot(each, Backoff(rng, first_s=5.0, most_s=300.0)) for each in Account}

    # what is known

    def identity(self, account: Account) -> Identity | None:
        """See `flow.twitch.TwitchApi`.

        A bot whose log-in has ended is still the bot, which now may do nothing: with None its part would go to the streamer, who
        would write in chat all of a sudden.
        """
        kept = self._slots[account].kept
        return kept.who if kept is not None and (account is Account.BOT or self._pass(self._slots[account])) else None

    def scopes(self, account: Account) -> frozenset[str]:
        """Without a bot of its own, the streamer's account is the bot."""
        slot = self._acting(account)
        return slot.kept.scopes if slot.kept is not None and self._pass(slot) is not None else frozenset()

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
        slot = self._slots[account]
        kept = slot.kept
        return Shown(
            account=account,
            state=slot.state,
            words=slot.words,
            who=kept.who if kept else None,
            scopes=kept.scopes if kept else frozenset(),
            since_ms=kept.since_ms if kept else 0,
            checked_ms=slot.checked_ms,
        )

    # tokens

    async def token(self, account: Account) -> Pass | None:
        """For a request in `account`'s name; renewed when it is about to end. None: nobody is logged in, or it has ended."""
        slot = self._acting(account)
        kept = slot.kept
        if kept is None or kept.access is None or slot.state is State.OTHER_CLIENT:
            return None
        if kept.expires_ms - self._clock.wall_ms() < EARLY_MS:
            await self.renew(account, kept.access)
        return self._pass(slot)

    async def renew(self, account: Account, used: Hidden) -> Pass | None:
        """Another token than `used`, which Twitch did not take. Whoever asks meanwhile gets the same one."""
        slot = self._acting(account)
        if slot.kept is None or slot.kept.access is None:
            return None
        if slot.kept.access == used:
            if slot.renewing is None:
                slot.renewing = asyncio.get_running_loop().create_task(self._renew(slot, used), name="twitch token")
            # a caller who goes away must not take the new pair with it: the old one is of no use any more
            await asyncio.shield(slot.renewing)
        return self._pass(slot) if slot.kept is not None and slot.kept.access != used else None

    async def load(self) -> None:
        """From the vault: at the start, and whenever another program may have changed it."""
        for slot in self._slots.values():
            await self._read(slot)

    async def keep(self, account: Account, grant: Grant, who: Identity) -> None:
        """A log-in that succeeded. The tokens that were there before are given back.

        Raises:
            SidecastError: the vault cannot be written; nothing has changed.
        """
        assert self._id is not None
        slot, now = self._slots[account], self._clock.wall_ms()
        kept = Kept(who=who, client_id=self._id.client_id, since_ms=now).renewed(grant, now)
        self._tell_secrets(kept)
        await self._shelf.write(account, kept)
        before = slot.kept
        self._adopt(slot, kept)
        slot.checked_ms, slot.due_ns = now, self._clock.now_ns() + round(VALIDATE_S * 1e9)
        self._on_change(account)
        if before is not None and before.access is not None and before.client_id == self._id.client_id:
            await self._id.revoke(before.access)

    async def forget(self, account: Account) -> bool:
        """Logs out: the vault forgets it, and Twitch is told. False when Twitch could not be told.

        Raises:
            SidecastError: the vault cannot be written; it is still logged in.
        """
        slot = self._slots[account]
        kept = slot.kept
        await self._shelf.write(account, None)
        slot.kept, slot.state, slot.words, slot.checked_ms = None, State.NONE, "", 0
        self._on_change(account)
        if kept is None or kept.access is None:
            return True
        return self._id is not None and kept.client_id == self._id.client_id and await self._id.revoke(kept.access)

    def use(self, id_server: IdServer | None) -> None:
        """Another application in the settings, or none."""
        self._id = id_server
        for slot in self._slots.values():
            self._adopt(slot, slot.kept)
            self._on_change(slot.account)

    # over time

    async def run(self) -> None:
        """Validates what is there, at once and then hourly; for ever. Notices what the terminal has changed."""
        while True:
            await self.load()
            for slot in self._slots.values():
                if slot.kept is not None and slot.kept.access is not None and self._clock.now_ns() >= slot.due_ns:
                    await self.check(slot.account)
            await self._clock.sleep(STEP_S)

    async def check(self, account: Account) -> None:
        """Asks Twitch whether the account's own token is still good, and renews it if not."""
        slot = self._slots[account]
        kept = slot.kept
        if self._id is None or kept is None or kept.access is None or slot.state is State.OTHER_CLIENT:
            return
        try:
            if slot.unsaved:
                await self._save(slot)
            valid = await self._id.validate(kept.access)
        except SidecastError as trouble:
            self._later(slot, trouble)
            return
        if slot.kept is not kept:
            return  # another one by now
        if valid is None:
            await self.renew(account, kept.access)
            return
        if valid.client_id != self._id.client_id or valid.user_id != kept.who.user_id:
            await self._end(slot, "Its token belongs to somebody else, or to another application. Log in again.")
            return
        now = self._clock.wall_ms()
        # people rename themselves
        name = kept.who.name if valid.login == kept.who.login else valid.login
        who = replace(kept.who, login=valid.login, name=name)
        fresh = replace(kept, who=who, scopes=valid.scopes, expires_ms=now + valid.expires_in_s * 1000)
        changed = (who, fresh.scopes) != (kept.who, kept.scopes)
        self._well(slot, fresh)
        if changed:
            await self._save(slot)
        self._on_change(account)

    async def close(self) -> None:
        """Waits for a pair that is on its way: it would be lost."""
        under_way = [slot.renewing for slot in self._slots.values() if slot.renewing is not None]
        await asyncio.gather(*under_way, return_exceptions=True)

    # inside

    def _acting(self, account: Account) -> _Slot:
        """An account that ended is not replaced: the bot would write in the streamer's name all of a sudden."""
        return self._slots[account if self._slots[account].kept is not None else Account.BROADCASTER]

    def _pass(self, slot: _Slot) -> Pass | None:
        kept = slot.kept
        if kept is None or kept.access is None or slot.state is State.OTHER_CLIENT:
            return None
        return Pass(access=kept.access, client_id=kept.client_id, user_id=kept.who.user_id)

    async def _renew(self, slot: _Slot, used: Hidden) -> None:
        try:
            if not await self._other_pair(slot, used):
                await self._refreshed(slot, used)
        finally:
            slot.renewing = None
            self._on_change(slot.account)

    async def _refreshed(self, slot: _Slot, used: Hidden) -> None:
        kept = slot.kept
        if self._id is None or kept is None:
            return
        if kept.refresh is None:
            await self._end(slot, "Its log-in is over and cannot be renewed. Log in again.")
            return
        try:
            grant = await self._id.refresh(kept.refresh)
        except Refused as refusal:
            await self._clock.sleep(OTHER_PROGRAM_S)
            if not await self._other_pair(slot, used):
                log.info("the Twitch account for the %s is not renewed: %s", slot.account, refusal)
                await self._end(slot, self._why_ended(kept))
        except SidecastError as trouble:
            self._later(slot, trouble)
        else:
            if slot.kept is not kept:
                # somebody logged in or out meanwhile: that counts
                await self._id.revoke(grant.access)
                return
            fresh = kept.renewed(grant, self._clock.wall_ms())
            # RFC 6749, 5.1: left out, they are as they were
            self._well(slot, fresh if grant.scopes else replace(fresh, scopes=kept.scopes))
            self._tell_secrets(fresh)
            await self._save(slot)

    def _why_ended(self, kept: Kept) -> str:
        if self._clock.wall_ms() - kept.renewed_ms > IDLE_MS:
            return "Its log-in is over: it was not used for 30 days. Log in again."
        return "Its permission was taken back at Twitch, or its password was changed. Log in again."

    async def _other_pair(self, slot: _Slot, used: Hidden) -> bool:
        """Another program of ours (the terminal's log-in) may have renewed it already, or logged it out."""
        try:
            kept = await self._shelf.read(slot.account)
        except SidecastError as trouble:
            log.warning("%s", trouble)
            return False
        if slot.unsaved or (kept is not None and kept.access in (None, used)):
            return False
        self._adopt(slot, kept)
        return True

    async def _read(self, slot: _Slot) -> None:
        if slot.unsaved or slot.renewing is not None:
            return
        before = (slot.kept, slot.state, slot.words)
        try:
            kept = await self._shelf.read(slot.account)
        except SidecastError as trouble:
            slot.state, slot.words = State.VAULT, str(trouble)
        else:
            if kept != slot.kept or slot.state is State.VAULT:
                self._adopt(slot, kept)
        if before != (slot.kept, slot.state, slot.words):
            self._on_change(slot.account)

    def _adopt(self, slot: _Slot, kept: Kept | None) -> None:
        slot.kept, slot.words, slot.due_ns = kept, "", 0
        if kept is None:
            slot.state = State.NONE
        elif kept.access is None:
            slot.state, slot.words = State.ENDED, kept.ended
        elif self._id is None or kept.client_id != self._id.client_id:
            slot.state = State.OTHER_CLIENT
            slot.words = "It was logged in with another client id than the one in the settings. Log in again."
        else:
            slot.state = State.GOOD
        if kept is not None:
            self._tell_secrets(kept)

    def _well(self, slot: _Slot, kept: Kept) -> None:
        slot.kept, slot.state, slot.words = kept, State.GOOD, ""
        slot.checked_ms = self._clock.wall_ms()
        slot.backoff.succeeded()
        # not all at the same second of each hour
        slot.due_ns = self._clock.now_ns() + round((VALIDATE_S - self._rng.uniform(STEP_S, 4 * STEP_S)) * 1e9)

    def _later(self, slot: _Slot, trouble: SidecastError) -> None:
        known = slot.state is State.OFFLINE
        slot.state, slot.words = State.VAULT if isinstance(trouble, VaultError) else State.OFFLINE, str(trouble)
        slot.due_ns = self._clock.now_ns() + round(slot.backoff.failed() * 1e9)
        if not known:
            log.warning("the Twitch account for the %s: %s", slot.account, trouble)
            self._on_change(slot.account)

    async def _end(self, slot: _Slot, why: str) -> None:
        assert slot.kept is not None
        self._adopt(slot, slot.kept.without_tokens(why))
        log.warning("the Twitch account for the %s has ended: %s", slot.account, why)
        await self._save(slot)
        self._on_change(slot.account)

    async def _save(self, slot: _Slot) -> None:
        """What cannot be written now is written later: the old pair in the vault is of no use."""
        try:
            await self._shelf.write(slot.account, slot.kept)
        except SidecastError as trouble:
            slot.unsaved = True
            self._later(slot, trouble)
        else:
            slot.unsaved = False

    def _tell_secrets(self, kept: Kept) -> None:
        for secret in _secrets(kept):
            self._on_secret(secret.reveal())


def _secrets(kept: Kept) -> Iterable[Hidden]:
    return [each for each in (kept.access, kept.refresh) if each is not None]
