"""What the ledger knows of one viewer. Blocking: call it off the loop."""

from __future__ import annotations

from pathlib import Path

from ..flow.line import LedgerLine
from ..flow.ports import Sealer
from . import rows
from .reading import is_there, reading


class ViewerReader:
    """As `LedgerReader`; without a ledger there is nobody in it."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._path = path
        self._sealer = sealer

    def lines(self, viewer_id: str, count: int) -> list[LedgerLine]:
        """Newest first."""
        if not is_there(self._path):
            return []
        with reading(self._path) as db:
            sql = f"{rows.SELECT} WHERE author_id = ? ORDER BY id DESC LIMIT ?"
            found = db.execute(sql, (rows.storable(viewer_id), count)).fetchall()
        return [rows.from_row(row, self._sealer) for row in found]

    def span(self, viewer_id: str) -> tuple[int, int, int]:
        """How many lines there are, and when the first and the last were (Unix ms; 0 without any)."""
        if not is_there(self._path):
            return 0, 0, 0
        sql = "SELECT COUNT(*), COALESCE(MIN(wall_ms), 0), COALESCE(MAX(wall_ms), 0) FROM lines WHERE author_id = ?"
        with reading(self._path) as db:
            lines, first_ms, last_ms = db.execute(sql, (rows.storable(viewer_id),)).fetchone()
        return int(lines), int(first_ms), int(last_ms)

    def named(self, name: str, among: int) -> dict[str, str]:
        """Ids and names of those called so, in any case of letters, among the `among` viewers who were answered last.

        Names are sealed one by one: of each of these viewers the last line is opened.
        """
        if not is_there(self._path):
            return {}
        newest = "SELECT MAX(id) FROM lines WHERE author_id <> '' GROUP BY author_id ORDER BY MAX(id) DESC LIMIT ?"
        with reading(self._path) as db:
            found = db.execute(f"{rows.SELECT} WHERE id IN ({newest})", (among,)).fetchall()
        wanted = name.casefold()
        named = {row["author_id"]: rows.name_in(row, self._sealer) for row in found}
        return {viewer_id: each for viewer_id, each in named.items() if each.casefold() == wanted}
