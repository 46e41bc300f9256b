"""Ledger lines for tests: all of a line follows from its number."""

from __future__ import annotations

from sidecast.flow.line import LedgerLine, Outcome, Stages

MS = 1_000_000
WALL_MS = 1_795_392_000_000


def stages(arrived_ms: int = 1_000, *gaps_ms: int) -> Stages:
    """Stamps from the gaps between them; the defaults keep inside DESIGN's budget."""
    gaps = gaps_ms or (2, 4, 35, 1, 40, 30, 1800)
    at, stamps = arrived_ms, [arrived_ms]
    for gap in gaps:
        at += gap
        stamps.append(at)
    return Stages(*(stamp * MS for stamp in stamps))


def line(
    number: int, *, author: str = "", name: str = "", text: str = "", wall_ms: int = WALL_MS, was_free: bool = True
) -> LedgerLine:
    return LedgerLine(
        turn_id=f"turn-{number}",
        wall_ms=wall_ms + number,
        author_id=author or f"viewer-{number % 7}",
        author_name=name or f"Viewer {number % 7}",
        text=text or f"question number {number}?",
        cause="message",
        score=1.5,
        parts={"question": 1.0, "freshness": 0.5},
        waiting=3,
        brain="stand-in",
        voice="flite",
        verdicts=("allow none", "block swearing en.strong"),
        cleared=(f"answer number {number}.",),
        heard=f"answer number {number}.",
        outcome=Outcome.HEARD,
        reason="answered",
        was_free=was_free,
        stages=stages(),
    )
