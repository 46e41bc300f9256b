"""Ways to say a word without saying it: initials, and letters by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MIN_LETTERS = 4
"""Fewer spelled letters than this say nothing for certain."""

_RADIO = (
    "alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec"
    "|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu"
)
"""The ICAO spelling alphabet: each word stands for its first letter."""
_RADIO_RUN = re.compile(rf"\b(?:{_RADIO})(?:[\s,.-]+(?:{_RADIO})){{{MIN_LETTERS - 1},}}\b")
_FIRST = re.compile(r"(?<![a-z'])[a-z]")


def acrostics(clauses: Sequence[str]) -> Iterator[str]:
    """The initials of the clauses, and those of the words of the last clause."""
    openings = "".join(match[0] for clause in clauses if (match := _FIRST.search(clause.lower())))
    if len(openings) >= MIN_LETTERS:
        yield openings
    initials = "".join(_FIRST.findall(clauses[-1].lower()))
    if len(initials) >= MIN_LETTERS:
        yield initials


def decoded(text: str) -> Iterator[str]:
    """What radio letters in `text` spell."""
    for match in _RADIO_RUN.finditer(text.lower()):
        yield "".join(_FIRST.findall(match[0]))
