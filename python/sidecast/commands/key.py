"""`./sidecast key`: puts the key of a model server into the vault, or takes it away. Typed, for arguments can be seen."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from ..dialogue.brains.key import SECRET, Key
from ..errors import SidecastError
from ..opened import FOLDER, open_here
from ..settings import data_dir
from ..vault.opening import open_vault
from ..vault.vault import Vault


def keep(folder: Path, ask: Callable[[], str], open_it: Callable[[Path], Vault] = open_vault) -> str:
    """Returns the sentence about what was done.

    Args:
        folder: the vault's.
        open_it: how it is opened.

    Raises:
        SidecastError: what was typed is no key, or the vault cannot be written.
    """
    typed = ask().strip()
    if typed:
        Key(typed)
    vault = open_it(folder)
    try:
        vault.set(SECRET, typed or None)
    finally:
        vault.close()
    return "The key is in the vault." if typed else "There is no key in the vault now."


def main() -> int:
    """Exit code 0, or 1 with a sentence."""

    def ask() -> str:
        if sys.stdin.isatty():
            return getpass.getpass("The key of your model server (nothing is shown; empty takes it away): ")
        return sys.stdin.readline()

    try:
        said = keep(data_dir() / FOLDER, ask, lambda folder: open_here(folder.parent)[0])
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201 - the answer to a command
        return 1
    print(said)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
