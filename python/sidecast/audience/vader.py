"""VADER's compound score of lower-case text, by a short way where no word changes another: the same number, four times as fast.

VADER looks around each word that it knows for what strengthens, weakens or negates it. Most chat lines have nothing of the
kind, and then its score is that of the known words' plain sum.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

_PUNCTUATION = string.punctuation
REMEMBERED = 1024
"""Texts that went the long way and whose score is kept: chat says the same few hundred things over and over."""
_LOOKED_FOR = ("never", "so", "this", "without", "doubt", "least", "but", "no", "kind")
"""Words that VADER's own code asks for by name."""
_NOT = "n't"


class Vader:
    """VADER (Hutto & Gilbert 2014) with `valence` laid over its own lexicon; entries of several words have `_` for a space."""

    def __init__(self, valence: Mapping[str, float]) -> None:
        self._vader = SentimentIntensityAnalyzer()
        self._vader.lexicon.update(valence)
        self._valence: Mapping[str, float] = self._vader.lexicon
        self._emoji = frozenset(self._vader.emojis)
        # of an idiom the longest word is enough: where it is missing, the idiom cannot be there
        idioms = (max(idiom.split(), key=len) for idiom in (*SPECIAL_CASES, *BOOSTER_DICT))
        self._by_library = lru_cache(REMEMBERED)(self.compound_by_library)
        self._modifiers = frozenset((*_LOOKED_FOR, *NEGATE, *BOOSTER_DICT, *idioms))

    def compound(self, text: str) -> float:
        """-1 .. 1, for text without capitals."""
        if not text.isascii() and not self._emoji.isdisjoint(text):  # which VADER reads by their names
            return self._by_library(text)
        words = [*map(_bare, text.split())]
        valence = self._valence
        known = [valence[word] for word in words if word in valence]
        if not known:
            return 0.0
        if not self._modifiers.isdisjoint(words) or _NOT in text:
            return self._by_library(text)
        return float(self._vader.score_valence(known, text)["compound"])

    def compound_by_library(self, text: str) -> float:
        """The long way, for any text."""
        return float(self._vader.polarity_scores(text)["compound"])


def _bare(word: str) -> str:
    """As VADER reads it: without punctuation around it, unless it is an emoticon."""
    bare = word.strip(_PUNCTUATION)
    return bare if len(bare) > 2 else word
