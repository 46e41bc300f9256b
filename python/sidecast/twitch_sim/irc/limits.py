"""How often an account may log in and join; how often it may write is the world's to say. Source: https://dev.twitch.tv/docs/chat/#rate-limits."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

ACCOUNTS = 4096
"""Remembered at once; of one forgotten the count begins anew."""


class Limit:
    """At most `most` in any `window_s` seconds, for each account by itself."""

    def __init__(self, most: int, window_s: float, now_s: Callable[[], float]) -> None:
        self._most = most
        self._window_s = window_s
        self._now_s = now_s
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, account: str) -> bool:
        """False when it is one too many; it is then not counted."""
        now_s = self._now_s()
        times = self._times.setdefault(account, deque())
        self._times.move_to_end(account)
        if len(self._times) > ACCOUNTS:
            self._times.popitem(last=False)
        while times and now_s - times[0] >= self._window_s:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now_s)
        return True


class Limits:
    """All that chat has."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.now_s = now_s
        self.logins = Limit(20, 10, now_s)
        self.joins = Limit(20, 10, now_s)
