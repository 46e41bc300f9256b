"""Another pair of tokens for one that is over: asked for once, kept before it is lost, and said when there is none."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import replace

from ..clock import Clock
from ..errors import SidecastError, VaultError
from ..flow.twitch import Account
from .hidden import Hidden
from .id_server import IdServer, Refused
from .kept import Kept, Shelf
from .slot import Slot, State

log = logging.getLogger(__name__)

VALIDATE_S = 3600.0
"""Twitch wants each token validated hourly, and does audits. https://dev.twitch.tv/docs/authentication/validate-tokens"""
STEP_S = 30.0
IDLE_MS = 30 * 86_400_000
"""A public client's refresh token ends when it was not used for so long."""
OTHER_PROGRAM_S = 1.0
"""How long another program of ours may take to write down the pair that it got."""


class Renewal:
    """Not thread-safe: for the event loop alone."""

    def __init__(
        self,
        shelf: Shelf,
        clock: Clock,
        rng: random.Random,
        on_change: Callable[[Account], None],
        on_secret: Callable[[str], None],
    ) -> None:
        """As `Accounts`."""
        self.id_server: IdServer | None = None
        self._shelf = shelf
        self._clock = clock
        self._rng = rng
        self._on_change = on_change
        self._on_secret = on_secret

    async def renew(self, slot: Slot, used: Hidden) -> None:
        """Another token than `used` in `slot`, if one can be had. Whoever asks meanwhile gets the same one."""
        if slot.kept is not None and slot.kept.access == used:
            if slot.renewing is None:
                slot.renewing = asyncio.get_running_loop().create_task(self._renew(slot, used), name="twitch token")
            # a caller who goes away must not take the new pair with it: the old one is of no use any more
            await asyncio.shield(slot.renewing)

    def adopt(self, slot: Slot, kept: Kept | None) -> None:
        """What the vault has, or a log-in has brought."""
        slot.adopt(kept, self.id_server.client_id if self.id_server else "")
        if kept is not None:
            self._tell_secrets(kept)

    def well(self, slot: Slot, kept: Kept) -> None:
        """Twitch says that it is valid; it is asked again in an hour, though not all at the same second of it."""
        wait_s = VALIDATE_S - self._rng.uniform(STEP_S, 4 * STEP_S)
        slot.well(kept, self._clock.wall_ms(), self._clock.now_ns() + round(wait_s * 1e9))

    def later(self, slot: Slot, trouble: SidecastError) -> None:
        """It cannot be known now; it is asked again, less and less often."""
        known = slot.state is State.OFFLINE
        slot.state, slot.words = State.VAULT if isinstance(trouble, VaultError) else State.OFFLINE, str(trouble)
        slot.due_ns = self._clock.now_ns() + round(slot.backoff.failed() * 1e9)
        if not known:
            log.warning("the Twitch account for the %s: %s", slot.account, trouble)
            self._on_change(slot.account)

    async def end(self, slot: Slot, why: str) -> None:
        """Somebody must log in again."""
        assert slot.kept is not None
        self.adopt(slot, slot.kept.without_tokens(why))
        log.warning("the Twitch account for the %s has ended: %s", slot.account, why)
        await self.save(slot)
        self._on_change(slot.account)

    async def save(self, slot: Slot) -> None:
        """What cannot be written now is written later: the old pair in the vault is of no use."""
        try:
            await self._shelf.write(slot.account, slot.kept)
        except SidecastError as trouble:
            slot.unsaved = True
            self.later(slot, trouble)
        else:
            slot.unsaved = False

    async def _renew(self, slot: Slot, used: Hidden) -> None:
        try:
            if not await self._other_pair(slot, used):
                await self._refreshed(slot, used)
        finally:
            slot.renewing = None
            self._on_change(slot.account)

    async def _refreshed(self, slot: Slot, used: Hidden) -> None:
        kept = slot.kept
        if self.id_server is None or kept is None:
            return
        if kept.refresh is None:
            await self.end(slot, "Its log-in is over and cannot be renewed. Log in again.")
            return
        try:
            grant = await self.id_server.refresh(kept.refresh)
        except Refused as refusal:
            await self._clock.sleep(OTHER_PROGRAM_S)
            if not await self._other_pair(slot, used):
                log.info("the Twitch account for the %s is not renewed: %s", slot.account, refusal)
                await self.end(slot, self._why_ended(kept))
        except SidecastError as trouble:
            self.later(slot, trouble)
        else:
            if slot.kept is not kept:
                # somebody logged in or out meanwhile: that counts
                await self.id_server.revoke(grant.access)
                return
            fresh = kept.renewed(grant, self._clock.wall_ms())
            # RFC 6749, 5.1: left out, they are as they were
            self.well(slot, fresh if grant.scopes else replace(fresh, scopes=kept.scopes))
            self._tell_secrets(fresh)
            await self.save(slot)

    async def _other_pair(self, slot: Slot, used: Hidden) -> bool:
        """Another program of ours (the terminal's log-in) may have renewed it already, or logged it out."""
        try:
            kept = await self._shelf.read(slot.account)
        except SidecastError as trouble:
            log.warning("%s", trouble)
            return False
        if slot.unsaved or (kept is not None and kept.access in (None, used)):
            return False
        self.adopt(slot, kept)
        return True

    def _why_ended(self, kept: Kept) -> str:
        if self._clock.wall_ms() - kept.renewed_ms > IDLE_MS:
            return "Its log-in is over: it was not used for 30 days. Log in again."
        return "Its permission was taken back at Twitch, or its password was changed. Log in again."

    def _tell_secrets(self, kept: Kept) -> None:
        for each in (kept.access, kept.refresh):
            if each is not None:
                self._on_secret(each.reveal())
