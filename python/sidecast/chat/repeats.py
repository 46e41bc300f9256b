"""Removals that more than one source, or kind of notification, tells of: each is handed on once, and none is lost."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from ..flow.chat import ChannelEvent, ChatMessage, Removal, RemovalScope

SAME_ACT_MS = 5_000
"""A removal that is later than the last one of the same by more (by the platform's clock, or in arrival) is no repeat of it."""
REMEMBERED = 4096

Key = tuple[RemovalScope, str]


@dataclass(frozen=True, slots=True)
class _Act:
    place: int
    """In the order of what was handed on."""
    at_ms: int
    arrived_ms: int


class Repeats:
    """Tells a repeat from a new removal.

    A source tells things in the order in which they happened. So what it tells again takes nothing away that the first
    telling did not, unless this source has meanwhile brought something (new, or a double of what another brought) that was
    handed on after the first telling. Then it is handed on again: one removal too many does less harm than one too few.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._messages: OrderedDict[str, None] = OrderedDict()
        """Ids of messages that were removed for good."""
        self._acts: OrderedDict[Key, _Act] = OrderedDict()
        self._brought: OrderedDict[tuple[str, str], int] = OrderedDict()
        """Source and author (or none: anybody) → place of the last thing of theirs that the source brought."""

    def __len__(self) -> int:
        return len(self._messages) + len(self._acts) + len(self._brought)

    def brought(self, item: ChatMessage | ChannelEvent, source: str, place: int) -> None:
        """`source` told of `item`, which was handed on at `place` (now, or when another source told of it)."""
        for author in ("", item.author.id if item.author is not None else ""):
            key = (source, author)
            if place > self._brought.get(key, -1):
                self._remember(self._brought, key, place)

    def is_repeat(self, removal: Removal, source: str, place: int) -> bool:
        """False when it is to be handed on, at `place`."""
        if removal.scope is RemovalScope.HELD:
            # it takes the message back from here on, and the same id may come again: nothing is to be remembered of it
            return False
        if removal.scope is RemovalScope.MESSAGE:
            known = removal.message_id in self._messages
            self._remember(self._messages, removal.message_id, None)
            return known
        author = removal.author_id if removal.scope is RemovalScope.USER else ""
        key = (removal.scope, author)
        act = self._acts.get(key)
        arrived_ms = removal.arrived_ns // 1_000_000
        at_ms = removal.sent_ms if removal.sent_ms is not None else -1
        if act is not None and _near(act, at_ms, arrived_ms) and self._brought.get((source, author), -1) < act.place:
            return True
        self._remember(self._acts, key, _Act(place, max(at_ms, act.at_ms if act is not None else -1), arrived_ms))
        return False

    def covers(self, item: ChatMessage | ChannelEvent) -> bool:
        """It comes late: its author's messages were removed after it had been written."""
        if item.author is None or item.sent_ms is None:
            return False
        act = self._acts.get((RemovalScope.USER, item.author.id))
        return act is not None and item.sent_ms <= act.at_ms

    def _remember(self, memory: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg]
        memory[key] = value
        memory.move_to_end(key)
        if len(memory) > self._limit:
            memory.popitem(last=False)


def _near(act: _Act, at_ms: int, arrived_ms: int) -> bool:
    """It is told of something no later than the act; what is earlier is taken away by the act all the more."""
    if act.at_ms >= 0 and at_ms >= 0:
        return at_ms - act.at_ms <= SAME_ACT_MS
    return arrived_ms - act.arrived_ms <= SAME_ACT_MS
