"""Pieces → roll-ups, within the writer's transaction. Every figure is added to its minute, its hour and its stream at once."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable

from . import buckets
from .calendar import DAY_MS, day_of, local_offset_min, month_of, week_of
from .moment import MEASURES, VIEWERS, Merge, Moment
from .piece import JOINED_WITHIN_MS, Piece, is_rehearsal

MINUTE, TEN_MINUTES, HOUR, WHOLE = 60, 600, 3600, 0
"""Spans in seconds."""
HAPPENINGS = 2_000
"""Of a stream; later ones are counted, not marked."""
LONGEST_SOURCE = 120
_REHEARSED = "rehearsed\n"
"""Before the ids of recorded chats: who is in one is not new or returning because of it."""

_COLUMNS = (*MEASURES, *VIEWERS)
_MERGED = {
    Merge.SUM: "{0} = {0} + excluded.{0}",
    Merge.MOST: "{0} = MAX(COALESCE({0}, excluded.{0}), COALESCE(excluded.{0}, {0}))",
    Merge.LEAST: "{0} = MIN(COALESCE({0}, excluded.{0}), COALESCE(excluded.{0}, {0}))",
}
_ADD_FIGURES = (
    f"INSERT INTO figures (stream, span_s, at_ms, {', '.join(_COLUMNS)}) "  # noqa: S608 -- constants
    f"VALUES (?, ?, ?{', ?' * len(_COLUMNS)}) ON CONFLICT DO UPDATE SET "
    + ", ".join(_MERGED[MEASURES.get(name, Merge.SUM)].format(name) for name in _COLUMNS)
)
_ADD_TALLY = "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"
_OF_OLD = "(SELECT id FROM streams WHERE until_ms < ?)"


class Streams:
    """The writer's side. Each method runs within a transaction of its caller and raises whatever SQLite raises."""

    def __init__(self, mark: Callable[[str], bytes], offset_min: Callable[[int], int] = local_offset_min) -> None:
        """
        Args:
            mark: what stands for a viewer's id.
            offset_min: local time minus UTC, in minutes, at a Unix time in milliseconds.
        """
        self._mark = mark
        self._offset_min = offset_min

    def write(self, db: sqlite3.Connection, piece: Piece) -> None:
        """Adds what came; nothing when the piece was written already."""
        stream = self._stream(db, piece)
        if stream is None:
            return
        came = self._viewers(db, stream, piece)
        for minute_ms in sorted(piece.moments.keys() | came.keys()):
            moment = piece.moments.get(minute_ms) or Moment()
            _add_figures(db, stream, minute_ms, moment, came[minute_ms])
        _add_tallies(db, stream, piece)
        _add_latencies(db, stream, piece)
        _add_happenings(db, stream, piece)
        if piece.topics is not None:
            db.execute("DELETE FROM topics WHERE stretch = ?", (piece.stretch,))
            rows = [(piece.stretch, topic.words, stream, topic.count, topic.chatters) for topic in piece.topics]
            db.executemany("INSERT OR REPLACE INTO topics (stretch, words, stream, count, chatters) VALUES (?, ?, ?, ?, ?)", rows)

    def erase(self, db: sqlite3.Connection, viewer_id: str) -> bool:
        """Forget when this viewer was there. The counts stay: nobody can be told from them."""
        marks = (self._mark(viewer_id), self._mark(_REHEARSED + viewer_id))
        return db.execute("DELETE FROM viewers WHERE mark IN (?, ?)", marks).rowcount > 0

    def delete_old(self, db: sqlite3.Connection, *, minutes_before_ms: int, before_ms: int) -> None:
        """Of streams that ended before the one time only hours are kept, of those before the other nothing."""
        db.execute(f"DELETE FROM figures WHERE span_s = {MINUTE} AND stream IN {_OF_OLD}", (minutes_before_ms,))  # noqa: S608
        db.execute(f"DELETE FROM latencies WHERE span_s = {TEN_MINUTES} AND stream IN {_OF_OLD}", (minutes_before_ms,))  # noqa: S608
        for table in ("figures", "tallies", "latencies", "happenings", "topics", "stretches"):
            db.execute(f"DELETE FROM {table} WHERE stream IN {_OF_OLD}", (before_ms,))  # noqa: S608 -- constants
        db.execute("DELETE FROM streams WHERE until_ms < ?", (before_ms,))
        db.execute("DELETE FROM viewers WHERE last_day < ?", (before_ms // DAY_MS,))

    def _stream(self, db: sqlite3.Connection, piece: Piece) -> int | None:
        """The stream that the piece belongs to, brought up to it; None when it was written already."""
        known = db.execute("SELECT stream, number FROM stretches WHERE id = ?", (piece.stretch,)).fetchone()
        if known is not None and known[1] >= piece.number:
            return None
        if known is None:
            stream = self._joined_or_new(db, piece)
            row = (piece.stretch, stream, piece.begun_ms, piece.until_ms, piece.number)
            db.execute("INSERT INTO stretches (id, stream, begun_ms, until_ms, number) VALUES (?, ?, ?, ?, ?)", row)
        else:
            stream = int(known[0])
            update = "UPDATE stretches SET until_ms = MAX(until_ms, ?), number = ? WHERE id = ?"
            db.execute(update, (piece.until_ms, piece.number, piece.stretch))
        db.execute(
            "UPDATE streams SET until_ms = MAX(until_ms, ?), over = ? WHERE id = ?", (piece.until_ms, int(piece.over), stream)
        )
        return stream

    def _joined_or_new(self, db: sqlite3.Connection, piece: Piece) -> int:
        source = piece.source.encode("utf-8", "backslashreplace").decode()[:LONGEST_SOURCE]
        # a clock that was wrong once must not draw all later streams into that one
        found = db.execute(
            "SELECT id FROM streams WHERE source = ? AND until_ms BETWEEN ? AND ? ORDER BY until_ms DESC LIMIT 1",
            (source, piece.begun_ms - JOINED_WITHIN_MS, piece.begun_ms + JOINED_WITHIN_MS),
        ).fetchone()
        if found is not None:
            return int(found[0])
        offset = self._offset_min(piece.begun_ms)
        row = (source, piece.begun_ms, piece.until_ms, offset, day_of(piece.begun_ms, offset))
        sql = "INSERT INTO streams (source, begun_ms, until_ms, offset_min, day, over) VALUES (?, ?, ?, ?, ?, 0)"
        return int(db.execute(sql, row).lastrowid or 0)

    def _viewers(self, db: sqlite3.Connection, stream: int, piece: Piece) -> defaultdict[int, Counter[str]]:
        """Minute → who came then, in the columns `VIEWERS`."""
        came: defaultdict[int, Counter[str]] = defaultdict(Counter)
        if not piece.chatters:
            return came
        (day,) = db.execute("SELECT day FROM streams WHERE id = ?", (stream,)).fetchone()
        week, month = week_of(day), month_of(day)
        prefix = _REHEARSED if is_rehearsal(piece.source) else ""
        for viewer_id, minute_ms in piece.chatters:
            mark, counts = self._mark(prefix + viewer_id), came[minute_ms]
            known = db.execute("SELECT last_day, last_stream FROM viewers WHERE mark = ?", (mark,)).fetchone()
            if known is not None and known[1] == stream:
                continue
            last = None if known is None else known[0]
            counts["newcomers" if last is None else "returned"] += 1
            counts["first_of_day"] += last != day
            counts["first_of_week"] += last is None or week_of(last) != week
            counts["first_of_month"] += last is None or month_of(last) != month
            db.execute(
                "INSERT INTO viewers VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET last_day = excluded.last_day, last_stream = excluded.last_stream",
                (mark, day, day, stream),
            )
        return came


def _add_figures(db: sqlite3.Connection, stream: int, minute_ms: int, moment: Moment, came: Counter[str]) -> None:
    known = db.execute("SELECT 1 FROM figures WHERE stream = ? AND span_s = ? AND at_ms = ?", (stream, MINUTE, minute_ms))
    came["minutes"] = int(known.fetchone() is None)
    values = (*moment.values(), *(came[name] for name in VIEWERS))
    places = ((MINUTE, minute_ms), (HOUR, _start(minute_ms, HOUR)), (WHOLE, 0))
    db.executemany(_ADD_FIGURES, [(stream, span_s, at_ms, *values) for span_s, at_ms in places])


def _add_tallies(db: sqlite3.Connection, stream: int, piece: Piece) -> None:
    total: Counter[tuple[int, int, str, str]] = Counter()
    for minute_ms, moment in piece.moments.items():
        for (kind, name), count in moment.tallies.items():
            total[HOUR, _start(minute_ms, HOUR), kind, name] += count
            total[WHOLE, 0, kind, name] += count
    db.executemany(_ADD_TALLY, [(stream, *place, count) for place, count in total.items()])


def _add_latencies(db: sqlite3.Connection, stream: int, piece: Piece) -> None:
    total: defaultdict[tuple[int, int, str], Counter[int]] = defaultdict(Counter)
    for minute_ms, moment in piece.moments.items():
        for (stage, bucket), count in moment.latency.items():
            for span_s in (TEN_MINUTES, HOUR, WHOLE):
                total[span_s, _start(minute_ms, span_s), stage][bucket] += count
    of = "WHERE stream = ? AND span_s = ? AND at_ms = ? AND stage = ?"
    for place, histogram in total.items():
        known = db.execute(f"SELECT buckets FROM latencies {of}", (stream, *place)).fetchone()  # noqa: S608 -- constant
        if known is not None:
            histogram.update(buckets.from_text(known[0]))
        db.execute("INSERT OR REPLACE INTO latencies VALUES (?, ?, ?, ?, ?)", (stream, *place, buckets.to_text(histogram)))


def _add_happenings(db: sqlite3.Connection, stream: int, piece: Piece) -> None:
    if not piece.happenings:
        return
    (there,) = db.execute("SELECT COUNT(*) FROM happenings WHERE stream = ?", (stream,)).fetchone()
    rows = [(stream, each.at_ms, each.kind, each.amount) for each in piece.happenings[: max(0, HAPPENINGS - there)]]
    db.executemany("INSERT INTO happenings (stream, at_ms, kind, amount) VALUES (?, ?, ?, ?)", rows)


def _start(minute_ms: int, span_s: int) -> int:
    """Of the span that the minute lies in; 0 for the whole stream."""
    return minute_ms - minute_ms % (span_s * 1000) if span_s else 0
