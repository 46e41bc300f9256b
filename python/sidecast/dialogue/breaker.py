"""Stops asking a brain that keeps failing, and tries it again after a while."""

from __future__ import annotations

FAILURES = 3
"""In a row."""
REST_S = 30.0
LONGEST_REST_S = 300.0


class Breaker:
    """Closed = ask. Every further failure after a rest doubles the rest; a success forgets them all."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until_ns = 0

    def closed(self, now_ns: int) -> bool:
        return now_ns >= self._open_until_ns

    def failed(self, now_ns: int) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            rest_s = min(LONGEST_REST_S, REST_S * 2 ** (self._failures - FAILURES))
            self._open_until_ns = now_ns + round(rest_s * 1e9)

    def succeeded(self) -> None:
        self._failures = 0
        self._open_until_ns = 0
