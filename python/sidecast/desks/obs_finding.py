"""Where OBS is and by which password, for the control room: kept, tried, and told in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from ..clock import Clock
from ..control.api.obs_models import PasswordFrom
from ..control.api.problems import Refusal
from ..control.settings_desk import SettingsDesk
from ..control.settings_form import Value
from ..errors import ObsError
from ..obs.link.connection import ObsLink
from ..obs.link.own_config import OwnConfig
from ..obs.link.place import PASSWORD, Place, place
from ..obs.link.troubles import Why, trouble
from ..obs.link.wire import CannotConnect, Wire
from ..settings import ObsSettings

SETTLED_S = 4.0
"""How long an answer waits for the connection to be made, or to be known to fail."""
LOOK_EVERY_S = 0.05
REFUSED = frozenset({Why.PASSWORD_WRONG, Why.PASSWORD_WANTED, Why.TOO_OLD, Why.NOT_OBS, Why.NO_HOST})
"""Reasons not to keep what was typed: waiting would not help. An OBS that is not there may still be started."""
Try = Callable[[Place], Why | None]


class Secrets(Protocol):
    """`vault.vault.Vault`. Blocks."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str | None) -> None: ...


class Finding:
    def __init__(
        self,
        link: ObsLink,
        clock: Clock,
        *,
        settings: Callable[[], ObsSettings],
        secrets: Secrets,
        own: Callable[[], OwnConfig | None],
        on_secret: Callable[[str], None],
    ) -> None:
        """
        Args:
            own: what OBS on this machine has written down. Blocks.
            on_secret: is told each new password, so that it is never logged.
        """
        self._link = link
        self._clock = clock
        self._settings = settings
        self._secrets = secrets
        self._own = own
        self._on_secret = on_secret
        self._connecting = asyncio.Lock()
        self.desk: SettingsDesk | None = None
        """Where the address is kept; None: it cannot be."""

    @property
    def settings(self) -> ObsSettings:
        return self._settings()

    @property
    def fixed_by(self) -> str:
        """The variable that is stronger than the page; empty when none is."""
        if self.desk is None:
            return ""
        return self.desk.fixed_by("obs.host") or self.desk.fixed_by("obs.port")

    async def connect(self, host: str, port: int, password: str | None) -> None:
        """See `control.api.obs.Steering`."""
        async with self._connecting:
            wanted = self._settings().model_copy(update={"host": host, "port": port, "enabled": True})
            if password is not None:
                self._on_secret(password)
            await asyncio.to_thread(self._refuse_what_fails, wanted, password)
            if password is not None:
                await asyncio.to_thread(self._secrets.set, PASSWORD, password)
            await asyncio.to_thread(self._keep, {"obs.host": host, "obs.port": port})
            await self.again()

    async def forget_password(self) -> None:
        await asyncio.to_thread(self._secrets.set, PASSWORD, None)
        await self.again()

    async def again(self) -> None:
        """Returns when it is known how it ended, or after a while."""
        link, changes = self._link, 0

        def changed() -> None:
            nonlocal changes
            changes += 1

        # the connection that there was has to end first
        ends = 1 if link.version is not None else 0
        done = link.on_change(changed)
        try:
            link.again()
            until_ns = self._clock.now_ns() + round(SETTLED_S * 1e9)
            while self._clock.now_ns() < until_ns:
                await self._clock.sleep(LOOK_EVERY_S)
                if changes > ends or (changes == ends and link.why not in (None, Why.LOST)):
                    return
        finally:
            done()

    async def where(self) -> tuple[Place | None, str, PasswordFrom]:
        """Where OBS is looked for, how that was found (a sentence), and where its password is.

        Raises:
            VaultError: it cannot be looked into.
        """
        return await asyncio.to_thread(self._where)

    def _where(self) -> tuple[Place | None, str, PasswordFrom]:
        settings = self._settings()
        kept, own = self._secrets.get(PASSWORD), self._own()
        found = place(settings, kept, own)
        if found is None:
            return None, "", PasswordFrom.VAULT if kept else PasswordFrom.NONE
        if settings.host or settings.port:
            words = "Named in the settings."
        elif found.own is not None:
            words = "Found in OBS’s own configuration."
        else:
            words = "The usual address: no configuration of OBS was found on this machine."
        source = PasswordFrom.VAULT if kept else PasswordFrom.OBS if found.passwords else PasswordFrom.NONE
        return found, words, source

    def _refuse_what_fails(self, wanted: ObsSettings, password: str | None) -> None:
        """Raises Refusal, ObsError; blocks."""
        found = place(wanted, password or self._secrets.get(PASSWORD), self._own())
        if found is None:
            raise ObsError("OBS is not used.", "Switch obs.enabled on.")
        if password is not None:
            found = Place(host=found.host, port=found.port, passwords=(password,), own=found.own)
        why = attempt(found)
        if why in REFUSED:
            said = trouble(why, found)
            raise Refusal(400, said.what, said.remedy)

    def _keep(self, changes: dict[str, Value]) -> None:
        """Blocks. Raises SettingsError."""
        now = self._settings()
        changes = {key: value for key, value in changes.items() if getattr(now, key.rpartition(".")[2]) != value}
        if not changes:
            return
        if self.desk is None:
            raise ObsError("The settings cannot be changed here.", "Change obs.host and obs.port in the settings file.")
        self.desk.change(changes)


def attempt(found: Place) -> Why | None:
    """Log in once by each password and leave again; None: OBS takes one. Blocks for seconds at most."""
    why: Why | None = None
    for password in found.passwords or ("",):
        try:
            Wire(found, password).close()
        except CannotConnect as error:
            why = error.why
            if why is not Why.PASSWORD_WRONG:
                return why
        else:
            return None
    return why
