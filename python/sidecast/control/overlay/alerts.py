"""Alerts one after another: bounded, followers together, the small ones out first, and none that nobody remembers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...flow.chat import EventKind, Removal
from .alert import Alert

MOST_WAITING = 12
CROWDED_FROM = 4
"""While so many wait, each stays for a shorter time."""
CROWDED = 0.6
LATE_S = 120.0
"""What waited longer is old news."""
BETWEEN_S = 0.7
"""One has left before the next comes."""
CROWDED_OUT, LATE, REMOVED = "crowded_out", "late", "removed"


@dataclass(frozen=True, slots=True)
class Shown:
    """The one that is on."""

    number: int
    alert: Alert
    until_ns: int


class AlertQueue:
    """Pure: whoever holds it tells the time and asks again at `due_ns`."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Alert]] = []
        """With when it came (ns), the oldest first."""
        self._numbers = 0
        self._pause_until_ns = 0
        self.shown: Shown | None = None
        self.dropped: Counter[str] = Counter()
        """By reason."""

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, alert: Alert, now_ns: int) -> None:
        """Followers join those that wait; when too much waits, the least goes, the newest of several."""
        if alert.kind is EventKind.FOLLOW:
            for place, (at_ns, other) in enumerate(self._waiting):
                if other.kind is EventKind.FOLLOW:
                    self._waiting[place] = at_ns, other.joined(alert)
                    return
        self._waiting.append((now_ns, alert))
        if len(self._waiting) > MOST_WAITING:
            least = min(range(len(self._waiting)), key=lambda place: (self._waiting[place][1].rank, -place))
            del self._waiting[least]
            self.dropped[CROWDED_OUT] += 1

    def remove(self, removal: Removal) -> bool:
        """Whether the one that is shown has to go, or changes."""
        waiting: list[tuple[int, Alert]] = []
        for at_ns, alert in self._waiting:
            left = self._left(alert, removal)
            if left is not None:
                waiting.append((at_ns, left))
        self._waiting = waiting
        if self.shown is None:
            return False
        left = self._left(self.shown.alert, removal)
        if left is self.shown.alert:
            return False
        self.shown = None if left is None else Shown(self.shown.number, left, self.shown.until_ns)
        return True

    def advance(self, now_ns: int) -> bool:
        """Ends what has been shown for long enough and begins the next; whether what is shown has changed."""
        if self.shown is not None:
            if now_ns < self.shown.until_ns:
                return False
            self.shown = None
            self._pause_until_ns = now_ns + round(BETWEEN_S * 1e9)
            return True
        if now_ns < self._pause_until_ns:
            return False
        while self._waiting:
            crowded = len(self._waiting) >= CROWDED_FROM
            at_ns, alert = self._waiting.pop(0)
            if now_ns - at_ns > LATE_S * 1e9:
                self.dropped[LATE] += 1
                continue
            self._numbers += 1
            stays_s = alert.stays_s * (CROWDED if crowded else 1.0)
            self.shown = Shown(self._numbers, alert, now_ns + round(stays_s * 1e9))
            return True
        return False

    def due_ns(self) -> int | None:
        """When to look again; None: when something is added."""
        if self.shown is not None:
            return self.shown.until_ns
        return self._pause_until_ns if self._waiting else None

    def _left(self, alert: Alert, removal: Removal) -> Alert | None:
        gone = {event.id for event in alert.events if removal.hits(event)}
        if not gone:
            return alert
        self.dropped[REMOVED] += len(gone)
        return alert.without(gone)
