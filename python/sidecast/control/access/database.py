"""`access.db`: tables, migrations, and how the connection is set up."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import ControlError

BUSY_TIMEOUT_S = 1.0
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE members (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            folded TEXT NOT NULL UNIQUE,        -- the name without case, so that nobody can look like somebody else
            role TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            passphrase TEXT NOT NULL,           -- argon2id, PHC form; '' = none
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            twitch_id TEXT NOT NULL,
            twitch_login TEXT NOT NULL,
            local INTEGER NOT NULL,
            named INTEGER NOT NULL
        ) STRICT""",
        "CREATE UNIQUE INDEX members_by_subject ON members (issuer, subject) WHERE subject <> ''",
        "CREATE UNIQUE INDEX members_by_twitch ON members (twitch_id) WHERE twitch_id <> ''",
        "CREATE UNIQUE INDEX one_local_member ON members (local) WHERE local",
        """CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,        -- SHA-256 of the token, as in the other tables
            member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
            created_ms INTEGER NOT NULL,
            seen_ms INTEGER NOT NULL,
            how TEXT NOT NULL,
            browser TEXT NOT NULL,
            address TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE invitations (
            id TEXT PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            role TEXT NOT NULL,
            by_id TEXT NOT NULL,
            by TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            expires_ms INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE keys (
            id TEXT PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            prefix TEXT NOT NULL,
            name TEXT NOT NULL,
            member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
            permissions TEXT NOT NULL,          -- words with spaces between
            created_ms INTEGER NOT NULL,
            expires_ms INTEGER NOT NULL,
            used_ms INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at_ms INTEGER NOT NULL,
            who_id TEXT NOT NULL,
            who TEXT NOT NULL,
            action TEXT NOT NULL,
            about TEXT NOT NULL,
            detail TEXT NOT NULL                -- JSON object
        ) STRICT""",
        "CREATE INDEX audit_by_time ON audit (at_ms)",
    ),
    (
        """CREATE TABLE overlay_links (
            id TEXT PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            prefix TEXT NOT NULL,
            name TEXT NOT NULL,
            by_id TEXT NOT NULL,
            by TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            used_ms INTEGER NOT NULL,
            withdrawn_ms INTEGER NOT NULL       -- 0 = it works
        ) STRICT""",
    ),
)
"""Each brings a database from version n to n + 1 (`PRAGMA user_version`). Never edit one that was released: add another."""


def connect(path: Path | None) -> sqlite3.Connection:
    """The only connection, on the newest schema; None: in memory, for a show that keeps nothing.

    Raises:
        ControlError: it cannot be opened, is damaged, or was written by a newer Sidecast.
    """
    with explained(path):
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # the rights come with the file: nobody can read it in between
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
            path.chmod(0o600)
        db = sqlite3.connect(path or ":memory:", timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            # FULL: what was answered with a yes outlives a power cut. A token's digest that was deleted leaves no bytes.
            pragmas = (
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
                "foreign_keys=ON",
                "journal_size_limit=1048576",
            )
            for pragma in pragmas:
                db.execute(f"PRAGMA {pragma}").fetchall()
            _migrate(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _migrate(db: sqlite3.Connection, path: Path | None) -> None:
    with transaction(db):
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ControlError(f"{path} was written by a newer Sidecast (schema {version}).", "Update Sidecast.")
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version={len(MIGRATIONS)}")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path | None) -> Iterator[None]:
    """Turns what SQLite and the file system say into a ControlError with a remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            remedy = "Restore it from a backup, or move it away: then the link in the terminal makes a new owner."
            raise ControlError(f"The list of who may come in, {path}, is damaged.", remedy) from error
        remedy = "Check the free space and the rights of that folder."
        raise ControlError(f"The list of who may come in, {path}, cannot be used: {error}.", remedy) from error
    except OSError as error:
        remedy = "Check the rights of that folder."
        raise ControlError(f"The list of who may come in, {path}, cannot be used: {error.strerror}.", remedy) from error
