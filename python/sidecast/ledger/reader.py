"""What the control page and scripts read. Its own read-only connections: a reader never blocks the writer."""

from __future__ import annotations

from pathlib import Path

from ..flow.line import LedgerLine
from ..flow.ports import Sealer
from . import rows
from .backlog import HEARD, Gap
from .reading import reading


class LedgerReader:
    """Blocking: call it off the loop. Sees what is committed.

    Each method raises:
        LedgerError: there is no ledger yet, or it cannot be read.
        VaultError: a sealed field was changed.
    """

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._path = path
        self._sealer = sealer

    def last(self, count: int) -> list[LedgerLine]:
        """The newest lines, newest first. Fields of erased viewers read `rows.ERASED`."""
        with reading(self._path) as db:
            found = db.execute(f"{rows.SELECT} ORDER BY id DESC LIMIT ?", (count,)).fetchall()
        return [rows.from_row(row, self._sealer) for row in found]

    def counts(self, since_ms: int = 0) -> dict[str, int]:
        """Everything that arrived and how it was settled, by `Reason`, from the minute of `since_ms` (Unix) on."""
        sql = "SELECT reason, SUM(count) AS n FROM reasons WHERE minute_ms >= ? - ? % 60000 GROUP BY reason"
        with reading(self._path) as db:
            return {row["reason"]: row["n"] for row in db.execute(sql, (since_ms, since_ms)) if row["reason"] != HEARD}

    def heard(self, since_ms: int = 0) -> int:
        """How much arrived, from the minute of `since_ms` on."""
        sql = "SELECT COALESCE(SUM(count), 0) FROM reasons WHERE minute_ms >= ? - ? % 60000 AND reason = ?"
        with reading(self._path) as db:
            return int(db.execute(sql, (since_ms, since_ms, HEARD)).fetchone()[0])

    def gaps(self) -> list[Gap]:
        """When lines were lost, or a source heard nothing (0 lines); in the order in which it was told."""
        with reading(self._path) as db:
            found = db.execute("SELECT key, from_ms, to_ms, lines, why FROM gaps ORDER BY id").fetchall()
        return [Gap(**dict(row)) for row in found]
