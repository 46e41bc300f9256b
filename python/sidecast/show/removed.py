"""What was removed a moment ago, for what comes after it: replies that quote it, and the message itself where it is late.

Two connections to one chat may tell of a removal before they tell of its message.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar

from ..flow.chat import ChannelEvent, ChatMessage, Removal, RemovalScope, without_words

T = TypeVar("T")

REMEMBERED = 4096
"""Messages, and as many removed ones; the oldest go first."""


class Removed:
    """Sees everything that arrives."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, str] = OrderedDict()
        """Id → author's id."""
        self._gone: OrderedDict[str, bool] = OrderedDict()
        """Id → whether it may come again, once a moderator has looked at it."""

    def note(self, removal: Removal) -> Removal:
        """The removal with the ids of the messages that it takes."""
        match removal.scope:
            case RemovalScope.MESSAGE | RemovalScope.HELD:
                taken = {removal.message_id} - {""}
            case RemovalScope.USER:
                taken = {item_id for item_id, author_id in self._recent.items() if author_id == removal.author_id != ""}
            case _:
                taken = set(self._recent)
        for item_id in taken:
            self._recent.pop(item_id, None)
            _remember(self._gone, item_id, removal.scope is RemovalScope.HELD and self._gone.get(item_id, True))
        return replace(removal, taken=frozenset(taken))

    def takes(self, item: ChatMessage | ChannelEvent) -> ChatMessage | ChannelEvent | None:
        """What may be kept of an item that is removed already, or answers one that is; None when it is neither."""
        if self._gone.get(item.id):
            del self._gone[item.id]
        if item.id in self._gone:
            return without_words(item)
        if item.id:
            _remember(self._recent, item.id, item.author.id if item.author is not None else "")
        return item if isinstance(item, ChatMessage) and item.reply_to in self._gone else None


def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
