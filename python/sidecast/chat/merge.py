"""What two sources tell of one channel → each message, event and removal once. Pure; bounded memory."""

from __future__ import annotations

from collections import Counter, OrderedDict

from ..flow.chat import ChannelEvent, Incoming, Removal, RemovalScope
from .left_out import LeftOut
from .repeats import Repeats
from .twins import Twins, is_of_channel

REMEMBERED = 16_384
"""Ids of messages and events: one source may be minutes behind the other in a busy chat."""


class Merge:
    """Messages, and the events that the chat tells, have one id in IRC and in EventSub; `twins` and `repeats` see to the rest."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self.left_out: Counter[LeftOut] = Counter()
        self._limit = limit
        self._seen: OrderedDict[str, int] = OrderedDict()
        """Id → its place in the order of what was handed on."""
        self._place = 0
        self._twins = Twins()
        self._repeats = Repeats()

    def __len__(self) -> int:
        """All that is remembered."""
        return len(self._seen) + len(self._twins) + len(self._repeats)

    @property
    def due_ns(self) -> int | None:
        """When `due` will have something; None = nothing waits."""
        return self._twins.due_ns

    def due(self, now_ns: int) -> list[Incoming]:
        """Events that waited for the chat to tell the same, which it did not."""
        return list(self._twins.due(now_ns))

    def put(self, item: Incoming, source: str, now_ns: int) -> list[Incoming]:
        """What is to be handed on now that `source` tells of `item`: mostly the item, or nothing.

        What one source tells comes in its order.
        """
        self._place += 1
        if isinstance(item, Removal):
            return self._removal(item, source, now_ns)
        known = self._seen.get(item.id) if item.id else None
        if known is not None:
            self._repeats.brought(item, source, known)
            return self._twice()
        if item.id:
            self._seen[item.id] = self._place
            if len(self._seen) > self._limit:
                self._seen.popitem(last=False)
        self._repeats.brought(item, source, self._place)
        if self._repeats.covers(item):
            self.left_out[LeftOut.REMOVED] += 1
            return []
        if isinstance(item, ChannelEvent) and is_of_channel(item):
            waits = self._twins.event(item, now_ns)
            if waits is None:
                return []
            return [item] if waits else self._twice()
        told = self._twins.chat(item, now_ns)
        return [told] if told is not None else self._twice()

    def _removal(self, removal: Removal, source: str, now_ns: int) -> list[Incoming]:
        if removal.scope is RemovalScope.HELD:
            # once a moderator has looked at it, it may come again
            self._seen.pop(removal.message_id, None)
        if self._repeats.is_repeat(removal, source, self._place):
            return self._twice()
        return [*self._twins.taken(removal, now_ns), removal]

    def _twice(self) -> list[Incoming]:
        self.left_out[LeftOut.TWICE] += 1
        return []
