"""The writer's side of the database: batches in, all or nothing. Runs on the ledger's own thread."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..flow.action import ActLine
from ..flow.chat import Removal, RemovalScope
from ..flow.line import LedgerLine
from ..flow.ports import Sealer
from ..flow.rule import RunLine
from . import acts, rows, runs, schema
from .backlog import Batch
from .streams.piece import Piece
from .streams.store import Streams
from .trouble import Trouble, trouble_of

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
_OF_RUN = "key > :first AND key < :last AND arrived_ns <= :until"
_HIT = {
    RemovalScope.MESSAGE: "item_id = :item AND item_id <> ''",
    RemovalScope.HELD: "item_id = :item AND item_id <> ''",
    RemovalScope.USER: f"author_id = :author AND author_id <> '' AND {_OF_RUN}",
    RemovalScope.CHAT: _OF_RUN,
}
"""Lines that a removal takes the words of. Times of arrival can be compared within one run only."""


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days what is kept. All but the lines is figures, without names and words of single people."""

    lines: int = 90
    minutes: int = 400
    """Figures by the minute; after that by the hour."""
    figures: int = 1830


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    committed: int
    """Lines that are in the database now, whatever happens next."""
    unwritable: tuple[tuple[str, LedgerLine], ...] = ()
    """Lines that no retry will bring in."""
    set_aside: Path | None = None
    """Where a damaged database was moved to before this batch."""


