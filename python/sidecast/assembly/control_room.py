"""Who is let into the control room, and how its page is opened."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from ..clock import Clock
from ..control.access.accounts import FILE as ACCOUNTS
from ..control.access.accounts import Accounts
from ..control.access.configured import OIDC_SECRET, outsiders_of
from ..control.api.outside import Outsiders
from ..control.server import ControlServer
from ..errors import SidecastError
from ..settings import Settings, data_dir
from ..telemetry.terminal import Terminal
from ..vault.vault import Vault
from .notes import Notes

log = logging.getLogger(__name__)


def open_accounts(clock: Clock, notes: Notes, closing: AsyncExitStack) -> Accounts:
    """Without its file only the link in the terminal lets in, and the page says so."""
    try:
        accounts = Accounts(data_dir() / ACCOUNTS, clock)
    except SidecastError as error:
        notes.put("control page", f"{error} Until then only the link in the terminal lets in.")
        log.warning("%s", error)
        accounts = Accounts(None, clock)
    closing.push_async_callback(accounts.close)
    return accounts


def known_outsiders(settings: Settings, vault: Vault, clock: Clock, notes: Notes, closing: AsyncExitStack) -> Outsiders:
    """Who else may vouch for people; the provider's secret is read when it is needed."""
    outsiders = outsiders_of(
        settings.control, lambda: vault.get(OIDC_SECRET), clock, lambda sentence: notes.put("control page", sentence)
    )
    closing.push_async_callback(outsiders.close)
    return outsiders


async def open_page(control: ControlServer, closing: AsyncExitStack, notes: Notes, terminal: Terminal) -> None:
    """Without its page the show still goes on, and says so."""
    try:
        await control.start()
    except SidecastError as error:
        notes.put("control page", str(error))
        log.warning("%s", error)
        return
    closing.push_async_callback(control.close)
    # to the terminal of whoever started the show, and nowhere else: the link lets in
    terminal.write(f"Control page (opens once): {control.mint_link()}\n")
    terminal.flush()
