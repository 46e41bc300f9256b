"""What is written of a stream at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .moment import Moment

JOINED_WITHIN_MS = 10 * 60_000
"""A show that starts again on the same source within ten minutes goes on with its stream."""


def is_rehearsal(source: str) -> bool:
    """Nobody of its chat is there: the demo, or a recorded chat."""
    return source == "demo" or source.startswith("replay:")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that is marked in the charts. Nobody's name is in it."""

    at_ms: int
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A word or phrase of the chat."""

    words: str
    count: int
    """Messages that had it."""
    chatters: int
    """Different chatters who said it, counted to `words.ENOUGH` only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What came to a stream since the piece before it. Written once, however often it is tried."""

    stretch: str
    """Id of an unbroken time on one source within one run of the show."""
    number: int
    """1, 2, … within its stretch."""
    source: str
    begun_ms: int
    """When the stretch began (Unix)."""
    until_ms: int
    over: bool = False
    """It is the stretch's last."""
    moments: dict[int, Moment] = field(default_factory=dict)
    """Start of the minute (Unix milliseconds) → what came to it."""
    chatters: tuple[tuple[str, int], ...] = ()
    """Viewers' ids, each with the minute of the first message in this stretch. In memory only: the store hashes them."""
    happenings: tuple[Happening, ...] = ()
    topics: tuple[Topic, ...] | None = None
    """The stretch's topics as they stand now; None = as they were."""


def without(piece: Piece, viewer_id: str) -> Piece:
    """What may be written of it once this viewer is erased."""
    kept = tuple(each for each in piece.chatters if each[0] != viewer_id)
    return piece if len(kept) == len(piece.chatters) else replace(piece, chatters=kept)
