"""How much quieter the others are at a time: down as soon as the host is heard, up again a little after. Pure."""

from __future__ import annotations

DOWN_S = 0.2
UP_S = 0.6
HOLD_S = 0.8
"""After the last sample: the pauses between sentences, and the time a brain takes for the next, do not make it pump."""
AT_MOST_S = 120.0
"""Longer than anything that is said at once: whoever forgot to tell the end does not keep the music down."""
CLOSE_DB = 0.05


class Glide:
    """Times are `now_ns` stamps, levels dB; 0 is as the streamer has it. Straight lines in dB, from wherever it is."""

    def __init__(self, depth_db: float) -> None:
        self.depth_db = depth_db
        """≤ 0; may change at any time, for the next time that the host is heard."""
        self._from_db = 0.0
        self._to_db = 0.0
        self._begins_ns = 0
        self._seconds = 0.0
        self._until_ns: int | None = None
        """It goes up then, if nobody is heard before."""

    def down(self, now_ns: int) -> None:
        """The host is heard."""
        self._head_for(self.depth_db, DOWN_S, now_ns)
        self._until_ns = now_ns + round(AT_MOST_S * 1e9)

    def up(self, now_ns: int, *, at_once: bool = False) -> None:
        """The host is heard no more; `at_once`: and has nothing more to say."""
        if self._until_ns is not None:
            self._until_ns = min(self._until_ns, now_ns + (0 if at_once else round(HOLD_S * 1e9)))

    def level_db(self, now_ns: int) -> float:
        if self._until_ns is not None and now_ns >= self._until_ns:
            begins_ns, self._until_ns = self._until_ns, None
            self._head_for(0.0, UP_S, begins_ns)
        return self._at(now_ns)

    def moves(self, now_ns: int) -> bool:
        """It is on its way."""
        return abs(self.level_db(now_ns) - self._to_db) >= CLOSE_DB

    def rests_s(self, now_ns: int) -> float | None:
        """How long nothing changes, when nothing is told; None: for ever. 0: it is on its way."""
        if self.moves(now_ns):
            return 0.0
        return None if self._until_ns is None else (self._until_ns - now_ns) / 1e9

    def _head_for(self, to_db: float, seconds: float, now_ns: int) -> None:
        if to_db == self._to_db:
            return
        self._from_db, self._to_db, self._begins_ns = self._at(now_ns), to_db, now_ns
        self._seconds = seconds

    def _at(self, now_ns: int) -> float:
        gone = (now_ns - self._begins_ns) / 1e9 / self._seconds if self._seconds else 1.0
        return self._from_db + (self._to_db - self._from_db) * min(1.0, max(0.0, gone))
