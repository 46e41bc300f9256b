"""What of a chat did not become an item, and why; never the content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a line that was understood is not handed on."""

    SHARED_CHAT = "shared_chat"
    """It was written in, or belongs to, another channel of a shared chat."""
    OTHER_CHANNEL = "other_channel"
    """It is addressed to a channel that is not read."""
    PART_OF_GIFT = "part_of_gift"
    """One of many subs given at once; the gift itself is handed on."""
    TWICE = "twice"
    """It has come before: two connections overlap while one is handed over to the next."""
    CLIENT_REQUEST = "client_request"
    """A CTCP request to the program, not a message to people."""


@dataclass(slots=True)
class Tally:
    malformed: int = 0
    """Lines that could not be understood."""
    left_out: Counter[LeftOut] = field(default_factory=Counter)
