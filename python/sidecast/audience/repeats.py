"""Has this been said a moment ago?"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict

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
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    def is_new(self, author_id: str, text: str, now_ns: int) -> bool:
        """False when `text` was said within the window; `author_id` is "" where it does not matter who said it.

        A repetition does not prolong the window: what is asked again and again is heard once a window.
        """
        key = (author_id, same_text(text))
        seen_ns = self._seen.get(key)
        if seen_ns is not None and now_ns - seen_ns < self._window_ns:
            return False
        self._seen[key] = now_ns
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True
