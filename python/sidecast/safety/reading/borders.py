"""Ways to say a word without saying it: initials, letters by name, halves of a word in two clauses."""

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
_LAST_WORD = re.compile(r"(\w{1,24})\W{0,4}\Z")
_FIRST_WORD = re.compile(r"\A\W{0,4}(\w{1,24})")
_ACROSTIC_LETTERS = range(5, 10)
"""Lengths of words looked for in initials; four letters come together by chance too often."""


def acrostics(clauses: Sequence[str]) -> Iterator[str]:
    """What the initials of the clauses, and those of the last clause's words, may spell: every run of them as a word."""
    openings = "".join(match[0] for clause in clauses if (match := _FIRST.search(clause.lower())))
    initials = "".join(_FIRST.findall(clauses[-1].lower()))
    for letters in (openings, initials):
        runs = [letters[at : at + size] for size in _ACROSTIC_LETTERS for at in range(len(letters) - size + 1)]
        if runs:
            yield " ".join(runs)


def decoded(text: str) -> Iterator[str]:
    """What radio letters in `text` spell."""
    for match in _RADIO_RUN.finditer(text.lower()):
        yield "".join(_FIRST.findall(match[0]))


def at_border(before: str, after: str) -> tuple[str, str] | None:
    """The last word before a border and the first one after it."""
    left, right = _LAST_WORD.search(before), _FIRST_WORD.search(after)
    return (left[1], right[1]) if left and right else None


def seam(before: str, after: str) -> Iterator[str]:
    """The two words at a border, as one."""
    words = at_border(before, after)
    if words is not None:
        yield "".join(words)
