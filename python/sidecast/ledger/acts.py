"""What was done at Twitch, as rows: who had it done, to whom, how it ended. Names and words are sealed with the viewer's key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..flow.action import ActLine, Ending
from ..flow.ports import Sealer
from .reading import is_there, reading
from .rows import ERASED, storable

INSERT = """
    INSERT OR IGNORE INTO acts
    (key, wall_ms, kind, by_id, by_name, ending, told, undoes, viewer_id, viewer_name, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
FORGET = "UPDATE acts SET viewer_id = '', viewer_name = ?, detail = ? WHERE key = ?"


def to_row(line: ActLine, sealer: Sealer) -> tuple[object, ...]:
    """Values for `INSERT`.

    Raises:
        VaultError: a field could not be sealed.
    """
    plain = (
        line.action_id,
        line.at_ms,
        line.kind,
        line.by_id,
        line.by,
        line.ending.value,
        line.told,
        line.undoes,
        line.viewer_id,
    )
    return (*map(storable, plain), *_sealed(line.action_id, line.viewer_id, (line.viewer_name, line.detail), sealer))


def of_nobody(line: ActLine) -> ActLine:
    """What is kept when its viewer was erased: that something was done, by whom, and how it ended."""
    return replace(line, viewer_id="", viewer_name="", detail="")


def forget(db: sqlite3.Connection, viewer_id: str, sealer: Sealer) -> int:
    """The same for those that are stored; how many that were."""
    found = db.execute("SELECT key FROM acts WHERE viewer_id = ?", (storable(viewer_id),)).fetchall()
    db.executemany(FORGET, [(*_sealed(key, "", ("", ""), sealer), key) for (key,) in found])
    return len(found)


class ActReader:
    """Blocking: call it off the loop. Without a ledger nothing was done."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._path = path
        self._sealer = sealer

    def last(self, count: int, viewer_id: str = "") -> list[ActLine]:
        """Newest first; `viewer_id`: only what was done to this viewer.

        Raises:
            LedgerError: the ledger cannot be read.
            VaultError: a sealed field was changed.
        """
        wanted = "WHERE viewer_id = :viewer" if viewer_id else ""
        with self._reading() as db:
            if db is None:
                return []
            sql = f"SELECT * FROM acts {wanted} ORDER BY id DESC LIMIT :count"  # noqa: S608 -- constants
            found = db.execute(sql, {"viewer": storable(viewer_id), "count": count}).fetchall()
        return [self._line(row) for row in found]

    def count(self, viewer_id: str) -> int:
        """How often something was done to this viewer. Raises LedgerError as `last`."""
        with self._reading() as db:
            if db is None:
                return 0
            sql = "SELECT COUNT(*) FROM acts WHERE viewer_id = ?"
            return int(db.execute(sql, (storable(viewer_id),)).fetchone()[0])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """None: there is no ledger yet, or one of an earlier Sidecast that has not been written since."""
        if not is_there(self._path):
            yield None
            return
        with reading(self._path) as db:
            found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'acts'").fetchone()
            yield db if found else None

    def _line(self, row: sqlite3.Row) -> ActLine:
        name, detail = (
            ERASED if text is None else text
            for text in (
                self._sealer.open(row["viewer_id"], row[column], _place(row["key"], column))
                for column in ("viewer_name", "detail")
            )
        )
        return ActLine(
            action_id=row["key"],
            at_ms=row["wall_ms"],
            kind=row["kind"],
            by_id=row["by_id"],
            by=row["by_name"],
            ending=Ending(row["ending"]),
            told=row["told"],
            viewer_id=row["viewer_id"],
            viewer_name=name,
            detail=detail,
            undoes=row["undoes"],
        )


def _sealed(key: str, viewer_id: str, texts: tuple[str, str], sealer: Sealer) -> tuple[bytes, bytes]:
    name, detail = texts
    return (
        sealer.seal(viewer_id, name, _place(key, "viewer_name")),
        sealer.seal(viewer_id, detail, _place(key, "detail")),
    )


def _place(key: str, column: str) -> str:
    return f"acts:{key}:{column}"
