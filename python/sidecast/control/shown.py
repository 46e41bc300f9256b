"""A message as the feed keeps it, and whose words it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..flow.candidate import Reason
from ..flow.chat import ChannelEvent, ChatMessage, Removal, RemovalScope, without_words
from ..flow.verdict import Verdict
from .views import MAX_TEXT, View, item_view, verdict_view

ANSWERING = "answering"
"""The fate of the message that is being answered now; the others are `Reason`s."""


@dataclass(slots=True)
class Origin:
    """Whose words a cell shows: what a removal is matched with."""

    item_id: str
    author_id: str

    def hit_by(self, removal: Removal) -> bool:
        if removal.scope is RemovalScope.CHAT:
            return True
        if removal.scope is RemovalScope.USER:
            return bool(self.author_id) and self.author_id == removal.author_id
        return bool(self.item_id) and self.item_id == removal.message_id


@dataclass(slots=True)
class ShownMessage:
    """A message as it stands; what a page sees of it is made when a page looks, which is far less often than it changes."""

    item: ChatMessage | ChannelEvent
    origin: Origin
    at_ms: int
    fate: str = Reason.WAITING.value
    verdict: Verdict | None = None
    removed: bool = False

    def take_away(self) -> None:
        self.removed = True
        self.item = without_words(self.item)

    def view(self) -> View:
        view = item_view(self.item) | {"at_ms": self.at_ms, "fate": self.fate}
        if self.removed:
            view |= {"text": "", "removed": True}
        if self.verdict is not None and not self.verdict.passes:
            view["verdict"] = verdict_view(self.verdict)
        return view


def capped(item: ChatMessage | ChannelEvent) -> ChatMessage | ChannelEvent:
    """A line of a megabyte is not kept for a page that shows its beginning."""
    if len(item.text) <= MAX_TEXT:
        return item
    text = item.text[: MAX_TEXT + 1]
    return replace(item, text=text, fragments=()) if isinstance(item, ChatMessage) else replace(item, text=text)


def origin_of(item: ChatMessage | ChannelEvent) -> Origin:
    return Origin(item.id, item.author.id if item.author else "")
