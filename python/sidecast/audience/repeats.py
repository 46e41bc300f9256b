"""Has this been said a moment ago?"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict

from ..flow.chat import ChannelEvent, ChatMessage, Removal

WINDOW_S = 20.0
REMEMBERED = 2048
"""Texts; at more than 100 different ones a second the window gets shorter."""
COMPARED = 120
"""Characters of a text that count."""


def same_text(text: str) -> str:
    """What two texts share when they are the same to a listener: digits, and letters with each run of one as one."""
    folded = unicodedata.normalize("NFKC", text[:COMPARED]).casefold()
    kept: list[str] = []
    for character in folded:
        if character.isalnum() and (character.isdigit() or not kept or kept[-1] != character):
            kept.append(character)
    return "".join(kept)


class Repeats:
    """Remembers what was said within a window; bounded."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_ns = round(window_s * 1e9)
        self._seen: OrderedDict[tuple[str, str], tuple[int, ChatMessage | ChannelEvent]] = OrderedDict()

    def is_new(self, author_id: str, item: ChatMessage | ChannelEvent) -> bool:
        """False when its text was said within the window; `author_id` is "" where it does not matter who said it.

        A repetition does not prolong the window: what is asked again and again is heard once a window.
        """
        key = (author_id, same_text(item.text))
        seen = self._seen.get(key)
        if seen is not None and item.arrived_ns - seen[0] < self._window_ns:
            return False
        self._seen[key] = item.arrived_ns, item
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def forget(self, removal: Removal) -> None:
        """What was removed was not said: it may come again once it is allowed, and others may say the same."""
        for key in [key for key, (_, item) in self._seen.items() if removal.hits(item)]:
            del self._seen[key]
