"""What came over the sockets and was not handed on, and why; never the content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Dropped(StrEnum):
    """Why a message that was understood is not handed on."""

    TWICE = "twice"
    """Its message id has come before: Twitch delivers at least once."""
    STALE = "stale"
    """Older than ten minutes when it came: a replay, as Twitch's documentation says."""
    FULL = "full"
    """The show did not take what waited for it."""
    BAD_ADDRESS = "bad_address"
    """A `reconnect_url` that leads away from Twitch; the old connection is read to its end."""


@dataclass(slots=True)
class Tally:
    malformed: Counter[str] = field(default_factory=Counter)
    """Frames that could not be understood, by reason; see `envelope.Bad`."""
    dropped: Counter[Dropped] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """What was read and makes no item, by reason; see `items.LeftOut`."""
    ends: Counter[int] = field(default_factory=Counter)
    """Close codes of the sockets that ended; 1006 = without a word, 0 = given up by us."""
    silences: int = 0
    """Sockets that were given up because nothing came."""
