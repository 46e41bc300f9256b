"""Answers that Helix gives instead of its own, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from ...clock import Clock

_NS = 1_000_000_000


@dataclass(slots=True)
class _Armed:
    status: int
    left: int
    path: str
    delay_s: float


class HelixFaults:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._armed: list[_Armed] = []
        self._limited_until_ns = 0

    def arm(self, status: int, count: int, *, path: str = "", delay_s: float = 0.0) -> None:
        """Status 0 = the connection ends without an answer; 200 = the right answer, late."""
        self._armed.append(_Armed(status, count, path.removeprefix("/helix/"), delay_s))

    def limit(self, seconds: float) -> None:
        self._limited_until_ns = self._clock.now_ns() + round(seconds * _NS)

    def limited_s(self) -> float:
        """How long every call is still refused for want of points."""
        return max(0.0, (self._limited_until_ns - self._clock.now_ns()) / _NS)

    def take(self, path: str) -> tuple[int, float] | None:
        """Status and seconds to wait, for a call below that path; None = nothing is wrong."""
        for armed in self._armed:
            if path.startswith(armed.path):
                armed.left -= 1
                if armed.left <= 0:
                    self._armed.remove(armed)
                return armed.status, armed.delay_s
        return None
