"""Text → the plain letters that rules are written for, however it was disguised.

Nothing here is shown or spoken: a reading may be nonsense, it only has to contain the word that a person would see or hear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .characters import pictured, to_ascii, turned_back
from .joined import joined
from .leet import undrawn, unleet

MAX_FOLDED = 4_096
"""Characters that are folded and judged; a gate refuses texts long before this."""
MAX_READINGS = 10


@dataclass(frozen=True, slots=True)
class Folded:
    """What the rules look at."""

    surface: str
    """Lower case ASCII with digits and punctuation as they were: for links, numbers, commands."""
    readings: tuple[str, ...]
    """Lower case ASCII; the first is the plainest, the others undo a disguise. At most `MAX_READINGS`."""


def fold(text: str) -> Folded:
    """Every reading of `text` that its characters suggest. Linear in its length; never raises, whatever the text.

    `fold(fold(text).readings[0]).readings[0] == fold(text).readings[0]`.
    """
    text = text[:MAX_FOLDED]
    surface = text.lower()
    if _SIMPLE(surface) and not _BACKWARDS.search(surface):
        return Folded(surface, (surface,))
    others: list[str] = []
    if not surface.isascii():
        surface, sounded = to_ascii(text)
        others = [other for other in (sounded, pictured(text), *turned_back(text)) if other]
    base = _squeezed(surface)
    readings = [reading for reading in (base, undrawn(base), *map(_squeezed, others)) if reading or reading is base]
    for reading in tuple(dict.fromkeys(readings)):
        readings += unleet(reading)
    # Spelling games are looked for in the readings so far, so that `f.u.©.k` and `5 h 1 t` are joined too.
    readings += [joined(reading) for reading in tuple(dict.fromkeys(readings))]
    if _BACKWARDS.search(base) or "\u202e" in text:
        readings.insert(1, base[::-1])
    return Folded(surface, tuple(dict.fromkeys(readings))[:MAX_READINGS])


def fold_word(word: str) -> str:
    """The plainest reading, for words of a list."""
    return fold(word).readings[0].strip()


def fold_spellings(words: Iterable[str]) -> list[str]:
    """Every reading of every word, for lists that people write: `gl0om` also means what it looks like."""
    readings = (reading for word in words for reading in spellings(word))
    return [reading for reading in dict.fromkeys(readings) if reading]


@lru_cache(1 << 15)
def spellings(word: str) -> tuple[str, ...]:
    """Every reading of a word, the plainest first. Remembered: lists are long, and change by a word."""
    return tuple(reading.strip() for reading in fold(word).readings)


# Most chat: lower case words with common punctuation between them, nothing stretched and nothing spelled. Matched in one go.
_SIMPLE = re.compile(r"(?:(?:[a-z]{2,}|[aiou])(?:'[a-z]{1,2})?(?:[.,!?]{0,3} +|[.,!?]{0,3}\Z))*\Z").match
_STRETCHED = re.compile(r"(.)\1{3,}", re.DOTALL)
_BACKWARDS = re.compile(r"backward|revers|mirror")


def _squeezed(text: str) -> str:
    return _STRETCHED.sub(r"\1\1\1", text)
