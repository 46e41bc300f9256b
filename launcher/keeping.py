"""Commands of the app that the launcher only starts (`MODULES`); and the passphrase of a start, asked for here."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .lock import only_show
from .places import Places

MODULES = {
    "vault": "sidecast.commands.vault",
    "backup": "sidecast.commands.backup",
    "restore": "sidecast.commands.backup",
    "certificate": "sidecast.commands.certificate",
    "cases": "sidecast.commands.cases",
    "score": "sidecast.commands.score",
    "twitch": "sidecast.commands.twitch",
    "twitch-sim": "sidecast.commands.twitch_sim",
    "obs": "sidecast.commands.obs",
}
"""Of the app, which read their own options."""
_READS_ONLY = {"backup", "certificate", "cases", "score", "twitch", "twitch-sim", "obs"}


def call(name: str, rest: list[str]) -> list[str]:
    """The Python module that does it, and its arguments."""
    return ["-m", MODULES[name], *([name] if MODULES[name] == "sidecast.commands.backup" else []), *rest]


@contextmanager
def alone(name: str, rest: list[str], places: Places) -> Iterator[None]:
    """No show runs meanwhile, for what changes under its feet.

    Raises:
        Trouble: one runs.
    """
    harmless = name in _READS_ONLY or {"-h", "--help"} & set(rest) or (name == "vault" and rest in ([], ["status"]))
    with contextlib.nullcontext() if harmless else only_show(places):
        yield


@contextmanager
def passphrase_for(places: Places) -> Iterator[dict[str, str]]:
    """Variables for the app: where it finds the passphrase of a vault that is under one. Asked here, because the app runs in the
    background of the terminal; handed over through a pipe, which no other program can read.
    """
    if not _needs_passphrase(places.data / "vault" / "vault.db") or not sys.stdin.isatty() or _given():
        yield {}
        return
    typed = getpass.getpass("The vault's passphrase (nothing is shown): ")
    reading, writing = os.pipe()
    try:
        os.write(writing, typed.encode("utf-8", "surrogateescape")[:8192])
        os.close(writing)
        yield {"SIDECAST_PASSPHRASE_FILE": f"/dev/fd/{reading}"}
    finally:
        os.close(reading)


def descriptors(variables: dict[str, str]) -> tuple[int, ...]:
    """What of `passphrase_for` the app must inherit."""
    name = Path(variables.get("SIDECAST_PASSPHRASE_FILE", ""))
    return (int(name.name),) if name.parent == Path("/dev/fd") else ()


def _given() -> bool:
    return any(os.environ.get(name) for name in ("SIDECAST_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY"))


def _needs_passphrase(database: Path) -> bool:
    """Reads the one record that says so; a vault that cannot be read is the app's to complain about."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            row = db.execute("SELECT value FROM about WHERE name = 'held'").fetchone()
        return row is not None and json.loads(row[0])["way"] == "passphrase"
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        return False
