"""What the control room's analytics read. Blocking, read-only; a ledger that is not there yet is one without streams."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...flow.streams import (
    MOST_POINTS,
    Break,
    Compared,
    Marked,
    OverTime,
    Page,
    Period,
    Stream,
    StreamDetail,
    Tally,
    TopicCount,
    Unit,
)
from ..reading import is_there, reading
from .calendar import day_from_iso, first_day_of_month, first_day_of_week, iso, local_time, month_of, week_of
from .piece import is_rehearsal
from .series import COMPARED, finest_of, latency_series, pulses_of, series_of, step_for
from .summing import AGE, WHOLE_STAGE, Total, histograms_of, latencies, places

LIVE_WITHIN_MS = 60_000
SHORTEST_BREAK_MS = 60_000
TOPICS = 40
MARKED = 1_000
TALLIES = 500
BREAKS = 200
SOURCES = 50

_STREAM = "SELECT s.*, f.* FROM streams s JOIN figures f ON f.stream = s.id AND f.span_s = 0 AND f.at_ms = 0"
_REAL = "s.source <> 'demo' AND s.source NOT LIKE 'replay:%'"
_NUMBER: dict[Unit, Callable[[int], int]] = {Unit.DAY: int, Unit.WEEK: week_of, Unit.MONTH: month_of}
"""A day → the period it lies in."""
_FIRST_DAY: dict[Unit, Callable[[int], int]] = {Unit.DAY: int, Unit.WEEK: first_day_of_week, Unit.MONTH: first_day_of_month}


class StreamReader:
    """`flow.streams.StreamFigures`."""

    def __init__(self, path: Path, wall_ms: Callable[[], int]) -> None:
        self._path = path
        self._wall_ms = wall_ms

    def page(self, *, after: int, limit: int, source: str, rehearsals: bool, pulses: bool = True) -> Page:
        where, given = _where(source, rehearsals)
        with self._reading() as db:
            if db is None:
                return Page(streams=[], total=0, next=None, sources=[])
            total = int(db.execute(f"SELECT COUNT(*) FROM streams s WHERE {where}", given).fetchone()[0])  # noqa: S608
            sql = f"{_STREAM} WHERE {where} ORDER BY s.begun_ms DESC, s.id DESC LIMIT ? OFFSET ?"
            streams = self._streams(db, db.execute(sql, (*given, limit, after)).fetchall(), with_pulses=pulses)
            sources = db.execute("SELECT source FROM streams GROUP BY source ORDER BY MAX(begun_ms) DESC LIMIT ?", (SOURCES,))
            more = after + len(streams) if after + len(streams) < total else None
            return Page(streams=streams, total=total, next=more, sources=[each[0] for each in sources])

    def detail(self, stream_id: int) -> StreamDetail | None:
        with self._reading() as db:
            if db is None:
                return None
            row = db.execute(f"{_STREAM} WHERE s.id = ?", (stream_id,)).fetchone()
            if row is None:
                return None
            (stream,) = self._streams(db, [row])
            step_s = step_for((row["until_ms"] - row["begun_ms"]) / 1000, finest_of(db, stream_id))
            return StreamDetail(
                stream=stream,
                series=series_of(db, row, step_s),
                latency=latencies(histograms_of(db, [stream_id])[stream_id]),
                latency_series=latency_series(db, row),
                tallies=_tallies(db, stream_id),
                topics=_topics(db, stream_id),
                marked=_marked(db, stream_id),
                breaks=_breaks(db, row),
            )

    def compare(self, stream_ids: list[int]) -> list[Compared]:
        with self._reading() as db:
            if db is None:
                return []
            found = db.execute(f"{_STREAM} WHERE s.id IN ({places(stream_ids)})", stream_ids).fetchall()
            rows = sorted(found, key=lambda row: stream_ids.index(row["id"]))
            if not rows:
                return []
            longest_s = max(row["until_ms"] - row["begun_ms"] for row in rows) / 1000
            step_s = step_for(longest_s, max(finest_of(db, row["id"]) for row in rows))
            histograms = histograms_of(db, [row["id"] for row in rows])
            return [
                Compared(
                    stream=stream,
                    series=series_of(db, row, step_s, COMPARED, since_start=True),
                    latency=latencies(histograms[row["id"]]),
                )
                for stream, row in zip(self._streams(db, rows), rows, strict=True)
            ]

    def over_time(self, unit: Unit, *, first_day: str, last_day: str, source: str, rehearsals: bool) -> OverTime:
        where, given = _where(source, rehearsals)
        for text, limit in ((first_day, "s.day >= ?"), (last_day, "s.day <= ?")):
            if text:
                where, given = f"{where} AND {limit}", (*given, day_from_iso(text))
        with self._reading() as db:
            rows = [] if db is None else db.execute(f"{_STREAM} WHERE {where} ORDER BY s.day", given).fetchall()
            if db is None or not rows:
                return OverTime(unit=unit, periods=[], cut=False)
            histograms = histograms_of(db, [row["id"] for row in rows], (WHOLE_STAGE, AGE))
        totals: dict[int, Total] = {}
        for row in rows:
            totals.setdefault(_NUMBER[unit](row["day"]), Total()).add(row, histograms[row["id"]])
        first, last = min(totals), max(totals)
        told = range(max(first, last - MOST_POINTS + 1), last + 1)
        return OverTime(unit=unit, periods=[_period(unit, number, totals.get(number)) for number in told], cut=told[0] > first)

    def _streams(self, db: sqlite3.Connection, rows: Sequence[sqlite3.Row], *, with_pulses: bool = True) -> list[Stream]:
        histograms = histograms_of(db, [row["id"] for row in rows], (WHOLE_STAGE, AGE))
        beats = pulses_of(db, rows) if with_pulses else {row["id"]: [] for row in rows}
        return [self._stream(row, histograms[row["id"]], beats[row["id"]]) for row in rows]

    def _stream(self, row: sqlite3.Row, histograms: Any, pulse: list[float | None]) -> Stream:
        total = Total()
        total.add(row, histograms)
        return Stream(
            id=row["id"],
            title=f"{row['source'].partition(':')[2] or row['source']}, {local_time(row['begun_ms'], row['offset_min'])}",
            source=row["source"],
            rehearsal=is_rehearsal(row["source"]),
            begun_ms=row["begun_ms"],
            until_ms=row["until_ms"],
            day=iso(row["day"]),
            live=not row["over"] and abs(self._wall_ms() - row["until_ms"]) < LIVE_WITHIN_MS,
            over=bool(row["over"]),
            figures=total.figures(),
            pulse=pulse,
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """None where there are no streams: no ledger yet, or one that no show has opened since figures are kept."""
        if not is_there(self._path):
            yield None
            return
        with reading(self._path) as db:
            known = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'streams'").fetchone()
            if known is None:
                yield None
                return
            # one view of all tables, however much is written meanwhile
            db.execute("BEGIN")
            yield db


def _where(source: str, rehearsals: bool) -> tuple[str, tuple[Any, ...]]:
    if source:
        return "s.source = ?", (source,)
    return ("1" if rehearsals else _REAL), ()


def _period(unit: Unit, number: int, total: Total | None) -> Period:
    return Period(
        begins=iso(_FIRST_DAY[unit](number)),
        streams=0 if total is None else total.streams,
        figures=None if total is None else total.figures(f"first_of_{unit}"),
    )


def _tallies(db: sqlite3.Connection, stream_id: int) -> list[Tally]:
    of = "stream = ? AND span_s = 0 AND at_ms = 0"
    sql = f"SELECT kind, name, count FROM tallies WHERE {of} ORDER BY count DESC, kind, name LIMIT ?"  # noqa: S608 -- constant
    return [Tally(**dict(row)) for row in db.execute(sql, (stream_id, TALLIES))]


def _topics(db: sqlite3.Connection, stream_id: int) -> list[TopicCount]:
    sql = "SELECT words, SUM(count) AS count FROM topics WHERE stream = ? GROUP BY words ORDER BY count DESC, words LIMIT ?"
    return [TopicCount(**dict(row)) for row in db.execute(sql, (stream_id, TOPICS))]


def _marked(db: sqlite3.Connection, stream_id: int) -> list[Marked]:
    sql = "SELECT at_ms, kind, amount FROM happenings WHERE stream = ? ORDER BY at_ms LIMIT ?"
    return [Marked(**dict(row)) for row in db.execute(sql, (stream_id, MARKED))]


def _breaks(db: sqlite3.Connection, stream: sqlite3.Row) -> list[Break]:
    """When the show did not run between two stretches, when lines were lost, and when nothing was heard; in order of time."""
    breaks = []
    until_ms = stream["begun_ms"]
    for begun, until in db.execute(
        "SELECT begun_ms, until_ms FROM stretches WHERE stream = ? ORDER BY begun_ms", (stream["id"],)
    ):
        if begun - until_ms > SHORTEST_BREAK_MS:
            breaks.append(Break(from_ms=until_ms, to_ms=begun, kind="off", lines=0, why="The show did not run."))
        until_ms = max(until_ms, until)
    sql = "SELECT from_ms, to_ms, lines, why FROM gaps WHERE to_ms >= ? AND from_ms <= ? ORDER BY from_ms"
    found = map(dict, db.execute(sql, (stream["begun_ms"], stream["until_ms"])))
    breaks += [Break(kind="lost" if gap["lines"] else "unheard", **gap) for gap in found]
    return sorted(breaks, key=lambda each: each.from_ms)[:BREAKS]
