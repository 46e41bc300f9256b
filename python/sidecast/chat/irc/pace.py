"""No more logins than the server allows, however often connections break."""

from __future__ import annotations

from collections import deque

from ...clock import Clock

LOGINS = 10
WINDOW_S = 10.0
"""Twitch allows 20 logins and 20 joins in 10 s from one address; half of it is left to other programs there."""


class Pace:
    """`await turn()` before each login; a login joins one channel, so one limit holds both."""

    def __init__(self, clock: Clock, most: int = LOGINS, window_s: float = WINDOW_S) -> None:
        self._clock = clock
        self._window_s = window_s
        self._turns: deque[int] = deque(maxlen=most)

    async def turn(self) -> None:
        if len(self._turns) == self._turns.maxlen:
            gone_s = (self._clock.now_ns() - self._turns[0]) / 1e9
            if gone_s < self._window_s:
                await self._clock.sleep(self._window_s - gone_s)
        self._turns.append(self._clock.now_ns())
