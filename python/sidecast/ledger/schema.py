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
    """
    CREATE TABLE streams (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,               -- 'twitch:<channel>', 'demo', 'replay:<file>'
        begun_ms INTEGER NOT NULL,          -- Unix milliseconds, as are all times of the tables from here on
        until_ms INTEGER NOT NULL,          -- the last that was written of it
        offset_min INTEGER NOT NULL,        -- local time minus UTC where it was streamed, when it began
        day INTEGER NOT NULL,               -- local day on which it began, days since 1970-01-01
        over INTEGER NOT NULL               -- 1: ended as it should; 0: runs, or was broken off
    );
    CREATE INDEX streams_by_time ON streams (begun_ms);
    CREATE INDEX streams_by_source ON streams (source, until_ms);
    CREATE TABLE stretches (
        id TEXT PRIMARY KEY,                -- an unbroken time on one source within one run of the show
        stream INTEGER NOT NULL,
        begun_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        number INTEGER NOT NULL             -- of the piece that was written last: none is written twice
    ) WITHOUT ROWID;
    CREATE INDEX stretches_by_stream ON stretches (stream);
    CREATE TABLE figures (
        stream INTEGER NOT NULL,
        span_s INTEGER NOT NULL,            -- 60, 3600, or 0 for the whole stream
        at_ms INTEGER NOT NULL,             -- start of the minute or hour; 0 for the whole stream
        minutes INTEGER NOT NULL,           -- in which the show ran
        messages INTEGER NOT NULL, events INTEGER NOT NULL, removals INTEGER NOT NULL,
        chatters INTEGER NOT NULL,          -- different ones of each minute, added up over its minutes
        chatters_most INTEGER,              -- different ones in the fullest minute
        newcomers INTEGER NOT NULL,         -- wrote for the first time ever, as far as the figures reach
        returned INTEGER NOT NULL,          -- wrote in an earlier stream and now for the first time in this one
        first_of_day INTEGER NOT NULL, first_of_week INTEGER NOT NULL, first_of_month INTEGER NOT NULL,
        answered INTEGER NOT NULL,          -- messages
        questions INTEGER NOT NULL, questions_answered INTEGER NOT NULL,
        understood INTEGER NOT NULL,        -- messages that were read: sentiment and energy are sums over these
        sentiment REAL NOT NULL, energy REAL NOT NULL,
        in_stopped INTEGER NOT NULL,        -- messages that the gate did not let in
        out_stopped INTEGER NOT NULL,       -- clauses that the gate did not let out
        waiting_most INTEGER,               -- for an answer
        turns INTEGER NOT NULL, turns_heard INTEGER NOT NULL, turns_cut INTEGER NOT NULL,
        samples INTEGER NOT NULL,           -- of the load: cpu and machine are sums over these
        cpu REAL NOT NULL, cpu_most REAL,   -- percent of a core
        machine REAL NOT NULL,              -- percent of all cores
        memory_mb_most REAL, lag_ms_most REAL, intake_most INTEGER, backlog_most INTEGER,
        pictures INTEGER NOT NULL,          -- seconds with a picture: fps is a sum over these
        fps REAL NOT NULL, fps_least REAL, frame_ms_most REAL,
        underruns INTEGER NOT NULL, dropped INTEGER NOT NULL,
        PRIMARY KEY (stream, span_s, at_ms)
    ) WITHOUT ROWID;
    CREATE TABLE tallies (
        stream INTEGER NOT NULL,
        span_s INTEGER NOT NULL,            -- 3600, or 0 for the whole stream
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,                 -- 'reason', 'in' and 'out' (verdicts: decision and category), 'event'
        name TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (stream, span_s, at_ms, kind, name)
    ) WITHOUT ROWID;
    CREATE TABLE latencies (
        stream INTEGER NOT NULL,
        span_s INTEGER NOT NULL,            -- 600, 3600, or 0 for the whole stream
        at_ms INTEGER NOT NULL,
        stage TEXT NOT NULL,
        buckets TEXT NOT NULL,              -- JSON object: bucket -> count; bucket i begins at 0.1 ms * 2^(i/8)
        PRIMARY KEY (stream, span_s, at_ms, stage)
    ) WITHOUT ROWID;
    CREATE TABLE happenings (
        id INTEGER PRIMARY KEY,
        stream INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,                 -- raid, sub, cheer ...; whose it was is not kept here
        amount INTEGER NOT NULL
    );
    CREATE INDEX happenings_by_stream ON happenings (stream, at_ms);
    CREATE TABLE topics (
        stretch TEXT NOT NULL,
        words TEXT NOT NULL,                -- said by at least three different chatters
        stream INTEGER NOT NULL,
        count INTEGER NOT NULL,
        chatters INTEGER NOT NULL,
        PRIMARY KEY (stretch, words)
    ) WITHOUT ROWID;
    CREATE INDEX topics_by_stream ON topics (stream);
    CREATE TABLE viewers (
        mark BLOB PRIMARY KEY,              -- HMAC-SHA-256 of the viewer's id, with a key of the vault; 16 bytes of it
        first_day INTEGER NOT NULL,
        last_day INTEGER NOT NULL,
        last_stream INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE acts (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,           -- of the action
        wall_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,                 -- 'write', 'time_out' ...
        by_id TEXT NOT NULL,                -- 'member:...', 'key:...', 'rule:...' or 'plugin:...'
        by_name TEXT NOT NULL,              -- of the control room, not of a viewer
        ending TEXT NOT NULL,               -- 'done', 'part', 'refused', 'unsure'
        told TEXT NOT NULL,                 -- why it was refused, or ''
        undoes TEXT NOT NULL,               -- key of the action that it takes back, or ''
        viewer_id TEXT NOT NULL,            -- to whom it was done, or ''
        viewer_name BLOB NOT NULL,          -- sealed, as is detail
        detail BLOB NOT NULL
    );
    CREATE INDEX acts_by_time ON acts (wall_ms);
    CREATE INDEX acts_by_viewer ON acts (viewer_id);
    """,
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,           -- of the run
        wall_ms INTEGER NOT NULL,           -- of what set it off
        rule TEXT NOT NULL,                 -- the streamer's name for it
        trigger TEXT NOT NULL,              -- 'raid of 42', 'command !brb', 'test' ...
        ending TEXT NOT NULL,               -- 'done', 'part', 'refused', 'cut', 'dropped'
        told TEXT NOT NULL,                 -- why something was not done, or ''
        steps INTEGER NOT NULL, done INTEGER NOT NULL, took_ms INTEGER NOT NULL,
        tested INTEGER NOT NULL,
        viewer_id TEXT NOT NULL             -- who set it off, or ''
    );
    CREATE INDEX runs_by_time ON runs (wall_ms);
    CREATE INDEX runs_by_viewer ON runs (viewer_id);
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
