"""The streamer's own words, found in a text by looking them up: ten thousand cost no more than ten.

Means what `rules.words_expression` means: whole words, however stretched, starred out, joined or taken apart. A list finds
candidates in a dictionary, and only those are held against the expression itself. An expression of ten thousand words would
block the interpreter for more than a second while it is compiled (google-re2 1.1 keeps the lock).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from .reading.expression import ending_forms, with_endings, word_expression
from .reading.folding import fold_spellings

_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_RUN = re.compile(r"(.)\1+")
_STARS = re.compile(r"[*#]+")
_GAP = re.compile(r"[^a-z0-9*#]+")
MAX_PIECES = 16
"""Into which stars may cut a word."""
STARRED_TRIES = 128
"""Starred words of one text that are looked at, so that a hostile one does not take long."""
CLEAN_KEPT = 65_536

Span = tuple[int, int]


class WordList:
    """Immutable but for a memory of harmless words; thread-safe. Empty ones are false."""

    def __init__(self, words: Iterable[str], *, endings: bool) -> None:
        """`endings`: a plural or possessive of a word counts as the word."""
        self._words = tuple(fold_spellings(words))
        self._endings = endings
        self._keys: dict[str, tuple[str, ...]] = {}
        """Letters of a word without gaps and repetitions → the words that they may be."""
        self._starts: dict[str, int] = {}
        """The first token of a word, or several of them joined → how many tokens it may have from there."""
        self._by_ends: dict[str, list[str]] = {}
        """First and last letter → keys."""
        self._longest = 1
        self._clean: set[str] = set()
        """Pieces of earlier texts that begin no word of the list: chat has a small vocabulary."""
        self._index()

    def __bool__(self) -> bool:
        return bool(self._words)

    def finds(self, reading: str) -> bool:
        """True when any of the words stands in a reading (lower case ASCII, see `folding`)."""
        return not self._clean.issuperset(reading.split()) and next(self._spans(reading), None) is not None

    def blanked(self, reading: str) -> str:
        """The reading with a space in place of every word of the list."""
        out, done = [], 0
        for start, end in sorted(self._spans(reading)):
            if start >= done:
                out += [reading[done:start], " "]
                done = end
        return "".join((*out, reading[done:])) if out else reading

    def _index(self) -> None:
        keys: defaultdict[str, list[str]] = defaultdict(list)
        by_ends: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for key, starts in _forms(word, self._endings):
                self._longest = max(self._longest, len(starts))
                for place, start in enumerate(starts):
                    self._starts[start] = max(self._starts.get(start, 0), len(starts) - place)
                if not keys[key] and len(key) >= 3:
                    by_ends[key[0] + key[-1]].append(key)
                if word not in keys[key]:
                    keys[key].append(word)
        self._keys = {key: tuple(found) for key, found in keys.items()}
        self._by_ends = dict(by_ends)

    def _spans(self, reading: str) -> Iterator[Span]:
        if self._learn(reading.split()):
            yield from self._plain(reading)
            if "*" in reading or "#" in reading:
                yield from self._starred(reading)

    def _learn(self, pieces: list[str]) -> bool:
        """True when one of the pieces may begin a word of the list; the others are known to be harmless from now on."""
        if self._clean.issuperset(pieces):
            return False
        if len(self._clean) > CLEAN_KEPT:
            self._clean.clear()
        clean = {piece for piece in pieces if self._begins_nothing(piece)}
        self._clean |= clean
        return not clean.issuperset(pieces)

    def _begins_nothing(self, piece: str) -> bool:
        if "*" in piece or "#" in piece:
            return False
        return self._starts.keys().isdisjoint(map(_squeezed, _TOKEN.findall(piece)))

    def _plain(self, reading: str) -> Iterator[Span]:
        tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(reading)]
        for at, (first, start, _) in enumerate(tokens):
            letters = ""
            for token, _, end in tokens[at : at + self._starts.get(_squeezed(first), 0)]:
                letters += token
                key = _squeezed(letters)
                if key in self._keys and self._is_one(self._keys[key], reading, start, end):
                    yield start, end

    def _starred(self, reading: str) -> Iterator[Span]:
        """A star may stand for a letter or be a border: every run of tokens with a star in it is a candidate."""
        tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(reading)]
        tries = 0
        for at, (start, _) in enumerate(tokens):
            allowed = self._longest
            for place in range(at + 1, len(tokens)):
                gap, end = reading[tokens[place - 1][1] : tokens[place][0]], tokens[place][1]
                allowed += "*" in gap or "#" in gap
                if place - at >= min(allowed, MAX_PIECES):
                    break
                keys = self._by_ends.get(reading[start] + reading[end - 1], ())
                core = _GAP.sub("", reading[start:end]) if keys else ""
                if not _STARS.search(core):
                    continue
                tries += 1
                if tries > STARRED_TRIES:
                    return
                looked_for = _starred_key(core)
                if any(looked_for.fullmatch(key) and self._is_one(self._keys[key], reading, start, end) for key in keys):
                    yield start, end

    def _is_one(self, words: tuple[str, ...], reading: str, start: int, end: int) -> bool:
        """The dictionary knows letters only: gaps, repetitions and borders are the expression's to judge."""
        if "a" <= reading[start - 1 : start] <= "z" or "a" <= reading[end : end + 1] <= "z":
            return False
        span = reading[start:end]
        return any(_expression(word, self._endings).fullmatch(span) for word in words)


@lru_cache(1 << 16)
def _forms(word: str, endings: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keys of a word and its forms, each with what a text may begin it with: its first token, its first two joined, …

    Remembered, because whoever changes a list of ten thousand words mostly changes one.
    """
    found = []
    for form in ending_forms(word) if endings else (word,):
        tokens = _TOKEN.findall(form)
        starts = tuple(_squeezed("".join(tokens[:count])) for count in range(1, len(tokens) + 1))
        if starts:
            found.append((starts[-1], starts))
    return tuple(dict.fromkeys(found))


def _squeezed(letters: str) -> str:
    return _RUN.sub(r"\1", letters)


@lru_cache(2048)
def _expression(word: str, endings: bool) -> Any:
    return _compiled(with_endings(word) if endings else word_expression(word))


@lru_cache(256)
def _starred_key(core: str) -> Any:
    """An expression for keys: stars hide as many letters as there are stars, or fewer; letters beside them may be stretched."""
    letters, *rest = re.split(r"([*#]+)", re.sub(r"([a-z0-9])\1+", r"\1", core))
    out, last = [letters], letters[-1]
    for stars, after in zip(rest[::2], rest[1::2], strict=True):
        hidden = f".{{0,{min(len(stars), 30)}}}"
        out.append(f"(?:{hidden}{after[0]})?{after[1:]}" if after[0] == last else hidden + after)
        last = after[-1]
    return _compiled("".join(out))


def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(expression, options)
