"""What was missed while the socket was away: for each type of event from when to when, told as few gaps as it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from ...flow.chat import Gap

CHAT = "channel.chat.message"
NAMED = 3
"""Types that a gap names; of more it says how many."""
TOGETHER_MS = 700
"""Types that come back within this of each other share a gap's end."""


class Gaps:
    """`lost`, then `asking`, `live` for each type that is back, `settled`. Times are Unix milliseconds at Twitch.

    What was never live is not missed: no gap begins before the first subscription.
    """

    def __init__(self, source: str, on_gap: Callable[[Gap], None]) -> None:
        self.told = 0
        """Gaps so far."""
        self._source = source
        self._on_gap = on_gap
        self._live: set[str] = set()
        self._down: dict[str, tuple[int, str]] = {}
        self._back: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
        self._settled = True

    @property
    def live_types(self) -> frozenset[str]:
        return frozenset(self._live)

    @property
    def open_since_ms(self) -> int | None:
        """When the oldest gap began that is not over."""
        return min((since for since, _ in self._down.values()), default=None)

    def lost(self, at_ms: int, why: str) -> None:
        """The socket is gone, and everything with it. What was down before stays down since then."""
        for kind in self._live:
            self._down.setdefault(kind, (at_ms, why))
        self._live.clear()
        self._settled = False

    def withdrawn(self, kind: str, at_ms: int, why: str) -> None:
        """One type is gone, and the socket is not."""
        if kind in self._live:
            self._live.discard(kind)
            self._down[kind] = (at_ms, why)

    def live(self, kind: str, at_ms: int) -> None:
        """The type comes again."""
        self._live.add(kind)
        self._over(kind, at_ms)

    def not_wanted(self, kind: str, at_ms: int) -> None:
        """The type is not to come any more: what was missed of it is told, and no more will be."""
        self._live.discard(kind)
        self._over(kind, at_ms)

    def asking(self) -> None:
        """Subscriptions are about to be asked for: what comes back together is told together, when it has `settled`."""
        self._settled = False

    def settled(self) -> None:
        """Whatever could be subscribed to is; what comes later is told by itself."""
        self._settled = True
        self._tell()

    def end(self, at_ms: int) -> None:
        """The show is over; what is down now will not come back in it."""
        self._settled = False
        for kind in list(self._down):
            self._over(kind, at_ms)
        self.settled()

    def _over(self, kind: str, at_ms: int) -> None:
        if kind in self._down:
            self._back[self._down.pop(kind)][kind] = at_ms
        if self._settled:
            self._tell()

    def _tell(self) -> None:
        for (from_ms, why), back in sorted(self._back.items()):
            alone = any(since == (from_ms, why) for since in self._down.values()) or len(back) < len(self._live)
            parts = _together(back)
            for kinds in parts:
                told = f"{why} ({_named(kinds)})" if alone or len(parts) > 1 else why
                to_ms = max(from_ms, *(back[kind] for kind in kinds))
                self.told += 1
                self._on_gap(Gap(source=self._source, from_ms=from_ms, to_ms=to_ms, why=told))
        self._back.clear()


def _together(back: Mapping[str, int]) -> list[list[str]]:
    """Types in the order in which they came back, in as few parts as it takes for a part's end to be true of each in it."""
    parts: list[list[str]] = []
    for kind in sorted(back, key=lambda each: (back[each], each)):
        if parts and back[kind] - back[parts[-1][0]] <= TOGETHER_MS:
            parts[-1].append(kind)
        else:
            parts.append([kind])
    return parts


def _named(kinds: Iterable[str]) -> str:
    """Chat, where it is among them, and some others."""
    names = sorted(kinds, key=lambda kind: (kind != CHAT, kind))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
