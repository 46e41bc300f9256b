"""A connection to read with: read-only, its own, so that no reader blocks the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..errors import LedgerError
from .schema import BUSY_TIMEOUT_S
from .trouble import explain


def is_there(path: Path) -> bool:
    """Whether there is something to read: the writer opens the file a moment before it has made its tables."""
    if not path.exists():
        return False
    try:
        with _opened(path) as db:
            return bool(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        # `reading` says what is wrong with it
        return True


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Rows as `sqlite3.Row`; sees what is committed.

    Raises:
        LedgerError: there is no ledger yet, or it cannot be read.
    """
    try:
        with _opened(path) as db:
            yield db
    except sqlite3.Error as error:
        if not path.exists():
            raise LedgerError(f"There is no ledger {path} yet.", "It appears with the show's first line.") from error
        raise LedgerError(explain(error, path).replace("cannot be written", "cannot be read")) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S)) as db:
        db.row_factory = sqlite3.Row
        yield db
