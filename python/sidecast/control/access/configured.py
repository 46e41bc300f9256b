"""Who else can vouch for people, as the settings say."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ...clock import Clock
from ...errors import SettingsError
from ...settings import Control
from ..api.outside_flow import Outsiders
from .device import Twitch
from .oidc import Oidc

log = logging.getLogger(__name__)

OIDC_SECRET = "control.oidc_secret"  # noqa: S105 - its name in the vault
"""The provider's secret for this room, if it gave one."""


def outsiders_of(
    settings: Control, secret: Callable[[], str | None], clock: Clock, on_note: Callable[[str], None] = lambda _: None
) -> Outsiders:
    """A provider that cannot be used is left out, and `on_note` gets the sentence: the other ways in stay open."""
    return Outsiders(_oidc(settings, secret, clock, on_note), _twitch(settings, clock, on_note))


def _oidc(settings: Control, secret: Callable[[], str | None], clock: Clock, on_note: Callable[[str], None]) -> Oidc | None:
    chosen = settings.oidc
    if not chosen.issuer:
        return None
    try:
        if not chosen.client_id:
            raise SettingsError("control.oidc.client_id is missing.", "The provider gives it when this room is registered there.")  # noqa: TRY301
        return Oidc(chosen.issuer, chosen.client_id, secret, clock, name=chosen.name, hosts=chosen.hosts)
    except SettingsError as error:
        log.warning("%s", error)
        on_note(str(error))
        return None


def _twitch(settings: Control, clock: Clock, on_note: Callable[[str], None]) -> Twitch | None:
    if not settings.twitch.client_id:
        return None
    try:
        return Twitch(settings.twitch.client_id, settings.twitch.url, clock)
    except SettingsError as error:
        log.warning("%s", error)
        on_note(str(error))
        return None
