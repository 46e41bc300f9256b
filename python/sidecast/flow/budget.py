"""DESIGN's latency budget: the stages of a turn, what each may take, and how they are read off a turn's stamps."""

from __future__ import annotations

from typing import NamedTuple

from .line import Stages


class StageBudget(NamedTuple):
    """One stage of the way: from the stamp before it to its own."""

    name: str
    start: str
    """Field of `Stages` where it begins."""
    end: str
    """Field of `Stages` where it ends."""
    ms: float
    """p95 that it may take with embedded parts, when the host is free to speak."""


STAGES: tuple[StageBudget, ...] = (
    StageBudget("screened", "arrived_ns", "screened_ns", 5),
    StageBudget("chosen", "screened_ns", "chosen_ns", 10),
    StageBudget("first_clause", "chosen_ns", "first_clause_ns", 60),
    StageBudget("cleared", "first_clause_ns", "cleared_ns", 10),
    StageBudget("first_pcm", "cleared_ns", "first_pcm_ns", 60),
    StageBudget("audible", "first_pcm_ns", "audible_ns", 60),
)
AUDIBLE_MS = 250.0
"""Arrival → first audible sample, p95: more than the sum of the stages, whose p95s do not fall on the same turn."""
STOP_MS = 100.0
"""From asking for silence to silence at the mixer, p95."""


def stage_times(stages: Stages) -> dict[str, float]:
    """Milliseconds of every stage that the turn went through; a stage with a missing stamp on either side is left out."""
    times = {}
    for stage in STAGES:
        start, end = getattr(stages, stage.start), getattr(stages, stage.end)
        if start > 0 and end > 0:
            times[stage.name] = (end - start) / 1e6
    return times


def audible_ms(stages: Stages) -> float | None:
    """Milliseconds from arrival to the first audible sample; None when nothing was heard."""
    if stages.arrived_ns > 0 and stages.audible_ns > 0:
        return (stages.audible_ns - stages.arrived_ns) / 1e6
    return None
