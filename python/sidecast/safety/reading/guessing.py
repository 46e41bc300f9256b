"""Words that nobody knows → words that rules look for and that they may be meant for.

A reading undoes a disguise by its characters alone; here the words that are looked for help. A word that is in the vocabulary is
never guessed at. What is found so is less sure than what was read: see `screen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from .known import known, vocabulary
from .leet import alike, joined_once, letters_once, skeleton
from .letters import named
from .sounds import sound

FEWEST_LETTERS = 4
"""Of a word that is guessed."""
FEWEST_FOR_SLIPS = 5
"""Letters, repeated ones once, of a word in which one may be wrong."""
FEWEST_IF_STRICT = 6
FEWEST_BACKWARDS = 5
FEWEST_SOUNDS = 4
FEWEST_TOGETHER = 7
MOST_PARTS = 12
"""Into which a word may be cut."""
MOST_PIECES = 8
"""Words that may be written as one."""
LONGEST_PIECE = 16
LONGEST = 48
"""Letters of a piece of text that is taken for one word, or several written as one."""
MOST_TOKENS = 120
"""Of a text that are looked at."""
CALM_KEPT = 65_536
_EDGES = ".,?;:!'\"()[]{}<>~-_*#"
_VOWELS = re.compile(r"[aeiouy]")
_LETTERS = re.compile(r"[^a-z]+")
_POSSESSIVE = re.compile(r"'[a-z]{1,2}$")
_SHORT = frozenset(
    [
        *("a", "i", "u", "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "im", "in", "is", "it", "me", "my", "no"),
        *("of", "on", "or", "so", "to", "up", "ur", "us", "we", "ya"),
    ]
)
"""Words of one and two letters that are no pieces of others."""


class Guesser:
    """The words of one set of rules. Immutable but for a memory of harmless words; thread-safe."""

    def __init__(self, listed: Iterable[str], written: Iterable[str] = (), spared: Iterable[str] = ()) -> None:
        """`listed`: words that are reason enough alone; `written`: those that mean something together with others; `spared`:
        those that are meant as they stand, because somebody has decided to let them pass.

        Lower case ASCII, the ones that matter most first; shorter ones than `FEWEST_LETTERS` are left out.
        """
        listed = _usable(listed)
        words = [*listed, *_usable(written)]
        self._alone = frozenset(_with_plurals(listed))
        self._plain = frozenset(_with_plurals(words))
        self._spared = frozenset(_with_plurals(spared))
        self._skeletons: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        self._consonants: dict[str, str] = {}
        self._slips: dict[str, list[str]] = {}
        self._by_ends: dict[tuple[str, str], list[str]] = {}
        self._heads: set[str] = set()
        self._tails: set[str] = set()
        self._calm: set[str] = set()
        for word in dict.fromkeys(_with_plurals(words)):
            self._index(word)
        self._longest = max(map(len, self._skeletons), default=0)
        self._remembered = lru_cache(1 << 14)(self._looked_up)

    def guesses(self, reading: str) -> Iterator[str]:
        """Other readings of a reading; none for most texts."""
        if not self._plain:
            return
        spelled = named(reading)
        if spelled:
            yield " ".join(self._meant(spelled.split()))
        tokens = reading.split()[:MOST_TOKENS]
        if self._calm.issuperset(tokens) or all(map(self._is_calm, tokens)):
            return
        meant = self._meant(tokens)
        if meant != tokens:
            yield " ".join(meant)
        turned = _turned(tokens)
        if turned:
            yield " ".join(self._meant(turned))

    def spelled(self, pieces: Sequence[str]) -> str | None:
        """The word, of those that are reason enough alone, that pieces make which are none themselves."""
        if sum(map(len, pieces)) < FEWEST_LETTERS:
            return None
        word = self._skeletons.get(alike(joined_once(map(str.lower, pieces), self._longest)))
        if word is None or word not in self._alone or any(skeleton(piece.lower()) == skeleton(word) for piece in pieces):
            return None
        return word

    def _meant(self, tokens: list[str]) -> list[str]:
        out: list[str] = []
        at = 0
        while at < len(tokens):
            whole = self._together(tokens, at)
            if whole is not None:
                out.append(whole[0])
                at = whole[1]
                continue
            out.append(self._remembered(tokens[at]) or tokens[at])
            at += 1
        return out

    def _is_calm(self, token: str) -> bool:
        """A token that is meant for nothing else, backwards neither, and is no strange beginning or end of a word."""
        if token in self._calm:
            return True
        if self._remembered(token) is not None:
            return False
        if _strange(token) and (_makes_sense_backwards(token) or _bare(token) in self._heads or _bare(token) in self._tails):
            return False
        if len(self._calm) > CALM_KEPT:
            self._calm.clear()
        self._calm.add(token)
        return True

    def _together(self, tokens: list[str], at: int) -> tuple[str, int] | None:
        """A word that was written as several, and where the text goes on after it."""
        whole = _bare(tokens[at])
        if whole not in self._heads or not _letters(tokens[at]):
            return None
        strange = _strange(tokens[at])
        for end in range(at + 1, min(len(tokens), at + MOST_PARTS)):
            if not _letters(tokens[end]):
                return None
            whole = _bare(whole + _bare(tokens[end]))
            strange = strange or _strange(tokens[end])
            found = self._skeletons.get(whole)
            if found is not None and strange and len(whole) >= FEWEST_LETTERS:
                return found, end + 1
            if whole not in self._heads:
                return None
        return None

    def _looked_up(self, token: str) -> str | None:
        """What an unknown token may be meant for."""
        core = token.strip(_EDGES)
        if not 3 <= len(core) <= LONGEST:
            return None
        letters = _letters(core)
        if (
            not letters
            or letters in self._plain
            or letters in self._spared
            or (core.replace("'", "") == letters and known(_POSSESSIVE.sub("", core)))
        ):
            return None
        if "*" in core or "#" in core:
            return self._starred(core)
        bare = skeleton(core)
        return (
            (self._skeletons.get(bare) if len(bare) >= FEWEST_LETTERS else None)
            or self._backwards(letters, bare)
            or self._without_vowels(letters)
            or (self._alike(letters) if len(letters) == len(core) else None)
            or self._slipped(letters_once(core))
            or self._several(letters)
        )

    def _backwards(self, letters: str, bare: str) -> str | None:
        if letters[::-1] in self._plain:
            return letters[::-1]
        return self._skeletons.get(bare[::-1]) if len(letters) >= FEWEST_BACKWARDS else None

    def _without_vowels(self, letters: str) -> str | None:
        return None if len(letters) < 3 or _VOWELS.search(letters, 1) else self._consonants.get(letters)

    def _alike(self, letters: str) -> str | None:
        heard = sound(letters)
        return self._sounds.get(heard) if len(heard) >= FEWEST_SOUNDS else None

    def _slipped(self, bare: str) -> str | None:
        """One letter wrong, missing, too many, or two swapped; the first one stands."""
        if len(bare) < FEWEST_FOR_SLIPS - 1:
            return None
        for form in (bare, *_shorter(bare)):
            for word in self._slips.get(form, ()):
                if _one_slip(bare, letters_once(word), strict=word in self._alone):
                    return word
        return None

    def _starred(self, core: str) -> str | None:
        bare = core.strip("*#_.-") if core[-1] not in "*#" else ""
        if len(bare) < FEWEST_LETTERS:
            return None
        pattern = re.compile("".join(f".{{1,{len(run[0])}}}" if run[0] else re.escape(run[1]) for run in _runs(bare)))
        return next((word for word in self._by_ends.get((bare[0], bare[-1]), ()) if pattern.fullmatch(word)), None)

    def _several(self, letters: str) -> str | None:
        """Words written as one, with at least one that is looked for: the way with the fewest pieces."""
        if len(letters) < FEWEST_TOGETHER:
            return None
        best: list[tuple[int, tuple[str, ...]] | None] = [None] * (len(letters) + 1)
        best[0] = (0, ())
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - LONGEST_PIECE), end):
                before, piece = best[start], letters[start:end]
                if before is None or before[0] == MOST_PIECES or not (piece in self._plain or _is_word(piece)):
                    continue
                here = best[end]
                if here is None or before[0] + 1 < here[0]:
                    best[end] = (before[0] + 1, (*before[1], piece))
        whole = best[-1]
        if whole is None or whole[0] < 2 or self._plain.isdisjoint(whole[1]):
            return None
        return " ".join(whole[1])

    def _index(self, word: str) -> None:
        bare, once = skeleton(word), letters_once(word)
        self._skeletons.setdefault(bare, word)
        self._sounds.setdefault(sound(word), word)
        consonants = word[:1] + _VOWELS.sub("", word[1:])
        for form in (consonants, letters_once(consonants)):
            if len(form) >= 3 and word in self._alone and not known(form):
                self._consonants.setdefault(form, word)
        if len(once) >= FEWEST_FOR_SLIPS:
            for form in (once, *_shorter(once)):
                self._slips.setdefault(form, []).append(word)
        self._by_ends.setdefault((word[0], word[-1]), []).append(word)
        self._heads.update(bare[:size] for size in range(1, len(bare)))
        self._tails.update(bare[size:] for size in range(1, len(bare)))


@lru_cache(8)
def guesser_of(listed: tuple[str, ...], written: tuple[str, ...], spared: tuple[str, ...]) -> Guesser:
    """The same words, the same guesser: policies differ more often than their rules."""
    return Guesser(listed, written, spared)


def _usable(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) >= FEWEST_LETTERS and word.isascii() and word.isalpha()]


def _with_plurals(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield word
        if not word.endswith("s"):
            yield word + "s"


@lru_cache(1 << 15)
def _bare(token: str) -> str:
    return skeleton(token)


def _letters(token: str) -> str:
    return _LETTERS.sub("", token)


@lru_cache(1 << 15)
def _strange(token: str) -> bool:
    letters = _letters(token)
    return letters not in _SHORT if len(letters) <= 2 else not known(letters)


@lru_cache(1 << 15)
def _makes_sense_backwards(token: str) -> bool:
    letters = _letters(token)
    return len(letters) > 2 and not known(letters) and known(letters[::-1])


def _turned(tokens: list[str]) -> list[str]:
    """With the words that make sense from their end turned, and runs of them in the order in which they then are; or nothing."""
    out: list[str] = []
    run: list[str] = []
    for token in (*tokens, ""):
        letters = _letters(token)
        if _makes_sense_backwards(token) or (run and len(letters) == 1):
            run.append(letters[::-1])
        else:
            out += [*reversed(run), token]
            run = []
    turned = out[:-1]
    return turned if turned != tokens else []


def _is_word(piece: str) -> bool:
    return piece in _SHORT or (len(piece) > 2 and piece in vocabulary())


def _shorter(bare: str) -> Iterator[str]:
    """Without one letter that is not the first."""
    for at in range(1, len(bare)):
        yield bare[:at] + bare[at + 1 :]


def _one_slip(one: str, other: str, *, strict: bool) -> bool:
    """At most one letter wrong, missing or too many, or two neighbours swapped.

    `strict`: in `other`, a word that is reason enough alone. Then a short one may have no letter wrong, and a longer one
    rather a vowel than a consonant.
    """
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[at:], other[at:]
    if len(left) > len(right):
        return left[1:] == right
    if len(left) < len(right):
        return left == right[1:] and (not strict or len(other) >= FEWEST_IF_STRICT)
    if left[:2] == right[:2][::-1] and left[2:] == right[2:]:
        return True
    vowels = bool(_VOWELS.match(left) and _VOWELS.match(right))
    fewest = 0 if not strict else FEWEST_IF_STRICT if vowels else FEWEST_IF_STRICT + 2
    return left[1:] == right[1:] and len(other) >= fewest


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Stars, or a letter."""
    for found in re.finditer(r"([*#]+)|(.)", text):
        yield found[1] or "", found[2] or ""
