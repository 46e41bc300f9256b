"""How many different people did the same thing a moment ago? Counted in a sliding window, bounded, by hashes alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

ENTRIES = 16_384
"""Of all crowds together; what is too much shortens the window."""


@dataclass(slots=True)
class Crowd:
    """Who did it within the window. Each is counted once, however often they did it."""

    members: dict[int, int] = field(default_factory=dict)
    """How often, by hash of the author's id."""
    strangers: dict[int, int] = field(default_factory=dict)
    """Those of them who are new here."""

    def __len__(self) -> int:
        return len(self.members)


class Crowds:
    """Crowds by key. On one thread only; times never go back."""

    def __init__(self, window_s: float, *, limit: int = ENTRIES) -> None:
        self._window_ns = round(window_s * 1e9)
        self._limit = limit
        self._entries: deque[tuple[int, Hashable, int, bool]] = deque()
        self._crowds: dict[Hashable, Crowd] = {}

    def __len__(self) -> int:
        """Entries that are kept."""
        return len(self._entries)

    def get(self, key: Hashable) -> Crowd:
        return self._crowds.get(key) or Crowd()

    def add(self, at_ns: int, key: Hashable, author: int, *, stranger: bool) -> Crowd:
        """`author` did what `key` stands for. Returns all who did within the window."""
        self.expire(at_ns)
        crowd = self._crowds.get(key)
        if crowd is None:
            crowd = self._crowds[key] = Crowd()
        self._entries.append((at_ns, key, author, stranger))
        crowd.members[author] = crowd.members.get(author, 0) + 1
        if stranger:
            crowd.strangers[author] = crowd.strangers.get(author, 0) + 1
        if len(self._entries) > self._limit:
            self._drop()
        return crowd

    def expire(self, now_ns: int) -> None:
        entries, oldest_ns = self._entries, now_ns - self._window_ns
        while entries and entries[0][0] < oldest_ns:
            self._drop()

    def span_s(self, key: Hashable, now_ns: int) -> float:
        """Since when it has been going on, as far as the window goes."""
        first_ns = next((at_ns for at_ns, each, *_ in self._entries if each == key), now_ns)
        return (now_ns - first_ns) / 1e9

    def _drop(self) -> None:
        _, key, author, stranger = self._entries.popleft()
        crowd = self._crowds[key]
        _less(crowd.members, author)
        if stranger:
            _less(crowd.strangers, author)
        if not crowd.members:
            del self._crowds[key]


def _less(counts: dict[int, int], author: int) -> None:
    if counts[author] == 1:
        del counts[author]
    else:
        counts[author] -= 1
