"""A `LedgerLine` as a row and back. Personal fields are sealed with their author's key, each bound to its place."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields, replace
from typing import Any

from ..flow.line import LedgerLine, Outcome, Stages
from ..flow.ports import Sealer

ERASED = "(erased)"
"""What a reader gets for a field whose key was erased."""
SEALED = ("author_name", "text", "cleared", "heard")
STAGES = tuple(field.name for field in fields(Stages))
PLAIN = (
    *("turn_id", "wall_ms", "author_id", "cause", "score", "parts", "waiting", "brain", "voice"),
    *("verdicts", "outcome", "reason", "was_free", "item_id", "removed"),
    *("asked_by", "asked_ns", "approved_by"),
)
COLUMNS = ("key", *PLAIN, *SEALED, *STAGES)
INSERT = f"INSERT INTO lines ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) ON CONFLICT (key) DO NOTHING"  # noqa: S608 -- constants
SELECT = f"SELECT {', '.join(COLUMNS)} FROM lines"  # noqa: S608 -- constants


def to_row(line: LedgerLine, key: str, sealer: Sealer) -> tuple[Any, ...]:
    """Values for `INSERT`.

    Raises:
        VaultError: a field could not be sealed.
        TypeError, ValueError: the line holds something that a row cannot.
    """
    values = {
        **{name: getattr(line, name) for name in PLAIN},
        "key": key,
        "score": float(line.score),
        "parts": json.dumps({name: float(part) for name, part in line.parts.items()}),
        "verdicts": json.dumps(line.verdicts),
        "outcome": line.outcome.value,
        "was_free": int(line.was_free),
        "removed": int(line.removed),
        **asdict(line.stages),
    }
    for column, text in {"author_name": line.author_name, **_words(line)}.items():
        values[column] = sealer.seal(line.author_id, text, _place(key, column))
    return tuple(storable(values[column]) for column in COLUMNS)


def from_row(row: sqlite3.Row, sealer: Sealer) -> LedgerLine:
    """The line, with `ERASED` where its author's key is gone.

    Raises:
        VaultError: a sealed field was changed or moved.
    """
    author = row["author_id"]
    opened = {column: sealer.open(author, row[column], _place(row["key"], column)) for column in SEALED}
    cleared = (ERASED,) if opened["cleared"] is None else tuple(json.loads(opened["cleared"]))
    return LedgerLine(
        turn_id=row["turn_id"],
        wall_ms=row["wall_ms"],
        author_id=author,
        author_name=_or_erased(opened["author_name"]),
        text=_or_erased(opened["text"]),
        cause=row["cause"],
        score=row["score"],
        parts=json.loads(row["parts"]),
        waiting=row["waiting"],
        brain=row["brain"],
        voice=row["voice"],
        verdicts=tuple(json.loads(row["verdicts"])),
        cleared=cleared,
        heard=_or_erased(opened["heard"]),
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        was_free=bool(row["was_free"]),
        stages=Stages(**{name: row[name] for name in STAGES}),
        item_id=row["item_id"],
        removed=bool(row["removed"]),
        asked_by=row["asked_by"],
        asked_ns=row["asked_ns"],
        approved_by=row["approved_by"],
    )


def without_words(line: LedgerLine) -> LedgerLine:
    """What is kept of a line whose message was removed: all but its words."""
    return replace(line, text="", cleared=(), heard="", removed=True)


def name_in(row: sqlite3.Row, sealer: Sealer) -> str:
    """Its author's name, or `ERASED`."""
    return _or_erased(sealer.open(row["author_id"], row["author_name"], _place(row["key"], "author_name")))


def of_nobody(line: LedgerLine) -> LedgerLine:
    """What is kept of a line whose viewer was erased: that there was a turn, how long it took and how it ended."""
    return replace(without_words(line), author_id="", author_name="", item_id="")


FORGET = """
    UPDATE lines SET author_id = '', item_id = '', author_name = ?, text = ?, cleared = ?, heard = ?, removed = 1 WHERE key = ?
"""


def sealed_of_nobody(key: str, sealer: Sealer) -> tuple[bytes, bytes, bytes, bytes, str]:
    """The same for a line that is stored already: values for `FORGET`.

    Raises:
        VaultError: a field could not be sealed.
    """
    return (sealer.seal("", "", _place(key, "author_name")), *sealed_without_words(key, "", sealer), key)


def sealed_without_words(key: str, author_id: str, sealer: Sealer) -> tuple[bytes, bytes, bytes]:
    """The same for a line that is stored already: `text`, `cleared` and `heard`.

    Raises:
        VaultError: a field could not be sealed.
    """
    text, cleared, heard = (sealer.seal(author_id, empty, _place(key, column)) for column, empty in _NO_WORDS.items())
    return text, cleared, heard


def _words(line: LedgerLine) -> dict[str, str]:
    return {"text": line.text, "cleared": json.dumps(line.cleared), "heard": line.heard}


_NO_WORDS = {"text": "", "cleared": "[]", "heard": ""}


def _place(key: str, column: str) -> str:
    return f"lines:{key}:{column}"


def _or_erased(text: str | None) -> str:
    return ERASED if text is None else text


def storable(value: Any) -> Any:
    """SQLite takes no lone surrogates; a broken replay's ids may hold some."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value
