"""How often a socket speaks, and so whether it had fallen silent before it was closed."""

from __future__ import annotations

from collections import deque

COUNTED = 64
"""Messages that the mean is taken of."""
PAUSES = 25.0
"""A pause of so many means is no chance: at a steady rate one in 10¹¹, and chat's bursts are far from that."""


class Pulse:
    def __init__(self) -> None:
        self._beats: deque[int] = deque(maxlen=COUNTED)

    def beat(self, now_ns: int) -> None:
        """A message came."""
        self._beats.append(now_ns)

    def last_sure_ns(self, now_ns: int) -> int:
        """`now_ns`, or when the last message came, where nothing has come since for longer than ever happens by chance."""
        beats = self._beats
        if len(beats) < COUNTED:
            return now_ns
        mean_ns = (beats[-1] - beats[0]) / (COUNTED - 1)
        return beats[-1] if now_ns - beats[-1] > PAUSES * mean_ns else now_ns
