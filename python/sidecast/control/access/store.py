"""Rows in and out of `access.db`. One change is one transaction, on the disk when the call returns. Runs in one thread."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .database import connect, explained, transaction
from .names import folded
from .permission import Permission, Role
from .rows import REFUSED, Invitation, Key, Member, Note, OverlayLink, Row, Session

AUDIT_DAYS = 365
MAX_NOTES, MAX_REFUSED = 20_000, 2_000
"""Of each area (`people`, `live` …), and of log-ins that were refused."""
TRIM_EVERY = 32
"""Notes: counting them costs a few milliseconds."""
_DAY_MS, _HOUR_MS = 86_400_000, 3_600_000
_TABLES: dict[type[Row], str] = {
    Member: "members",
    Session: "sessions",
    Invitation: "invitations",
    Key: "keys",
    OverlayLink: "overlay_links",
}


@dataclass(frozen=True, slots=True)
class Change:
    """All of it happens or nothing."""

    put: tuple[Row, ...] = ()
    """In this order; a row with a known id takes the old one's place."""
    drop: tuple[Row, ...] = ()
    """Before anything is put. What belongs to a dropped member goes with it."""
    note: Note | None = None
    counted: tuple[Note, ...] = ()
    """Notes of `REFUSED`, whose `tries` are added to those of the same hour, name and way."""


@dataclass(frozen=True, slots=True)
class Everything:
    members: tuple[Member, ...]
    sessions: tuple[Session, ...]
    invitations: tuple[Invitation, ...]
    keys: tuple[Key, ...]
    overlay_links: tuple[OverlayLink, ...]


class Store:
    """Not thread-safe: whoever holds it calls it from one thread at a time."""

    def __init__(self, path: Path | None) -> None:
        """
        Raises:
            ControlError: the file cannot be used.
        """
        self._path = path
        self._db = connect(path)

    def everything(self) -> Everything:
        """But for the audit, which can be long.

        Raises:
            ControlError: the file cannot be used, as in all that follow.
        """
        with explained(self._path):
            return Everything(
                tuple(Member(**_member(each)) for each in self._rows("members")),
                tuple(Session(**each) for each in self._rows("sessions")),
                tuple(Invitation(**each | {"role": Role(each["role"])}) for each in self._rows("invitations")),
                tuple(Key(**each | {"permissions": _permissions(each["permissions"])}) for each in self._rows("keys")),
                tuple(OverlayLink(**each) for each in self._rows("overlay_links")),
            )

    def apply(self, change: Change) -> None:
        with explained(self._path), transaction(self._db):
            for row in change.drop:
                self._db.execute(f"DELETE FROM {_TABLES[type(row)]} WHERE id = ?", (row.id,))  # noqa: S608 - constants
            for row in change.put:
                self._put(row)
            if change.note is not None:
                self._note(change.note)
            for each in change.counted:
                self._count(each)

    def notes(self, before: int, limit: int, who_id: str = "", action: str = "") -> list[Note]:
        """The newest first, those older than the one with the id `before`; of one person or a kind of action, if given."""
        sql = "SELECT * FROM audit WHERE id < ? AND (? = '' OR who_id = ?) AND (? = '' OR action = ? OR action LIKE ? || '.%')"
        with explained(self._path):
            values = (before, who_id, who_id, action, action, action, limit)
            cursor = self._db.execute(sql + " ORDER BY id DESC LIMIT ?", values)
            names = [column[0] for column in cursor.description]
            found = [dict(zip(names, row, strict=True)) for row in cursor]
        return [Note(**each | {"detail": json.loads(each["detail"])}) for each in found]

    def close(self) -> None:
        self._db.close()

    def _rows(self, table: str) -> Iterable[dict[str, Any]]:
        cursor = self._db.execute(f"SELECT * FROM {table} ORDER BY created_ms, id")  # noqa: S608 - constants
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _put(self, row: Row) -> None:
        values = {name: getattr(row, name) for name in row.__slots__}
        if isinstance(row, Member):
            values |= {"folded": folded(row.name), "local": int(row.local), "named": int(row.named)}
        if isinstance(row, Key):
            values["permissions"] = " ".join(sorted(row.permissions))
        columns = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        # not REPLACE: that would delete the member for a moment, and all that belongs to it for good
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name != "id")
        table = _TABLES[type(row)]
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {updates}"  # noqa: S608
        self._db.execute(sql, values)

    def _note(self, note: Note) -> None:
        values = (note.at_ms, note.who_id, note.who, note.action, note.about, _json(note.detail))
        number = self._db.execute(
            "INSERT INTO audit (at_ms, who_id, who, action, about, detail) VALUES (?, ?, ?, ?, ?, ?)", values
        ).lastrowid
        assert number is not None
        self._db.execute("DELETE FROM audit WHERE at_ms < ?", (note.at_ms - AUDIT_DAYS * _DAY_MS,))
        # each area has its own bound: who is refused, or gives orders, often enough must not push out who did what else
        most = MAX_REFUSED if note.action == REFUSED else MAX_NOTES
        if number > most and number % TRIM_EVERY == 0:
            same = "action = :refused" if note.action == REFUSED else "action <> :refused AND action LIKE :area"
            nth = f"SELECT id FROM audit WHERE {same} ORDER BY id DESC LIMIT 1 OFFSET :most"  # noqa: S608 - constants
            delete = f"DELETE FROM audit WHERE {same} AND id <= ({nth})"  # noqa: S608 - constants
            area = f"{note.action.partition('.')[0]}.%"
            self._db.execute(delete, {"refused": REFUSED, "area": area, "most": most})

    def _count(self, note: Note) -> None:
        hour = note.at_ms - note.at_ms % _HOUR_MS
        same = "at_ms >= ? AND action = ? AND about = ? AND json_extract(detail, '$.how') = ?"
        values = (hour, note.action, note.about, note.detail["how"])
        found = self._db.execute(f"SELECT id, detail FROM audit WHERE {same}", values).fetchone()  # noqa: S608 - a constant
        if found is None:
            self._note(note)
            return
        detail = {**note.detail, "tries": json.loads(found[1])["tries"] + note.detail["tries"]}
        self._db.execute("UPDATE audit SET detail = ? WHERE id = ?", (_json(detail), found[0]))


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(dict(detail), separators=(",", ":"), ensure_ascii=False)


def _member(row: dict[str, Any]) -> dict[str, Any]:
    changed = {"role": Role(row["role"]), "local": bool(row["local"]), "named": bool(row["named"])}
    return {name: value for name, value in row.items() if name != "folded"} | changed


def _permissions(words: str) -> frozenset[Permission]:
    known = set(Permission)
    return frozenset(Permission(word) for word in words.split() if word in known)
