"""800 points a minute: for each app and user a bucket that fills up again as time goes.

Source: https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from ...clock import Clock

LIMIT = 800
WINDOW_S = 60.0
_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at_ns: int


@dataclass(frozen=True, slots=True)
class Points:
    """After a call."""

    ok: bool
    left: int
    reset_s: int
    """Unix time at which the bucket is full again."""

    def headers(self) -> dict[str, str]:
        return {
            "Ratelimit-Limit": str(LIMIT),
            "Ratelimit-Remaining": str(self.left),
            "Ratelimit-Reset": str(self.reset_s),
        }


class Buckets:
    def __init__(self, clock: Clock, limit: int = LIMIT) -> None:
        self.limit = limit
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, whose: str, now_ms: int, points: int = 1) -> Points:
        """Args: now_ms: Twitch's time, for `reset_s`."""
        now = self._clock.now_ns()
        bucket = self._buckets.setdefault(whose, _Bucket(self.limit, now))
        self._buckets.move_to_end(whose)
        if len(self._buckets) > _BUCKETS:
            self._buckets.popitem(last=False)
        per_s = self.limit / WINDOW_S
        bucket.left = min(self.limit, bucket.left + (now - bucket.at_ns) / 1e9 * per_s)
        bucket.at_ns = now
        ok = bucket.left >= points
        if ok:
            bucket.left -= points
        return Points(ok, int(bucket.left), math.ceil(now_ms / 1000 + (self.limit - bucket.left) / per_s))
