"""What of a chat did not become an item, and why; never the content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..left_out import LeftOut

__all__ = ["LeftOut", "Tally"]


@dataclass(slots=True)
class Tally:
    malformed: int = 0
    """Lines that could not be understood."""
    left_out: Counter[LeftOut] = field(default_factory=Counter)
