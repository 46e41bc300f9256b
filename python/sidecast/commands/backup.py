"""`./sidecast backup FILE` and `./sidecast restore FILE`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ..desks.keeping import NeedsKey, Opens, back_up, prepare
from ..errors import KeepError, SettingsError, SidecastError, VaultError
from ..keep.estate import Estate
from ..keep.swapping import Plan
from ..opened import FOLDER, estate_of, finish_restore, open_here
from ..settings import Settings, data_dir, load_settings
from ..vault.changing import Changes
from ..vault.opening import DATABASE, open_vault
from ..vault.passphrase import WrongPassphrase
from ..vault.ring import Ring, SystemRing
from ..vault.vault import Vault
from ..vault.ways import Holder, Way
from ..vault.words import NotWordsError
from .vault import Talk, new_passphrase, terminal

TRIES = 3


def parser(command: str) -> argparse.ArgumentParser:
    about = {
        "backup": "Everything (settings, secrets, ledger, accounts) into one encrypted file, while the show runs.",
        "restore": "Puts a backup in the place of what is there, which stays beside it as *.before-restore.",
    }
    parser = argparse.ArgumentParser(prog=f"./sidecast {command}", description=about[command])
    parser.add_argument("file", type=Path, metavar="FILE")
    if command == "backup":
        parser.add_argument("--passphrase", action="store_true", help="also give it a passphrase of its own (it is asked for)")
        parser.add_argument("--only-here", action="store_true", help="even if nothing but this machine's own key opens it")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="your settings file, if it is not the usual one")
    return parser


def backup(asked: argparse.Namespace, data: Path, talk: Talk, ring: Ring, now_ms: int) -> None:
    """Raises SidecastError: no backup was made."""
    settings = load_settings(asked.settings)
    typed = new_passphrase(talk) if asked.passphrase else ""
    vault, changes = open_here(data, ring)
    try:
        estate = estate_of(settings, data, asked.settings)
        made = back_up(changes, estate, asked.file.absolute(), now_ms, typed=typed, only_here=asked.only_here)
        state = changes.state()
    finally:
        vault.close()
    talk.say(f"{made.files} files are in {made.path} ({made.size / 1e6:.1f} MB), and it was read back whole.")
    ways = ["your recovery words"] * state.has_words
    ways += ["the vault's passphrase"] * (state.way is Way.PASSPHRASE) + ["its own passphrase"] * bool(typed)
    talk.say(f"On another machine it opens with {' or with '.join(ways)}." if ways else "It opens on this machine only.")


def restore(asked: argparse.Namespace, data: Path, talk: Talk, ring: Ring) -> None:
    """Raises SidecastError: nothing was touched, or, once it was begun, the next start goes on."""
    file = asked.file.absolute()
    vault, changes = _own_vault(data, ring)
    had_keyring = False
    try:
        estate = estate_of(_settings_there(asked.settings), data, asked.settings)
        wanted = _prepared(file, estate, changes, talk)
        had_keyring = changes is not None and changes.state().way is Way.KEYRING
    finally:
        if vault is not None:
            vault.close()
    finish_restore(data)
    talk.say(f"{len(wanted.put)} files are back. What was there is beside them as *.before-restore; delete it when all is well.")
    vault, changes = open_here(data, ring)
    try:
        if had_keyring and changes.state().way is Way.FILE:
            changes.move(Way.KEYRING)
        state = changes.state()
        if state.way is Way.FILE:
            better = "keyring" if state.keyring else "passphrase"
            talk.say(f"Its vault's key is in a key file now. Better: ./sidecast vault {better}")
    finally:
        vault.close()


def _prepared(file: Path, estate: Estate, changes: Changes | None, talk: Talk) -> Plan:
    try:
        with file.open("rb") as stream:
            try:
                return prepare(stream, Opens(changes=changes), estate)
            except NeedsKey as error:
                talk.say(f"{error.what} {error.remedy}")
            for wrong in range(TRIES):
                typed = talk.hidden("The recovery words, or the passphrase (nothing is shown): ")
                opens = Opens(words=typed) if len(typed.split()) > 12 else Opens(passphrase=typed)
                stream.seek(0)
                try:
                    return prepare(stream, opens, estate)
                except (WrongPassphrase, NotWordsError) as error:
                    if wrong == TRIES - 1:
                        raise
                    talk.say(f"{error.what} {error.remedy}")
    except OSError as error:
        raise KeepError(f"The backup {file} cannot be read: {error.strerror}.", "Check its path and rights.") from error
    raise AssertionError("each try returns or raises")


def _own_vault(data: Path, ring: Ring) -> tuple[Vault | None, Changes | None]:
    """What is here now may open the backup by itself; a vault that does not open is what backups are for."""
    if not (data / FOLDER / DATABASE).exists():
        return None, None
    try:
        vault = open_vault(data / FOLDER, ring=ring)
    except VaultError:
        return None, None
    return vault, Changes(vault, Holder(data / FOLDER, ring))


def _settings_there(file: Path | None) -> Settings:
    """Where the ledger is to go. A settings file that cannot be read does not stop a restore, which brings another."""
    try:
        return load_settings(file)
    except SettingsError:
        return Settings()


def main(arguments: list[str]) -> int:
    """`backup …` or `restore …`. Exit code 0, or 1 with a sentence."""
    command, *rest = arguments
    asked = parser(command).parse_args(rest)
    try:
        if command == "backup":
            backup(asked, data_dir(), terminal(), SystemRing(), time.time_ns() // 1_000_000)
        else:
            restore(asked, data_dir(), terminal(), SystemRing())
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201 - the answer to a command
        return 1
    except EOFError:
        print("sidecast: Nothing was typed; nothing was changed.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
