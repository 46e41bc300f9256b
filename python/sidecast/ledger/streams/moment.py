"""What is counted of one minute, and how two counts of it become one."""

from __future__ import annotations

from collections import Counter
from enum import Enum


class Merge(Enum):
    """How a measure of two parts becomes one of both."""

    SUM = "sum"
    MOST = "most"
    LEAST = "least"


MEASURES: dict[str, Merge] = {
    "messages": Merge.SUM,
    "events": Merge.SUM,
    "removals": Merge.SUM,
    "chatters": Merge.SUM,
    "chatters_most": Merge.MOST,
    "answered": Merge.SUM,
    "questions": Merge.SUM,
    "questions_answered": Merge.SUM,
    "understood": Merge.SUM,
    "sentiment": Merge.SUM,
    "energy": Merge.SUM,
    "in_stopped": Merge.SUM,
    "out_stopped": Merge.SUM,
    "waiting_most": Merge.MOST,
    "turns": Merge.SUM,
    "turns_heard": Merge.SUM,
    "turns_cut": Merge.SUM,
    "samples": Merge.SUM,
    "cpu": Merge.SUM,
    "cpu_most": Merge.MOST,
    "machine": Merge.SUM,
    "memory_mb_most": Merge.MOST,
    "lag_ms_most": Merge.MOST,
    "intake_most": Merge.MOST,
    "backlog_most": Merge.MOST,
    "pictures": Merge.SUM,
    "fps": Merge.SUM,
    "fps_least": Merge.LEAST,
    "frame_ms_most": Merge.MOST,
    "underruns": Merge.SUM,
    "dropped": Merge.SUM,
}
"""What the counter measures, in the order of the table's columns. `schema.py` says what each is."""

VIEWERS: tuple[str, ...] = ("minutes", "newcomers", "returned", "first_of_day", "first_of_week", "first_of_month")
"""Sums that only the store can know, because they depend on what is there already."""


class Moment:
    """One minute's counts, or what came to them since they were last written. Used on the loop's thread only."""

    __slots__ = (*MEASURES, "latency", "tallies")

    messages: int
    events: int
    removals: int
    chatters: int
    chatters_most: int | None
    answered: int
    questions: int
    questions_answered: int
    understood: int
    sentiment: float
    energy: float
    in_stopped: int
    out_stopped: int
    waiting_most: float | None
    turns: int
    turns_heard: int
    turns_cut: int
    samples: int
    cpu: float
    cpu_most: float | None
    machine: float
    memory_mb_most: float | None
    lag_ms_most: float | None
    intake_most: float | None
    backlog_most: float | None
    pictures: int
    fps: float
    fps_least: float | None
    frame_ms_most: float | None
    underruns: int
    dropped: int

    def __init__(self) -> None:
        for name, merge in MEASURES.items():
            setattr(self, name, 0 if merge is Merge.SUM else None)
        self.tallies: Counter[tuple[str, str]] = Counter()
        """(kind, name) → how many; kinds: `reason`, `in` and `out` (verdicts), `event`."""
        self.latency: Counter[tuple[str, int]] = Counter()
        """(stage, bucket) → how many."""

    def values(self) -> tuple[float | None, ...]:
        """In the order of `MEASURES`."""
        return tuple(getattr(self, name) for name in MEASURES)

    def most(self, name: str, value: float) -> None:
        """`value` where it is more than what was the most so far."""
        before = getattr(self, name)
        if before is None or value > before:
            setattr(self, name, value)

    def least(self, name: str, value: float) -> None:
        before = getattr(self, name)
        if before is None or value < before:
            setattr(self, name, value)
