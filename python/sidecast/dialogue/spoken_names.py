"""Viewers' names as people read them: `xX_DarkLord99_Xx` is "dark lord ninety nine"."""

from __future__ import annotations

import re

import emoji
from anyascii import anyascii

from .spoken_numbers import count_aloud, digits_aloud
from .spoken_table import SPELLED

LONGEST = 40
"""Characters of a name that are read."""
MOST_DIGITS = 4
"""Digits at the end that are read; a longer tail is a serial number that nobody says."""

_TAGS = frozenset({"ttv", "tv", "yt", "twitch", "official", "live", "gaming", "x", "xx", "xxx"})
"""Parts that nobody says, unless there is nothing else."""
_TITLES = {"mr": "mister", "mrs": "missis", "ms": "miss", "dr": "doctor", "st": "saint"}
_PARTS = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VOWEL = re.compile(r"[AEIOUY]")
_LEET = str.maketrans("01345", "oieas")
_LEET_INSIDE = re.compile(r"(?<=[A-Za-z])[01345]{1,2}(?=[A-Za-z])")


def name_aloud(name: str) -> str:
    """Words that may be read in place of `name`; empty when nothing of it can be read."""
    # anyascii would spell an emoji out
    plain = anyascii(emoji.replace_emoji(name[:LONGEST], " "))
    plain = _LEET_INSIDE.sub(lambda match: match[0].translate(_LEET), plain)
    parts = [part for chunk in re.split(r"[^A-Za-z0-9]+", plain) for part in _PARTS.findall(chunk)]
    spoken = [part for part in parts if part.lower() not in _TAGS] or parts
    return " ".join(filter(None, (_part_aloud(part, last=index == len(spoken) - 1) for index, part in enumerate(spoken))))


def _part_aloud(part: str, *, last: bool) -> str:
    if part.isdigit():
        return _digits(part, last=last)
    if part.lower() in _TITLES:
        return _TITLES[part.lower()]
    if part.isupper() and (part.lower() in SPELLED or (len(part) in {2, 3, 4} and not _VOWEL.search(part))):
        return " ".join(part)
    return re.sub(r"(.)\1{2,}", r"\1\1", part.lower())


def _digits(digits: str, *, last: bool) -> str:
    if len(digits) > MOST_DIGITS:
        return "" if last else digits_aloud(digits[:MOST_DIGITS])
    return digits_aloud(digits) if digits.startswith("0") or len(digits) == 3 else count_aloud(digits)
