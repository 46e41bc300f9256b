"""One show per user: two would share a ledger, a port and a voice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import Places
from .trouble import Trouble

ALREADY_RUNS = 3
"""Exit code of a second instance."""


@contextmanager
def only_show(places: Places) -> Iterator[None]:
    """Holds `show.lock` in the data folder; the kernel releases it however the launcher ends.

    Raises:
        Trouble: another show holds it; names its process. The exit code is `ALREADY_RUNS`.
    """
    places.data.mkdir(parents=True, exist_ok=True)
    with _path(places).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            remedy = f"End it first (Ctrl-C in its terminal, or: kill {pid}), or give this one its own XDG_DATA_HOME."
            raise Trouble(f"A show already runs (process {pid}).", remedy, code=ALREADY_RUNS) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def running(places: Places) -> str:
    """The process of the show that runs; empty when none does. Makes no file."""
    try:
        with _path(places).open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "unknown"
    except OSError:
        pass
    return ""


def _path(places: Places) -> Path:
    return places.data / "show.lock"
