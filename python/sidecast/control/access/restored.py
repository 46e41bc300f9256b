"""After a backup was restored: who was logged out since it was made must not be in again."""

from __future__ import annotations

import time
from pathlib import Path

from .rows import Note, Row
from .store import Change, Store


def after_restore(path: Path) -> int:
    """Ends every session and takes back every invitation in `access.db`; how many that were. Not for the event loop.

    Members and keys stay: they are what a restore is for. The note in the audit says when it was.

    Raises:
        ControlError: the file cannot be used.
    """
    if not path.exists():
        return 0
    store = Store(path)
    try:
        kept = store.everything()
        ended: tuple[Row, ...] = (*kept.sessions, *kept.invitations)
        detail = {"sessions": len(kept.sessions), "invitations": len(kept.invitations)}
        note = Note(
            at_ms=time.time_ns() // 1_000_000, who_id="", who="a restore", action="people.restored", about="", detail=detail
        )
        store.apply(Change(drop=ended, note=note))
    finally:
        store.close()
    return len(ended)
