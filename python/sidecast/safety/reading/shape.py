"""Is it text that a person could have meant, before anyone asks what it says?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ...flow.verdict import Category

MAX_MARKS = 0.5
"""Combining marks per other character above which a text is decoration (zalgo) rather than writing."""
FLOOD_FROM = 200
"""Characters from which a text that says little over and over is a flood; short repetition is how chat cheers."""
FLOOD_VARIETY = 0.15
"""Different words per word, below which a long text is a flood."""


@dataclass(frozen=True, slots=True)
class Problem:
    category: Category
    rule: str


# C0 and C1 controls but tab and line ends; lone surrogates; noncharacters.
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONG_RUN = re.compile(r"(\S)\1{119,}")


def misshapen(text: str, limit: int) -> Problem | None:
    """What is wrong with a text's shape, or None. Capitals are no fault: a sixth of real chat is shouted."""
    if len(text) > limit:
        return Problem(Category.MALFORMED, "shape.too_long")
    if text.isascii() and text.isprintable() and len(text) < FLOOD_FROM and text:
        return None
    if not _visible(text):
        return Problem(Category.MALFORMED, "shape.empty")
    if _UNSPEAKABLE.search(text):
        return Problem(Category.MALFORMED, "shape.control")
    if not text.isascii():
        marks = sum(unicodedata.category(char) in {"Mn", "Me"} for char in unicodedata.normalize("NFC", text))
        if marks > 8 and marks > MAX_MARKS * (len(text) - marks):
            return Problem(Category.MALFORMED, "shape.zalgo")
    if len(text) >= FLOOD_FROM and _is_flood(text):
        return Problem(Category.SPAM, "shape.flood")
    return None


def _visible(text: str) -> bool:
    """Has a letter, number, punctuation or symbol: not only spaces, joiners and marks."""
    return any(
        unicodedata.category(char)[0] in "LNPSC" and unicodedata.category(char) != "Cf" for char in text if not char.isspace()
    )


def _is_flood(text: str) -> bool:
    words = text.casefold().split()
    return len(set(words)) <= FLOOD_VARIETY * len(words) or _LONG_RUN.search(text) is not None
