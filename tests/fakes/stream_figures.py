"""Pieces of streams for tests, and a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Sequence

from sidecast.ledger.streams.buckets import bucket_of
from sidecast.ledger.streams.moment import Moment
from sidecast.ledger.streams.piece import Happening, Piece, Topic

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MONDAY_MS = 1_795_392_000_000
"""2026-11-23 00:00 UTC, a Monday."""


class StandingClock:
    """`Clock` whose wall and monotonic time move together, by hand."""

    def __init__(self, wall_ms: int = MONDAY_MS) -> None:
        self.ms = wall_ms

    def now_ns(self) -> int:
        return (self.ms - MONDAY_MS) * 1_000_000 + 1

    def wall_ms(self) -> int:
        return self.ms

    async def sleep(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


def mark(viewer_id: str) -> bytes:
    """In place of the keyed hash: it can be read in a failing test."""
    return viewer_id.encode()


def moment(messages: int = 0, *, audible_ms: Sequence[float] = (), **measures: float) -> Moment:
    made = Moment()
    made.messages = messages
    for name, value in measures.items():
        setattr(made, name, value)
    for ms in audible_ms:
        made.latency["arrival_to_audible", bucket_of(ms)] += 1
    return made


def piece(
    stretch: str = "s1",
    number: int = 1,
    *,
    begun_ms: int = MONDAY_MS,
    moments: dict[int, Moment] | None = None,
    chatters: Sequence[tuple[str, int]] = (),
    source: str = "twitch:kit",
    until_ms: int | None = None,
    over: bool = False,
    happenings: Sequence[Happening] = (),
    topics: Sequence[Topic] | None = None,
) -> Piece:
    moments = {begun_ms: moment(1)} if moments is None else moments
    return Piece(
        stretch=stretch,
        number=number,
        source=source,
        begun_ms=begun_ms,
        until_ms=max([begun_ms, *moments]) + 30_000 if until_ms is None else until_ms,
        over=over,
        moments=moments,
        chatters=tuple(chatters),
        happenings=tuple(happenings),
        topics=None if topics is None else tuple(topics),
    )
