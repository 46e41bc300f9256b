"""Where OBS is looked for, and by which password: the settings, the vault, and OBS's own configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ...errors import VaultError
from ...settings import ObsSettings
from .own_config import OwnConfig

HERE = "127.0.0.1"
PORT = 4455
"""obs-websocket's own default."""
PASSWORD = "obs.password"  # noqa: S105 - its name in the vault
log = logging.getLogger(__name__)

_LOCAL = frozenset({"", HERE, "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One OBS."""

    host: str = HERE
    port: int = PORT
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Tried in this order; without any, OBS must ask for none."""
    own: OwnConfig | None = None
    """What OBS itself has written down, where it can be read."""


Where = Callable[[], Awaitable[Place | None]]
"""Asked before each attempt; None: OBS is not used."""


def place(settings: ObsSettings, kept: str | None, own: OwnConfig | None) -> Place | None:
    """
    Args:
        kept: the password of the vault, which goes first.
        own: of this machine; it says nothing about an OBS elsewhere.
    """
    if not settings.enabled:
        return None
    if not is_here(settings):
        own = None
    wanted = (kept, own.password if own else None)
    return Place(
        host=HERE if is_here(settings) else settings.host,
        port=settings.port or (own.port if own else PORT),
        passwords=tuple(dict.fromkeys(each for each in wanted if each)),
        own=own,
    )


def is_here(settings: ObsSettings) -> bool:
    return settings.host.strip().lower() in _LOCAL


class Finder:
    """A `Where` over what may change while the show runs."""

    def __init__(
        self,
        settings: Callable[[], ObsSettings],
        password: Callable[[], str | None],
        own: Callable[[], OwnConfig | None],
    ) -> None:
        """
        Args:
            password: the vault's `obs.password`. May block, and is called in a thread, as `own` is.
        """
        self._settings = settings
        self._password = password
        self._own = own
        self._trouble = ""

    async def __call__(self) -> Place | None:
        settings = self._settings()
        return await asyncio.to_thread(self._look, settings) if settings.enabled else None

    def _look(self, settings: ObsSettings) -> Place | None:
        return place(settings, self._kept(), self._own() if is_here(settings) else None)

    def _kept(self) -> str | None:
        """A vault that cannot be read must not keep an OBS away whose password can be found elsewhere."""
        try:
            kept, trouble = self._password(), ""
        except VaultError as error:
            kept, trouble = None, str(error)
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                log.warning("the password of OBS is not to be had: %s", trouble)
        return kept
