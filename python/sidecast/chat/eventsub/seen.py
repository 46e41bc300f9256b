"""Which message ids have come: what makes Twitch's at-least-once delivery exactly-once, over all sockets together."""

from __future__ import annotations

from collections import OrderedDict

KEPT_S = 15 * 60.0
"""A message older than ten minutes is dropped for its age; a margin for a clock that is being corrected."""
MOST = 65_536
"""Ids at most, however fast they come: 70 a second for a quarter of an hour; some 12 MB."""
LONGEST = 128
"""Characters of an id that are compared; Twitch's have 36 to 44."""


class Seen:
    """Ids of the last `kept_s` seconds, `most` at most; then the oldest is forgotten."""

    def __init__(self, kept_s: float = KEPT_S, most: int = MOST) -> None:
        self._kept_ns = round(kept_s * 1e9)
        self._most = most
        self._at: OrderedDict[str, int] = OrderedDict()
        self.forgotten_early = 0
        """Ids that had to go before their time, because more came than there is room for."""

    def __len__(self) -> int:
        return len(self._at)

    def first_time(self, message_id: str, now_ns: int) -> bool:
        """False when it has come before. `now_ns` never goes back."""
        known = self._at
        while known and now_ns - next(iter(known.values())) > self._kept_ns:
            known.popitem(last=False)
        key = message_id[:LONGEST]
        if key in known:
            return False
        known[key] = now_ns
        if len(known) > self._most:
            known.popitem(last=False)
            self.forgotten_early += 1
        return True
