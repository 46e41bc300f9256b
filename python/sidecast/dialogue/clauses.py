"""A brain's stream of text → clauses, each as early as it can be known to be one.

Reads one character at a time and decides only on what it has read, so the clauses do not depend on how the text was
cut into pieces.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

SHORTEST = 8
"""Characters below which a sentence waits for the next one: "Oh." alone would be a gasp and a gap."""
FIRST_COMMA = 24
"""Characters from which a comma ends a turn's first clause, which somebody is waiting for."""
COMMA = 48
SOFT_LIMIT = 80
"""Characters from which any comma or conjunction ends the clause."""
HARD_LIMIT = 160
"""Characters at which it ends at the last space, or in the middle of a word if there is none."""
LINK_LIMIT = 480
"""The same for a word that is a link: only whole can it be read as one."""
LONGEST_TAG = 24

_ENDS = frozenset(".!?…。！？")
_PAUSES = frozenset(",;:–—")
_CLOSERS = frozenset("\"'”’)]»*")
_TAG_SIGN = re.compile(r"[a-z_]")
_GO_ON = frozenset("mr mrs ms dr st prof vs approx feat e.g i.e a.k.a".split())  # noqa: SIM905
"""Abbreviations after which a sentence never ends."""
_BEFORE_NUMBER = frozenset("no nr vol ep ch pt fig".split())  # noqa: SIM905
"""“No. 5” goes on; “Oh no. Five!” ends."""
_BEFORE_SMALL = frozenset("etc ft min sec hr jr sr p.m a.m u.s u.k approx".split())  # noqa: SIM905
"""“At 7 p.m. in the den” goes on; “At 7 p.m. Come!” ends."""
_CONJUNCTIONS = ("and ", "but ", "so ", "or ", "because ", "which ", "while ", "when ")
_EMOTICON_EYES = frozenset(":;=")


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as it was written."""

    text: str
    mood: str = ""
    """Of the last `[mood]` tag up to here, or empty."""
    gesture: str = ""
    """Of a `(gesture)` tag in or before this clause."""


class ClauseSplitter:
    """`feed` returns the clauses that are complete; `close` the rest. One splitter a turn.

    `[word]` is always a tag; `(word)` is one only when it is a known gesture, for people write asides in brackets.
    """

    def __init__(self, gestures: Collection[str] = ()) -> None:
        self._gestures = frozenset(gestures)
        self._text = ""
        self._tag = ""
        self._mood = ""
        self._next_mood = ""
        self._gesture = ""
        self._emitted = 0
        self._undecided = 0
        """Length at which a sentence ends or goes on, as the next character tells; 0 = nothing is open."""

    def feed(self, piece: str) -> list[Piece]:
        found: list[Piece] = []
        for character in piece:
            self._read(character, found)
        return found

    def close(self) -> list[Piece]:
        """The end of the text: whatever is left is a clause."""
        found: list[Piece] = []
        if self._tag:
            self._give_back_tag(found)
        self._emit(len(self._text), found)
        return found

    def _read(self, character: str, found: list[Piece]) -> None:
        if self._tag:
            self._read_tag(character, found)
        elif character in "[(":
            self._tag = character
        else:
            self._append(character, found)

    def _read_tag(self, character: str, found: list[Piece]) -> None:
        opened, name = self._tag[0], self._tag[1:]
        if character == {"[": "]", "(": ")"}[opened] and name and (opened == "[" or name in self._gestures):
            self._tag = ""
            self._note(opened, name, found)
        elif _TAG_SIGN.match(character) and len(self._tag) < LONGEST_TAG:
            self._tag += character
        else:
            self._give_back_tag(found)
            self._read(character, found)

    def _give_back_tag(self, found: list[Piece]) -> None:
        text, self._tag = self._tag, ""
        for character in text:
            self._append(character, found)

    def _note(self, opened: str, name: str, found: list[Piece]) -> None:
        # a tag after the end of a sentence belongs to what follows
        if self._ends_here(len(self._text)) and len(self._text.strip()) >= SHORTEST:
            self._emit(len(self._text), found)
        if opened == "(":
            self._gesture = self._gesture or name
        elif self._text.strip():
            self._next_mood = name
        else:
            self._mood = name

    def _append(self, character: str, found: list[Piece]) -> None:
        if character.isspace():
            if self._text and not self._text[-1].isspace():
                self._at_space(character, found)
            return
        if self._undecided:
            ended, self._undecided = self._undecided, 0
            if not (character.isdigit() or (character.islower() and self._last_word(ended) in _BEFORE_SMALL)):
                self._emit(ended, found)
        self._text += character
        if len(self._text) > HARD_LIMIT and (cut := self._last_space() or self._inside_word()):
            self._emit(cut, found)

    def _at_space(self, character: str, found: list[Piece]) -> None:
        """A word is over: is a clause over too?"""
        length = len(self._text)
        if character == "\n" and length >= SHORTEST:
            self._emit(length, found)
            return
        if self._ends_here(length):
            if length >= SHORTEST:
                if self._last_word(length) not in _BEFORE_NUMBER | _BEFORE_SMALL:
                    self._emit(length, found)
                    return
                self._undecided = length
        elif self._pauses_here(length):
            self._emit(length, found)
            return
        self._text += " "
        if length >= SOFT_LIMIT and (cut := self._before_conjunction()):
            self._emit(cut, found)

    def _ends_here(self, length: int) -> bool:
        text = self._text[:length].rstrip()
        bare = text.rstrip("".join(_CLOSERS))
        if not bare or bare[-1] not in _ENDS:
            return False
        if bare[-1] != "." or bare.endswith(".."):
            return True
        word = bare[:-1].rsplit(maxsplit=1)[-1] if bare[:-1].strip() else ""
        initial = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
        return word.lower().lstrip("(\"'") not in _GO_ON and not initial

    def _last_word(self, length: int) -> str:
        """Without the full stop that ends it; empty when no full stop does."""
        text = self._text[:length].rstrip().rstrip("".join(_CLOSERS))
        words = text[:-1].split() if text.endswith(".") and not text.endswith("..") else []
        return words[-1].lower().lstrip("(\"'") if words else ""

    def _pauses_here(self, length: int) -> bool:
        text = self._text[:length]
        if text[-1] not in _PAUSES or len(text) < 2 or text[-2] in _EMOTICON_EYES:
            return False
        return length >= (FIRST_COMMA if self._emitted == 0 else COMMA)

    def _before_conjunction(self) -> int:
        """Where the last conjunction begins, if enough comes before it; 0 = nowhere."""
        cuts = [self._text.rfind(f" {word}", SHORTEST) for word in _CONJUNCTIONS]
        cut = max(cuts)
        return cut + 1 if cut >= SOFT_LIMIT // 2 else 0

    def _last_space(self) -> int:
        return self._text.rfind(" ", SHORTEST, HARD_LIMIT) + 1

    def _inside_word(self) -> int:
        """Where a word that is too long is cut; 0 = not yet."""
        return HARD_LIMIT if "://" not in self._text or len(self._text) > LINK_LIMIT else 0

    def _emit(self, cut: int, found: list[Piece]) -> None:
        text, self._text = self._text[:cut].strip(), self._text[cut:].lstrip()
        self._undecided = 0
        if text:
            found.append(Piece(text, self._mood, self._gesture))
            self._gesture = ""
            self._emitted += 1
            if self._next_mood:
                self._mood, self._next_mood = self._next_mood, ""
