"""Tables as CSV that spreadsheets read and never run: a cell that could be a formula is made text."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Iterable, Sequence

Cell = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With what a formula may begin, also in full width."""
_UNSEEN = string.whitespace + "\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
"""What a spreadsheet may drop before it."""


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180, with the mark without which Excel reads UTF-8 wrongly. Text is quoted, numbers are not, None is empty."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _safe(cell: Cell) -> str | int | float | None:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        text = cell.replace("\x00", "")
        return f"'{text}" if text.startswith(_FORMULA) or text.lstrip(_UNSEEN).startswith(_FORMULA) else text
    return cell
