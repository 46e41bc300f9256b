"""Rows of `figures` → what is told of a stream or a period."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...flow.budget import AUDIBLE_MS, STAGES, STOP_MS
from ...flow.streams import Figures, Latency
from . import buckets

WHOLE_STAGE = "arrival_to_audible"
AGE = "age"
STOP = "stop"
BUDGETS: Mapping[str, float | None] = {
    WHOLE_STAGE: AUDIBLE_MS,
    **{stage.name: stage.ms for stage in STAGES},
    AGE: None,
    STOP: STOP_MS,
}
"""The stages in the order in which they are told."""

_SUMS = (
    *("minutes", "messages", "chatters", "newcomers", "returned", "first_of_day", "first_of_week", "first_of_month"),
    *("events", "removals", "answered", "questions", "questions_answered", "understood", "sentiment", "energy"),
    *("in_stopped", "out_stopped", "turns", "turns_heard", "turns_cut"),
)

Histograms = Mapping[str, Counter[int]]
"""Stage → histogram."""


@dataclass(slots=True)
class Total:
    """Figures of several streams, added up."""

    streams: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    peak: int | None = None
    audible: Counter[int] = field(default_factory=Counter)
    age: Counter[int] = field(default_factory=Counter)

    def add(self, row: sqlite3.Row, histograms: Histograms) -> None:
        self.streams += 1
        for name in _SUMS:
            self.sums[name] += row[name]
        if row["chatters_most"] is not None:
            self.peak = max(self.peak or 0, row["chatters_most"])
        self.audible.update(histograms.get(WHOLE_STAGE, {}))
        self.age.update(histograms.get(AGE, {}))

    def figures(self, different: str | None = None) -> Figures:
        """`different` is the column that counts different people of the period; of one stream there is none."""
        sums = self.sums
        chatters = sums["newcomers"] + sums["returned"] if different is None else sums[different]
        return Figures(
            minutes=sums["minutes"],
            messages=sums["messages"],
            chatters=chatters,
            newcomers=sums["newcomers"],
            returning=max(0, chatters - sums["newcomers"]),
            chatters_a_minute=share(sums["chatters"], sums["minutes"], 1),
            chatters_peak=self.peak,
            events=sums["events"],
            removals=sums["removals"],
            answered=sums["answered"],
            answered_share=share(sums["answered"], sums["messages"]),
            questions=sums["questions"],
            questions_answered=sums["questions_answered"],
            sentiment=share(sums["sentiment"], sums["understood"]),
            energy=share(sums["energy"], sums["understood"]),
            kept_out=sums["in_stopped"],
            not_said=sums["out_stopped"],
            turns=sums["turns"],
            turns_heard=sums["turns_heard"],
            turns_cut=sums["turns_cut"],
            audible_ms_p50=buckets.percentile(self.audible, 50),
            audible_ms_p95=buckets.percentile(self.audible, 95),
            age_ms_p95=buckets.percentile(self.age, 95),
        )


def share(part: float, whole: float, digits: int = 4) -> float | None:
    """None of nothing."""
    return round(part / whole, digits) if whole else None


def latencies(histograms: Histograms) -> list[Latency]:
    """One a stage, in the order of the way; all of them, measured or not."""
    return [_latency(stage, budget, histograms.get(stage, Counter())) for stage, budget in BUDGETS.items()]


def _latency(stage: str, budget_ms: float | None, histogram: Counter[int]) -> Latency:
    p50, p95, p99 = (buckets.percentile(histogram, q) for q in (50, 95, 99))
    return Latency(stage=stage, budget_ms=budget_ms, n=histogram.total(), p50_ms=p50, p95_ms=p95, p99_ms=p99)


def histograms_of(db: sqlite3.Connection, streams: Sequence[int], stages: Iterable[str] = BUDGETS) -> Mapping[int, Histograms]:
    """Stream → its histograms as a whole."""
    found: dict[int, dict[str, Counter[int]]] = {stream: {} for stream in streams}
    wanted = tuple(stages)
    sql = (
        "SELECT stream, stage, buckets FROM latencies WHERE span_s = 0 AND at_ms = 0 "  # noqa: S608 -- places only
        f"AND stream IN ({places(streams)}) AND stage IN ({places(wanted)})"
    )
    for stream, stage, text in db.execute(sql, (*streams, *wanted)) if streams else ():
        found[stream][stage] = buckets.from_text(text)
    return found


def places(values: Sequence[object]) -> str:
    """`?, ?, ?`"""
    return ", ".join("?" * len(values))
