"""Figures of streams → rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum

from ...flow.streams import Compared, Figures, OverTime, Series, Stream, StreamDetail
from .tables import Cell

Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
_FIGURES = tuple(field.name for field in fields(Figures))
STREAM_HEAD = ("id", "title", "source", "rehearsal", "begun_utc", "until_utc", "day", "over", *_FIGURES)


class Part(StrEnum):
    """A table of one stream."""

    SERIES = "series"
    LATENCY = "latency"
    TALLIES = "tallies"
    TOPICS = "topics"
    EVENTS = "events"
    GAPS = "gaps"


def stream_rows(streams: Iterable[Stream]) -> Iterator[Sequence[Cell]]:
    """Below `STREAM_HEAD`."""
    for stream in streams:
        yield (
            *(stream.id, stream.title, stream.source, stream.rehearsal, _utc(stream.begun_ms), _utc(stream.until_ms)),
            *(stream.day, stream.over, *_values(stream.figures)),
        )


def part_of(detail: StreamDetail, part: Part) -> Table:
    match part:
        case Part.SERIES:
            return _series(detail.series)
        case Part.LATENCY:
            stages = [(each.stage, each.budget_ms, each.n, each.p50_ms, each.p95_ms, each.p99_ms) for each in detail.latency]
            return ("stage", "budget_ms", "n", "p50_ms", "p95_ms", "p99_ms"), stages
        case Part.TALLIES:
            return ("kind", "name", "count"), [(each.kind, each.name, each.count) for each in detail.tallies]
        case Part.TOPICS:
            return ("words", "messages"), [(each.words, each.count) for each in detail.topics]
        case Part.EVENTS:
            return ("at_utc", "kind", "amount"), [(_utc(each.at_ms), each.kind, each.amount) for each in detail.marked]
        case Part.GAPS:
            gaps = [(_utc(each.from_ms), _utc(each.to_ms), each.kind, each.lines, each.why) for each in detail.breaks]
            return ("from_utc", "to_utc", "kind", "lines", "why"), gaps


def compared(streams: Sequence[Compared]) -> Table:
    """One row a stream and step."""
    names = list(streams[0].series.values) if streams else []
    rows = (
        (each.stream.id, each.stream.title, at_s / 60, *(each.series.values[name][index] for name in names))
        for each in streams
        for index, at_s in enumerate(each.series.at)
    )
    return ("id", "title", "minutes_since_start", *names), rows


def over_time(told: OverTime) -> Table:
    return (
        (told.unit.value, "streams", *_FIGURES),
        ((each.begins, each.streams, *_values(each.figures)) for each in told.periods),
    )


def _series(series: Series) -> Table:
    names = list(series.values)
    rows = ((_utc(at_s * 1000), *(series.values[name][index] for name in names)) for index, at_s in enumerate(series.at))
    return ("at_utc", *names), rows


def _values(figures: Figures | None) -> Sequence[Cell]:
    return [None if figures is None else getattr(figures, name) for name in _FIGURES]


def _utc(ms: int) -> str:
    """`2026-11-23 20:04:00`, which spreadsheets take for a time."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
