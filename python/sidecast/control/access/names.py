"""Names of people and keys: what may stand in one, and when two look the same."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

MAX_NAME = 40
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories: controls (CR, LF, NUL), formats (zero width, direction marks), surrogates, private, unassigned, breaks."""


def clean(name: str) -> str:
    """In one form (NFC), with single spaces.

    Raises:
        ValueError: nothing is left, it is too long, or it holds what cannot be seen.
    """
    if any(unicodedata.category(letter) in _UNSEEN for letter in name):
        raise ValueError("a name must not hold control characters or others that cannot be seen")
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise ValueError("a name must not be empty")
    if len(name) > MAX_NAME:
        raise ValueError(f"a name has at most {MAX_NAME} characters")
    return name


def folded(name: str) -> str:
    """Equal for names that differ in case, width or style only."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(clean)]
