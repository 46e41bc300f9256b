"""What was screened lately, whatever became of it: somebody may still want it answered, or never again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from hashlib import blake2b

from ..flow.candidate import Candidate
from ..flow.chat import ChannelEvent, ChatMessage, Removal, without_words
from ..flow.verdict import Decision
from .repeats import same_text

REMEMBERED = 1024
"""Messages: five times what a page shows."""
BANNED = 1024
"""Texts that are not to be answered; the oldest is allowed again first."""


class Recent:
    """Candidates by the id of their item, the oldest forgotten first; of what was blocked or held no words are kept."""

    def __init__(self) -> None:
        self._candidates: OrderedDict[str, Candidate] = OrderedDict()

    def __len__(self) -> int:
        return len(self._candidates)

    def note(self, candidate: Candidate) -> None:
        item = candidate.item
        if not item.id:
            return
        if candidate.verdict.decision in (Decision.BLOCK, Decision.HOLD):
            candidate = replace(candidate, item=without_words(item), verdict=replace(candidate.verdict, judged=""))
        self._candidates[item.id] = candidate
        self._candidates.move_to_end(item.id)
        if len(self._candidates) > REMEMBERED:
            self._candidates.popitem(last=False)

    def get(self, item_id: str) -> Candidate | None:
        return self._candidates.get(item_id)

    def forget(self, removal: Removal) -> None:
        for item_id in [item_id for item_id, each in self._candidates.items() if removal.reaches(each.item)]:
            del self._candidates[item_id]

    def clear(self) -> None:
        self._candidates.clear()


class NeverAgain:
    """Who is not to be answered which words. Only digests are kept: words that were removed are not in them."""

    def __init__(self) -> None:
        self._banned: OrderedDict[bytes, None] = OrderedDict()
        self._by_item: OrderedDict[str, tuple[bytes, bool]] = OrderedDict()

    def add(self, item: ChatMessage | ChannelEvent, *, waited: bool) -> None:
        """`waited`: it was taken out of the queue, and goes back there when this is undone."""
        key = _key(item)
        _, before = self._by_item.get(item.id, (key, False))
        waited = waited or before
        self._banned[key] = None
        self._by_item[item.id] = key, waited
        if len(self._banned) > BANNED:
            self._banned.popitem(last=False)
        if len(self._by_item) > BANNED:
            self._by_item.popitem(last=False)

    def undo(self, item_id: str) -> bool | None:
        """Whether it waited; None when nobody has banned it."""
        key, waited = self._by_item.pop(item_id, (None, False))
        if key is None:
            return None
        self._banned.pop(key, None)
        return waited

    def covers(self, item: ChatMessage | ChannelEvent) -> bool:
        return bool(self._banned) and _key(item) in self._banned

    def clear(self) -> None:
        self._banned.clear()
        self._by_item.clear()


def _key(item: ChatMessage | ChannelEvent) -> bytes:
    """The same for all that the same author says in the same words."""
    author = item.author.id if item.author is not None else ""
    kind = item.kind.value if isinstance(item, ChannelEvent) else "message"
    # of signs alone nothing is left to compare
    words = same_text(item.text) or item.text.strip()
    return blake2b("\0".join((kind, author, words)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
