"""What an expression cannot tell about a number that it has found."""

from __future__ import annotations

import re
from collections.abc import Callable

_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def card_number(surface: str) -> bool:
    """A run of 13 to 19 digits that passes the Luhn check (ISO/IEC 7812-1), as every payment card's number does."""
    return any(_luhn(re.sub(r"\D", "", match[0])) for match in _CARD.finditer(surface))


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


CHECKS: dict[str, Callable[[str], bool]] = {"card_number": card_number}
