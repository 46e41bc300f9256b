"""The ledger's database: tables, migrations, and how a connection is set up."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ..errors import LedgerError

BUSY_TIMEOUT_S = 1.0
"""How long a write waits for another process's lock before it counts as failed (and is tried again later)."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE lines (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,           -- run and number: a line whose commit was in doubt is not written twice
        turn_id TEXT NOT NULL,
        wall_ms INTEGER NOT NULL,
        author_id TEXT NOT NULL,
        author_name BLOB NOT NULL,          -- sealed, as are text, cleared and heard
        text BLOB NOT NULL,
        cause TEXT NOT NULL,
        score REAL NOT NULL,
        parts TEXT NOT NULL,                -- JSON object
        waiting INTEGER NOT NULL,
        brain TEXT NOT NULL,
        voice TEXT NOT NULL,
        verdicts TEXT NOT NULL,             -- JSON array
        cleared BLOB NOT NULL,
        heard BLOB NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        was_free INTEGER NOT NULL,
        arrived_ns INTEGER NOT NULL, screened_ns INTEGER NOT NULL, chosen_ns INTEGER NOT NULL, first_clause_ns INTEGER NOT NULL,
        cleared_ns INTEGER NOT NULL, first_pcm_ns INTEGER NOT NULL, audible_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL
    );
    CREATE INDEX lines_by_time ON lines (wall_ms);
    CREATE INDEX lines_by_author ON lines (author_id);
    CREATE TABLE reasons (
        minute_ms INTEGER NOT NULL,         -- start of the minute, Unix milliseconds
        reason TEXT NOT NULL,               -- flow.Reason, or 'heard' for everything that arrived
        count INTEGER NOT NULL,
        PRIMARY KEY (minute_ms, reason)
    ) WITHOUT ROWID;
    CREATE TABLE gaps (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL,
        lines INTEGER NOT NULL,             -- how many could not be kept
        why TEXT NOT NULL
    );
    """,
    """
    ALTER TABLE lines ADD COLUMN item_id TEXT NOT NULL DEFAULT '';      -- the platform's id of the message: removals name it
    ALTER TABLE lines ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;    -- its words were taken away
    CREATE INDEX lines_by_item ON lines (item_id);
    """,
    """
    ALTER TABLE lines ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';     -- who had it answered; '' = the host's own choice
    ALTER TABLE lines ADD COLUMN asked_ns INTEGER NOT NULL DEFAULT 0;   -- when they did
    ALTER TABLE lines ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';  -- who let the reply be said; 'time' = nobody objected
    """,
)
"""Each brings a database from version n to n + 1 (`PRAGMA user_version`). Never edit one that was released: add another."""


def connect(path: Path) -> sqlite3.Connection:
    """The writer's connection, on the newest schema.

    Raises:
        LedgerError: the database was written by a newer Sidecast.
        sqlite3.Error, OSError: as they come; `trouble.py` explains them.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        # FULL: an acknowledged line survives a power cut; batches make its price small. Deleted lines leave no bytes behind.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "journal_size_limit=16777216"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"The ledger {path} was written by a newer Sidecast (schema {version}).", "Update Sidecast, or move it away."
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.execute("BEGIN IMMEDIATE")
        try:
            (now,) = db.execute("PRAGMA user_version").fetchone()
            if now < number:
                for statement in _statements(script):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={number}")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _statements(script: str) -> list[str]:
    """`executescript` would commit in between; a migration is one transaction."""
    statements, held = [], ""
    for piece in script.split(";"):
        held += piece + ";"
        if sqlite3.complete_statement(held):
            if held.strip(" \n;"):
                statements.append(held)
            held = ""
    return statements
