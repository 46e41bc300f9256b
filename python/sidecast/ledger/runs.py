"""What rules have done, as rows. Nothing in them is a viewer's but the platform's number of who set a run off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..flow.rule import RunEnding, RunLine
from .reading import is_there, reading
from .rows import storable

INSERT = """
    INSERT OR IGNORE INTO runs (key, wall_ms, rule, trigger, ending, told, steps, done, took_ms, tested, viewer_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def to_row(line: RunLine) -> tuple[object, ...]:
    """Values for `INSERT`."""
    plain = (
        line.run_id,
        line.at_ms,
        line.rule,
        line.trigger,
        line.ending.value,
        line.told,
        line.steps,
        line.done,
        line.took_ms,
        int(line.tested),
        line.viewer_id,
    )
    return tuple(map(storable, plain))


def of_nobody(line: RunLine) -> RunLine:
    """What is kept when its viewer was erased: all but who it was."""
    return replace(line, viewer_id="")


def forget(db: sqlite3.Connection, viewer_id: str) -> int:
    """The same for those that are stored; how many that were."""
    return db.execute("UPDATE runs SET viewer_id = '' WHERE viewer_id = ?", (storable(viewer_id),)).rowcount


class RunReader:
    """Blocking: call it off the loop. Without a ledger nothing has run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def count(self, viewer_id: str) -> int:
        """How many this viewer has set off. Raises LedgerError as `last`."""
        with self._reading() as db:
            if db is None:
                return 0
            return int(db.execute("SELECT COUNT(*) FROM runs WHERE viewer_id = ?", (storable(viewer_id),)).fetchone()[0])

    def last(self, count: int, rule: str = "") -> list[RunLine]:
        """Newest first; `rule`: only of this one.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        wanted = "WHERE rule = :rule" if rule else ""
        with self._reading() as db:
            if db is None:
                return []
            sql = f"SELECT * FROM runs {wanted} ORDER BY id DESC LIMIT :count"  # noqa: S608 -- constants
            return [_line(row) for row in db.execute(sql, {"rule": storable(rule), "count": count})]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """None: there is no ledger yet, or one of an earlier Sidecast that has not been written since."""
        if not is_there(self._path):
            yield None
            return
        with reading(self._path) as db:
            found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone()
            yield db if found else None


def _line(row: sqlite3.Row) -> RunLine:
    return RunLine(
        run_id=row["key"],
        at_ms=row["wall_ms"],
        rule=row["rule"],
        trigger=row["trigger"],
        ending=RunEnding(row["ending"]),
        told=row["told"],
        steps=row["steps"],
        done=row["done"],
        took_ms=row["took_ms"],
        tested=bool(row["tested"]),
        viewer_id=row["viewer_id"],
    )
