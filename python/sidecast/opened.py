"""The vault as every program of ours opens it: after a restore that waits, with the keyring or passphrase around it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from .control.access.accounts import FILE as ACCOUNTS
from .control.access.restored import after_restore
from .desks.keeping import forget_erased
from .errors import ControlError
from .keep import swapping
from .keep.estate import Estate
from .settings import Settings, config_dir
from .vault.asking import passphrase_around
from .vault.changing import Changes
from .vault.opening import open_vault
from .vault.ring import Ring, SystemRing
from .vault.vault import Vault
from .vault.ways import Holder

log = logging.getLogger(__name__)

FOLDER = "vault"
BACKUPS = "backups"


def finish_restore(data: Path) -> bool:
    """Before anything else is read: carries through a restore that was prepared. False when none was.

    Raises:
        KeepError: it cannot be finished now.
    """
    if swapping.finish(data) is None:
        return False
    try:
        ended = after_restore(data / ACCOUNTS)
    except ControlError as error:
        # the show says it again when it opens the file, and goes on without
        log.warning("%s", error)
    else:
        log.info("%d sessions and invitations of the restored backup are over", ended)
    return True


def open_here(data: Path, ring: Ring | None = None) -> tuple[Vault, Changes]:
    """May wait for a person at a keyring or a terminal: not for the event loop.

    Raises:
        VaultError: the key cannot be had; says what to do.
    """
    ring = ring or SystemRing()
    folder = data / FOLDER
    vault = open_vault(folder, ring=ring, ask=passphrase_around(os.environ))
    if erased := forget_erased(vault, folder):
        log.info("%d viewers who were erased after the restored backup was made are erased again", erased)
    return vault, Changes(vault, Holder(folder, ring))


def estate_of(settings: Settings, data: Path, file: Path | None = None) -> Estate:
    """What belongs to this user. `file`: the settings file in use, if it is not the usual one."""
    return Estate(config_dir(), data, settings.ledger.path or data / "ledger.db", file)
