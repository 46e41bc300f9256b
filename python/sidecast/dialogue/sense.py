"""Whether what a brain writes makes any sense at all. Small models loop, and broken ones write no words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

SHORTEST = 3
"""Words from which a clause that was said before counts as repeated: “oh no, oh no” is no loop."""
SAME_WORD = 8
"""In a row. Chat cheers, so “go go go go” is fine."""
SAME_PHRASE = 4
LONGEST_PHRASE = 8
LONGEST_WORD = 30

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LEAKED = re.compile(r"<[|｜/]|[|｜]>|\[/?INST\]|<\w+_of_turn>|\ufffd|#{3,}")
_VOWEL = re.compile(r"[aeiouyàáâäãåèéêëìíîïòóôöõùúûüæøœ]", re.IGNORECASE)


class Sense:
    """`trouble_in` one clause after the other. One a reply."""

    def __init__(self) -> None:
        self._said: Counter[tuple[str, ...]] = Counter()

    def trouble_in(self, text: str) -> str:
        """Why this must not be said, or empty. Quotes nothing of it."""
        words = tuple(word.lower() for word in _WORD.findall(text))
        if _LEAKED.search(text):
            return "writes its own control signs"
        if loops(words):
            return "repeats itself"
        if not wordy(text, words):
            return "writes no words"
        if len(words) >= SHORTEST:
            self._said[words] += 1
            if self._said[words] > 1:
                return "repeats itself"
        return ""


def loops(words: tuple[str, ...]) -> bool:
    """Whether a word or a phrase comes again and again."""
    if any(len(list(same)) >= SAME_WORD for _, same in groupby(words)):
        return True
    for length in range(2, LONGEST_PHRASE + 1):
        in_a_row = 0
        for here, before in zip(words[length:], words, strict=False):
            in_a_row = in_a_row + 1 if here == before else 0
            # one word over and over is a phrase too, and was looked at above
            if in_a_row >= length * (SAME_PHRASE - 1) and len(set(words)) > 1:
                return True
    return False


def wordy(text: str, words: tuple[str, ...]) -> bool:
    """Whether most of it is words: in letters, not too long, with vowels where the script has them."""
    signs = sum(not sign.isspace() for sign in text)
    letters = sum(sign.isalnum() for sign in text)
    if signs >= 12 and letters < signs / 2 and sum(map(str.isascii, text)) > len(text) / 2:
        return False
    if len(words) < SHORTEST:
        return not any(len(word) > LONGEST_WORD and word.isascii() for word in words)
    return sum(map(_is_word, words)) > len(words) / 2


def _is_word(word: str) -> bool:
    if not word.isascii():
        return True
    if word.isdigit() or len(word) <= 3:
        return True
    return (
        len(word) <= LONGEST_WORD and _VOWEL.search(word) is not None and not (word[0].isalpha() and any(map(str.isdigit, word)))
    )
