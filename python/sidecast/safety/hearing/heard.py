"""One voice's words as it says them, and what a text would be heard as in that voice. Pure: whoever has a voice fills it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..reading.known import known
from .lexicon import FEWEST_ALONE, FEWEST_TOGETHER, Lexicon
from .sounds import joined

KEPT = 16_384
"""Words whose sounds are kept, those that were needed last."""
MOST_JOINED = 4
"""Words that may be heard as one."""
MOST_TOKENS = 120
MOST_MATCHES, MOST_WORDS = 12, 3
"""Places of a text, and forbidden words for each of them, that are judged."""
LONGEST = 64
"""Characters of a token that is looked at."""
_EDGES = ".,;:?!\"'()[]{}<>~-_*#…"


class Match(NamedTuple):
    """Tokens from `start` to before `end` that are heard as one of `words`."""

    start: int
    end: int
    words: tuple[str, ...]
    whole: bool
    """All of the tokens are words that people write: they are said like another one by chance every day."""


class Reading(NamedTuple):
    """A text as it may be heard."""

    text: str
    whole: bool
    """As `Match.whole`: of each word that is heard as another one."""


class HeardBy:
    """What is known of one voice."""

    def __init__(self) -> None:
        self.lexicon = Lexicon()
        """The forbidden words."""
        self.usual_asked = 0
        """Of the words that people write most, so many were asked for."""
        self._sounds: OrderedDict[str, str] = OrderedDict()

    def __contains__(self, token: str) -> bool:
        return token in self._sounds

    def __len__(self) -> int:
        return len(self._sounds)

    def learn(self, token: str, sounds: str) -> None:
        self._sounds[token] = sounds
        self._sounds.move_to_end(token)
        if len(self._sounds) > KEPT:
            self._sounds.popitem(last=False)

    def sounds(self, token: str) -> str:
        """Empty: not known, or it is not said."""
        sounds = self._sounds.get(token, "")
        if sounds:
            self._sounds.move_to_end(token)
        return sounds

    def meant(self, before: str, text: str, spares: Callable[[str], bool] = lambda _: False) -> Iterator[Reading]:
        """Other readings of `text`, with the words in it that its sounds would be heard as; none for most texts.

        Args:
            before: what was said right before it, whose last words may be the beginning of one.
            spares: whether a word is meant as it stands.
        """
        tokens, first_new = tokens_of(before, text)
        matches = list(self._matches(tokens, first_new, spares))
        if not matches:
            return
        strange = _apart([match for match in matches if not match.whole])
        if len(strange) > 1:
            yield Reading(_replaced(tokens, [(match, match.words[0]) for match in strange]), whole=False)
        for match in matches[:MOST_MATCHES]:
            for word in match.words[:MOST_WORDS]:
                yield Reading(_replaced(tokens, [(match, word)]), match.whole)

    def _matches(self, tokens: Sequence[str], first_new: int, spares: Callable[[str], bool]) -> Iterator[Match]:
        """Those that end in the new text."""
        said = [self.sounds(token) for token in tokens]
        for start in range(len(tokens)):
            sounds, strange = "", False
            for end in range(start + 1, min(len(tokens), start + MOST_JOINED) + 1):
                piece = said[end - 1]
                if not piece:
                    break
                sounds = joined((sounds, piece))
                if len(sounds) > self.lexicon.longest + 1:
                    break
                strange = strange or is_strange(tokens[end - 1])
                heard = tokens[start:end]
                if end <= first_new or (not strange and min(map(len, heard)) == 1) or (len(heard) == 1 and not strange):
                    continue
                words = self._heard(sounds, strange=strange, alone=len(heard) == 1)
                if words and not any(map(spares, heard)) and words[0] not in heard:
                    yield Match(start, end, words, whole=not strange)

    def _heard(self, sounds: str, *, strange: bool, alone: bool) -> tuple[str, ...]:
        if len(sounds) < (FEWEST_ALONE if alone else FEWEST_TOGETHER):
            return ()
        return self.lexicon.near(sounds) if strange else self.lexicon.same(sounds)


def tokens_of(before: str, text: str) -> tuple[list[str], int]:
    """The words that one would be heard in, and which is the first of `text`."""
    old = [token_of(piece) for piece in before.split()[1 - MOST_JOINED :]]
    return old + [token_of(piece) for piece in text.split()[:MOST_TOKENS]], len(old)


@lru_cache(1 << 14)
def token_of(piece: str) -> str:
    """As an engine is asked for it: without punctuation around it; a capital at its beginning changes no sound."""
    token = piece.strip(_EDGES)[:LONGEST]
    return token.lower() if token[1:].islower() or len(token) == 1 else token


@lru_cache(1 << 14)
def is_strange(token: str) -> bool:
    """No word that people write: it is taken for what it sounds like."""
    letters = token.lower()
    plain = letters.removesuffix("'s").replace("'", "")
    if plain.isascii() and not plain.isalpha():
        return any(map(str.isalpha, plain))
    return not plain.isascii() or not (known(plain) or known(letters.partition("'")[0]))


def _apart(matches: Iterable[Match]) -> list[Match]:
    """Those that do not overlap, the longest first."""
    chosen: list[Match] = []
    for match in sorted(matches, key=lambda match: match.start - match.end):
        if all(match.end <= other.start or other.end <= match.start for other in chosen):
            chosen.append(match)
    return chosen


def _replaced(tokens: Sequence[str], meant: Iterable[tuple[Match, str]]) -> str:
    out = list(tokens)
    for match, word in sorted(meant, reverse=True):
        out[match.start : match.end] = [word]
    return " ".join(out)
