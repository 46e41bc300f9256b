"""Keeps below Twitch's points: 800 a minute for each account, told by `Ratelimit-*`. https://dev.twitch.tv/docs/api/guide#twitch-rate-limits"""

from __future__ import annotations

from collections.abc import Mapping

LIMIT = 800
"""Points a minute, until a header says otherwise."""
KEPT_BACK = 20
"""Points that are never used: another program may use the same account."""
LONGEST_S = 60.0
"""Twitch's bucket is full again after a minute."""


class Pace:
    """One account's bucket, as far as it can be known here: ours drains, Twitch's headers correct it. Times in ns."""

    def __init__(self) -> None:
        self.limit = LIMIT
        self._left = float(LIMIT)
        self._at_ns: int | None = None
        self._not_before_ns = 0

    def wait_s(self, now_ns: int) -> float:
        """How long until a call may go out; 0 = now. Takes nothing."""
        self._fill(now_ns)
        points_s = max(0.0, (1 + self._reserve - self._left) * 60.0 / self.limit)
        return max(points_s, (self._not_before_ns - now_ns) / 1e9, 0.0)

    def take(self, now_ns: int) -> None:
        """A call goes out."""
        self._fill(now_ns)
        self._left -= 1

    def heard(self, headers: Mapping[str, str], now_ns: int) -> None:
        """What an answer says of the bucket: it holds `Ratelimit-Remaining` points of `Ratelimit-Limit`."""
        self._fill(now_ns)
        limit, left = _number(headers.get("ratelimit-limit")), _number(headers.get("ratelimit-remaining"))
        if limit is not None and 1 <= limit <= 1_000_000:
            self.limit = int(limit)
        if left is not None:
            # answers overtake each other: only one that has less is believed
            self._left = min(self._left, left, float(self.limit))

    def told_to_wait(self, headers: Mapping[str, str], now_ns: int, wall_ms: int) -> float:
        """After a 429: for how many seconds nothing goes out, as `Retry-After` or `Ratelimit-Reset` (Unix seconds) says.

        At least 1 and at most 60, so that neither a skewed clock nor a broken header stops everything.
        """
        after, reset = _number(headers.get("retry-after")), _number(headers.get("ratelimit-reset"))
        wanted = after if after is not None else reset - wall_ms / 1000 if reset is not None else 1.0
        seconds = min(max(wanted, 1.0), LONGEST_S)
        self._fill(now_ns)
        self._left = min(self._left, self._reserve)
        self._not_before_ns = max(self._not_before_ns, now_ns + round(seconds * 1e9))
        return seconds

    @property
    def _reserve(self) -> float:
        return min(KEPT_BACK, self.limit // 10)

    def _fill(self, now_ns: int) -> None:
        if self._at_ns is not None:
            self._left = min(self.limit, self._left + (now_ns - self._at_ns) / 1e9 * self.limit / 60)
        self._at_ns = now_ns


def _number(text: str | None) -> float | None:
    """None for what is none, or is not finite."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < 1e12 else None
