"""Where a passphrase comes from when nobody is at the page yet: a file, the service manager, or the terminal."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import VaultError
from .passphrase import LONGEST
from .ways import Ask

FILE = "SIDECAST_PASSPHRASE_FILE"
CREDENTIAL = "sidecast-passphrase"
"""Of systemd: `LoadCredential=sidecast-passphrase:…`."""
TRIES = 3


def passphrase_around(environ: Mapping[str, str]) -> Ask:
    """The file that `$SIDECAST_PASSPHRASE_FILE` names, else systemd's credential, else the terminal.

    Never from the environment or the arguments themselves: other programs can see those.
    """
    named = environ.get(FILE) or ""
    if not named and environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(environ["CREDENTIALS_DIRECTORY"]) / CREDENTIAL
        named = str(credential) if credential.exists() else ""
    if named:
        return lambda wrong: None if wrong else _read(Path(named))
    return ask_terminal


def ask_terminal(wrong: int, question: str = "The vault's passphrase") -> str | None:
    """None without a terminal of our own, or after three wrong ones."""
    if wrong >= TRIES or not _in_front():
        return None
    try:
        return getpass.getpass(f"{'That was not it. ' if wrong else ''}{question} (nothing is shown): ") or None
    except EOFError:
        return None


def _in_front() -> bool:
    """Whether there is a terminal, and it is ours: one who asks from the background is stopped by the system."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(4 * LONGEST + 2)
        return content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise VaultError(f"The passphrase file {path} cannot be read: {error.strerror}.", f"Check {FILE}.") from error
    except UnicodeDecodeError:
        raise VaultError(f"The passphrase file {path} is not UTF-8 text.", f"Check {FILE}.") from None