class Database:
    """Opens when first needed, again after every failure. Raises whatever SQLite, the file system or the vault raise."""

    def __init__(
        self, path: Path, sealer: Sealer, keep: Keep, wall_ms: Callable[[], int], streams: Streams | None = None
    ) -> None:
        """`streams` writes the figures of streams; without it none are written."""
        self._path = path
        self._sealer = sealer
        self._keep = keep
        self._streams = streams
        self._wall_ms = wall_ms
        self._db: sqlite3.Connection | None = None
        self._damaged = False

    def write(self, batch: Batch) -> Written:
        try:
            return self._write(batch)
        except Exception as error:
            self._damaged = trouble_of(error) is Trouble.DAMAGED
            self.close()
            raise

    def close(self) -> None:
        self._db, db = None, self._db
        if db is not None:
            try:
                db.close()
            except sqlite3.Error as error:
                log.warning("the ledger %s was not closed cleanly: %s", self._path, error)

    def _write(self, batch: Batch) -> Written:
        set_aside = None
        if self._db is None:
            set_aside = self._open()
        db = self._db
        assert db is not None
        db.execute("BEGIN IMMEDIATE")
        try:
            # before the batch's own lines: those that must be nobody's are already, and who writes anew is not meant
            forgotten = sum([self._forget(db, viewer_id) for viewer_id in batch.forgotten])
            for act in batch.acts:
                self._insert_act(db, act)
            for run in batch.runs:
                _insert_run(db, run)
            unwritable = tuple(pair for pair in batch.lines if not self._insert(db, *pair))
            db.executemany(
                "INSERT INTO reasons VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [(minute, reason, more) for (minute, reason), more in batch.counts.items()],
            )
            db.executemany(
                "INSERT OR IGNORE INTO gaps (key, from_ms, to_ms, lines, why) VALUES (?, ?, ?, ?, ?)",
                [(gap.key, gap.from_ms, gap.to_ms, gap.lines, gap.why) for gap in batch.gaps],
            )
            removed = forgotten + sum([self._remove(db, removal, batch.run) for removal in batch.removals])
            if self._streams is not None:
                for piece in batch.pieces:
                    _write_piece(db, self._streams, piece)
                removed += sum([self._streams.erase(db, viewer_id) for viewer_id in batch.forgotten])
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        if removed:
            self._empty_journal(db)
        return Written(len(batch.lines) - len(unwritable), unwritable, set_aside)

    def _remove(self, db: sqlite3.Connection, removal: Removal, run: str) -> int:
        """Takes the words of all that `removal` hits; how many lines that were."""
        found = db.execute(
            f"SELECT key, author_id FROM lines WHERE NOT removed AND {_HIT[removal.scope]}",  # noqa: S608 -- constants
            {
                "item": rows.storable(removal.message_id),
                "author": rows.storable(removal.author_id),
                "until": removal.arrived_ns,
                "first": f"{run}-",
                "last": f"{run}.",
            },
        ).fetchall()
        db.executemany(
            "UPDATE lines SET text = ?, cleared = ?, heard = ?, removed = 1 WHERE key = ?",
            [(*rows.sealed_without_words(key, author_id, self._sealer), key) for key, author_id in found],
        )
        return len(found)

    def _forget(self, db: sqlite3.Connection, viewer_id: str) -> int:
        """Makes the lines of an erased viewer nobody's; how many that were."""
        found = db.execute("SELECT key FROM lines WHERE author_id = ?", (rows.storable(viewer_id),)).fetchall()
        db.executemany(rows.FORGET, [rows.sealed_of_nobody(key, self._sealer) for (key,) in found])
        return len(found) + acts.forget(db, viewer_id, self._sealer) + runs.forget(db, viewer_id)

    def _empty_journal(self, db: sqlite3.Connection) -> None:
        """It still holds the words. While somebody reads, SQLite leaves it for the next time."""
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            # what is committed must not count as failed
            log.warning("removed words stay in the ledger's journal for now: %s", error)

    def _insert(self, db: sqlite3.Connection, key: str, line: LedgerLine) -> bool:
        """False when the line can never be written, so that it does not keep the others from it."""
        try:
            db.execute(rows.INSERT, rows.to_row(line, key, self._sealer))
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.InterfaceError):
            return False
        except (TypeError, ValueError, AttributeError, OverflowError):
            return False
        return True

    def _insert_act(self, db: sqlite3.Connection, act: ActLine) -> None:
        """One that can never be written is left out, so that it does not keep the others from it."""
        try:
            db.execute(acts.INSERT, acts.to_row(act, self._sealer))
        except (
            sqlite3.IntegrityError,
            sqlite3.ProgrammingError,
            sqlite3.DataError,
            sqlite3.InterfaceError,
            ValueError,
            TypeError,
        ):
            log.exception("the action %s cannot be kept in the ledger: it holds what a row cannot", act.action_id)

    def _open(self) -> Path | None:
        """Where a damaged database went, if there was one."""
        aside = self._set_aside() if self._damaged else None
        self._damaged = False
        try:
            self._db = schema.connect(self._path)
        except sqlite3.DatabaseError as error:
            if trouble_of(error) is not Trouble.DAMAGED:
                raise
            aside = self._set_aside()
            self._db = schema.connect(self._path)
        self._delete_old(self._db)
        return aside

    def _set_aside(self) -> Path:
        """Nothing is deleted: what can still be read of it can be read there."""
        stamp = self._wall_ms()
        aside = self._path.with_name(f"{self._path.name}.damaged-{stamp}")
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        return aside

    def _delete_old(self, db: sqlite3.Connection) -> None:
        now_ms = self._wall_ms()
        before = now_ms - self._keep.lines * DAY_MS
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("DELETE FROM lines WHERE wall_ms < ?", (before,))
            db.execute("DELETE FROM acts WHERE wall_ms < ?", (before,))
            db.execute("DELETE FROM runs WHERE wall_ms < ?", (before,))
            db.execute("DELETE FROM reasons WHERE minute_ms < ?", (before,))
            db.execute("DELETE FROM gaps WHERE to_ms < ?", (before,))
            if self._streams is not None:
                figures_before = now_ms - self._keep.figures * DAY_MS
                minutes_before = now_ms - min(self._keep.minutes, self._keep.figures) * DAY_MS
                self._streams.delete_old(db, minutes_before_ms=minutes_before, before_ms=figures_before)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _insert_run(db: sqlite3.Connection, run: RunLine) -> None:
    """As `_insert_act`."""
    try:
        db.execute(runs.INSERT, runs.to_row(run))
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError):
        log.exception("the run %s cannot be kept in the ledger: it holds what a row cannot", run.run_id)


def _write_piece(db: sqlite3.Connection, streams: Streams, piece: Piece) -> None:
    """A piece that can never be written is left out, so that it does not keep everything else from being written."""
    db.execute("SAVEPOINT piece")
    try:
        streams.write(db, piece)
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError):
        db.execute("ROLLBACK TO piece")
        log.exception("the figures of %d minutes cannot be kept", len(piece.moments))
    db.execute("RELEASE piece")
