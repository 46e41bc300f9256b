"""What was written to which socket and when: by it a judge knows what a client must have heard, once, and what it cannot have.

Times are the simulator's own clock, never the skewed one. Nothing in here is a token; viewers' words are not kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..clock import Clock

ENTRIES = 1_000_000
"""Two hours of 50 events a second are 360,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    at_ns: int
    at_ms: int
    what: str
    """
    `opened`, `welcomed`, `subscribed`, `ended` (of a socket, `note` = by whom and why), `moved` (a session to a new socket),
    `wrote` (a notification), `missed` (an event that a subscription of a session should have told, and why not: `note`),
    `unheard` (an event to which nobody has subscribed), `fault`.
    """
    socket: int = 0
    """Counts from 1; 0 = none."""
    session: str = ""
    event: int = 0
    """Number of what happened; counts from 1. One happening may be told in several types."""
    type: str = ""
    message_id: str = ""
    """EventSub's own: the same for a copy."""
    note: str = ""
    """Of `wrote`: empty, `again` (a copy of one that was written before) or `stale`. Else words."""


class Record:
    def __init__(self, clock: Clock, limit: int = ENTRIES) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=limit)
        self.forgotten = 0
        """Entries for which there was no more room: a judge of such a record must say so."""
        self.on_entry: Callable[[Entry], None] = lambda entry: None

    def add(
        self,
        what: str,
        *,
        socket: int = 0,
        session: str = "",
        event: int = 0,
        kind: str = "",
        message_id: str = "",
        note: str = "",
    ) -> Entry:
        entry = Entry(
            at_ns=self._clock.now_ns(),
            at_ms=self._clock.wall_ms(),
            what=what,
            socket=socket,
            session=session,
            event=event,
            type=kind,
            message_id=message_id,
            note=note,
        )
        if len(self._entries) == self._entries.maxlen:
            self.forgotten += 1
        self._entries.append(entry)
        self.on_entry(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, *what: str) -> list[Entry]:
        """In their order."""
        return [entry for entry in self._entries if entry.what in what]

    def due(self) -> dict[str, Entry]:
        """By message id: what a client must have handed on exactly once. Stale events are not among it."""
        return {entry.message_id: entry for entry in self._entries if entry.what == "wrote" and entry.note == ""}

    def stale(self) -> set[str]:
        """Message ids that a client must have dropped."""
        return {entry.message_id for entry in self._entries if entry.what == "wrote" and entry.note == "stale"}

    def doubtful(self, before_ms: float = 500.0) -> set[str]:
        """Message ids of `due` that may have been lost on their way, and whose loss proves nothing: they were written only to
        a socket that the client left, or that was reset, within so many milliseconds after.
        """
        ends = {
            entry.socket: entry for entry in self._entries if entry.what == "ended" and entry.note.startswith(("client", "reset"))
        }
        safe: set[str] = set()
        risky: set[str] = set()
        for entry in self._entries:
            if entry.what == "wrote" and entry.note != "stale":
                end = ends.get(entry.socket)
                near = end is not None and (end.at_ns - entry.at_ns) / 1e6 < before_ms
                (risky if near else safe).add(entry.message_id)
        return risky - safe

    def rows(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [asdict(entry) for entry in self._entries]

    def clear(self) -> None:
        self._entries.clear()
        self.forgotten = 0
