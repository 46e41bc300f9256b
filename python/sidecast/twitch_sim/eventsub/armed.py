"""Faults that wait for their moment: the next notification, the next connection."""

from __future__ import annotations

from dataclasses import dataclass

STALE_MS = 700_000
"""11 minutes 40 seconds: over the ten minutes after which an event is to be dropped."""


@dataclass(slots=True)
class Armed:
    duplicate: int = 0
    """So many of the next notifications are written twice."""
    duplicate_after_s: float = 0.0
    stale: int = 0
    """So many of the next notifications say that they are `stale_ms` old."""
    stale_ms: int = STALE_MS
    late_welcome: int = 0
    """So many of the next connections wait `late_welcome_s` for their welcome."""
    late_welcome_s: float = 0.0
    refuse_until_ns: int = 0
    refuse_how: str = ""
    """`503`: an answer that is no WebSocket; `hang_up`: the connection ends at once; `hang`: no answer ever comes."""

    def take_duplicate(self) -> bool:
        self.duplicate, hit = max(0, self.duplicate - 1), self.duplicate > 0
        return hit

    def take_stale(self) -> bool:
        self.stale, hit = max(0, self.stale - 1), self.stale > 0
        return hit

    def take_late_welcome(self) -> float:
        """Seconds that this connection waits."""
        self.late_welcome, hit = max(0, self.late_welcome - 1), self.late_welcome > 0
        return self.late_welcome_s if hit else 0.0
