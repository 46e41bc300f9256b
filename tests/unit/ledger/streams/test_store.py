"""What is counted lands in its minute, hour and stream, once; streams join; viewers are told apart and can be erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.stream_figures import DAY_MS, HOUR_MS, MINUTE_MS, MONDAY_MS, mark, moment, piece
from sidecast.ledger import schema
from sidecast.ledger.streams.moment import MEASURES, VIEWERS
from sidecast.ledger.streams.piece import JOINED_WITHIN_MS, Happening, Piece, Topic
from sidecast.ledger.streams.store import HAPPENINGS, Streams

pytestmark = pytest.mark.unit


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    made = schema.connect(path)
    made.row_factory = sqlite3.Row
    # as in the writer, all of it is one transaction
    made.execute("BEGIN")
    yield made
    made.close()


@pytest.fixture
def streams() -> Streams:
    return Streams(mark, lambda _: 60)


def figures(db: sqlite3.Connection, span_s: int) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute("SELECT * FROM figures WHERE span_s = ? ORDER BY stream, at_ms", (span_s,))]


def test_the_table_has_a_column_for_every_measure_and_no_other(db: sqlite3.Connection) -> None:
    columns = {row["name"] for row in db.execute("PRAGMA table_info(figures)")}
    assert columns == {"stream", "span_s", "at_ms", *MEASURES, *VIEWERS}


def test_minutes_hours_and_the_stream_say_the_same(db: sqlite3.Connection, streams: Streams) -> None:
    for number in range(1, 151):
        at_ms = MONDAY_MS + number * MINUTE_MS
        came = moment(
            number, audible_ms=[100.0 * number], sentiment=0.5, understood=number, lag_ms_most=number, fps_least=60 - number % 7
        )
        came.tallies["reason", "answered"] += 2
        streams.write(db, piece(number=number, moments={at_ms: came}, chatters=[(f"v{number % 40}", at_ms)]))
    minutes, hours, (whole,) = figures(db, 60), figures(db, 3600), figures(db, 0)
    assert (len(minutes), len(hours)) == (150, 3)
    for name in (*MEASURES, *VIEWERS):
        of_minutes = [row[name] for row in minutes if row[name] is not None]
        of_hours = [row[name] for row in hours if row[name] is not None]
        if name.endswith("_most"):
            assert max(of_minutes, default=None) == max(of_hours, default=None) == whole[name], name
        elif name.endswith("_least"):
            assert min(of_minutes) == min(of_hours) == whole[name], name
        else:
            assert sum(of_minutes) == pytest.approx(sum(of_hours)) == pytest.approx(whole[name]), name
    assert whole["minutes"] == 150
    assert whole["newcomers"] == 40
    tallies = db.execute("SELECT span_s, SUM(count) AS n FROM tallies GROUP BY span_s ORDER BY span_s").fetchall()
    assert [tuple(row) for row in tallies] == [(0, 300), (3600, 300)]


def test_a_piece_whose_commit_was_in_doubt_counts_once(db: sqlite3.Connection, streams: Streams) -> None:
    first, second = piece(chatters=[("anna", MONDAY_MS)]), piece(number=2)
    for each in (first, first, second, first, second):
        streams.write(db, each)
    (whole,) = figures(db, 0)
    assert (whole["messages"], whole["minutes"], whole["newcomers"]) == (2, 1, 1)


@pytest.mark.parametrize(("away_ms", "joined"), [(JOINED_WITHIN_MS - 30_000, True), (JOINED_WITHIN_MS + 1, False)])
def test_a_show_that_starts_again_soon_goes_on_with_its_stream(
    db: sqlite3.Connection, streams: Streams, away_ms: int, joined: bool
) -> None:
    ended_ms = MONDAY_MS + HOUR_MS
    streams.write(db, piece(until_ms=ended_ms, over=True))
    streams.write(db, piece("s2", begun_ms=ended_ms + away_ms))
    assert len(figures(db, 0)) == (1 if joined else 2)
    assert db.execute("SELECT COUNT(*) FROM stretches").fetchone()[0] == 2


def test_another_channel_is_another_stream_and_back_within_ten_minutes_the_first_again(
    db: sqlite3.Connection, streams: Streams
) -> None:
    streams.write(db, piece())
    streams.write(db, piece("s2", source="twitch:other", begun_ms=MONDAY_MS + MINUTE_MS))
    streams.write(db, piece("s3", begun_ms=MONDAY_MS + 3 * MINUTE_MS))
    assert [tuple(row) for row in db.execute("SELECT id, stream FROM stretches ORDER BY id")] == [("s1", 1), ("s2", 2), ("s3", 1)]


def test_a_clock_that_was_wrong_once_does_not_swallow_later_streams(db: sqlite3.Connection, streams: Streams) -> None:
    streams.write(db, piece(begun_ms=MONDAY_MS + 3650 * DAY_MS))
    streams.write(db, piece("s2"))
    assert len(figures(db, 0)) == 2


def came(db: sqlite3.Connection) -> list[tuple[int, ...]]:
    return [tuple(row[name] for name in VIEWERS[1:]) for row in figures(db, 0)]


def evening(number: int, day: int, *viewers: str) -> Piece:
    """A stream of its own on that day after Monday the 23rd."""
    begun_ms = MONDAY_MS + day * DAY_MS + 12 * HOUR_MS + number * MINUTE_MS * 30
    return piece(f"s{number}", begun_ms=begun_ms, source=f"twitch:kit{number}", chatters=[(each, begun_ms) for each in viewers])


def test_new_and_returning_viewers_and_the_first_of_day_week_and_month(db: sqlite3.Connection, streams: Streams) -> None:
    evenings = [
        evening(1, 0, "anna", "bert"),
        evening(2, 0, "anna", "cleo"),  # the same day
        evening(3, 3, "anna"),  # the same week
        evening(4, 7, "anna", "bert"),  # 30 November: the week after, the same month
        evening(5, 8, "anna", "dora"),  # 1 December: the same week, the month after
    ]
    for each in evenings:
        streams.write(db, each)
    #                 new back day week month
    assert came(db) == [(2, 0, 2, 2, 2), (1, 1, 1, 1, 1), (0, 1, 1, 0, 0), (0, 2, 2, 2, 0), (1, 1, 2, 1, 2)]


def test_a_viewer_counts_once_a_stream_however_often_told(db: sqlite3.Connection, streams: Streams) -> None:
    streams.write(db, piece(chatters=[("anna", MONDAY_MS), ("anna", MONDAY_MS)]))
    streams.write(db, piece("s2", begun_ms=MONDAY_MS + MINUTE_MS, chatters=[("anna", MONDAY_MS + MINUTE_MS)]))
    assert came(db) == [(1, 0, 1, 1, 1)]


def test_an_erased_viewer_is_new_again_and_the_counts_stay(db: sqlite3.Connection, streams: Streams) -> None:
    streams.write(db, evening(1, 0, "anna", "bert"))
    assert streams.erase(db, "anna")
    assert not streams.erase(db, "anna")
    assert [row["mark"] for row in db.execute("SELECT mark FROM viewers")] == [b"bert"]
    streams.write(db, evening(2, 1, "anna", "bert"))
    assert [counts[:2] for counts in came(db)] == [(2, 0), (1, 1)]


def test_days_are_those_of_the_streamer(db: sqlite3.Connection) -> None:
    streams = Streams(mark, lambda _: -120)
    streams.write(db, piece(begun_ms=MONDAY_MS + HOUR_MS))
    (row,) = db.execute("SELECT day, offset_min FROM streams").fetchall()
    assert (row["day"], row["offset_min"]) == ((MONDAY_MS // DAY_MS) - 1, -120)


def test_marked_events_are_bounded(db: sqlite3.Connection, streams: Streams) -> None:
    many = [Happening(MONDAY_MS + n, "raid", n) for n in range(HAPPENINGS - 10)]
    streams.write(db, piece(happenings=many))
    streams.write(db, piece(number=2, happenings=many))
    assert db.execute("SELECT COUNT(*) FROM happenings").fetchone()[0] == HAPPENINGS


def test_topics_replace_those_of_the_same_stretch_only(db: sqlite3.Connection, streams: Streams) -> None:
    streams.write(db, piece(topics=[Topic("lighthouse", 3, 3)]))
    streams.write(db, piece(number=2))
    streams.write(db, piece(number=3, topics=[Topic("lighthouse", 5, 3), Topic("boss fight", 4, 3)]))
    streams.write(db, piece("s2", begun_ms=MONDAY_MS + MINUTE_MS, topics=[Topic("lighthouse", 4, 3)]))
    rows = db.execute("SELECT stretch, words, stream, count FROM topics ORDER BY stretch, words").fetchall()
    assert [tuple(row) for row in rows] == [("s1", "boss fight", 1, 4), ("s1", "lighthouse", 1, 5), ("s2", "lighthouse", 1, 4)]


def test_old_minutes_go_before_old_streams_and_viewers_last(db: sqlite3.Connection, streams: Streams) -> None:
    for number, day in ((1, 0), (2, 100), (3, 200)):
        streams.write(db, evening(number, day, "anna" if number == 1 else "bert"))
    streams.delete_old(db, minutes_before_ms=MONDAY_MS + 150 * DAY_MS, before_ms=MONDAY_MS + 50 * DAY_MS)
    assert [row["stream"] for row in figures(db, 60)] == [3]
    assert [row["stream"] for row in figures(db, 3600)] == [2, 3]
    for table in ("streams", "stretches"):
        assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 2, table  # noqa: S608
    assert [row["mark"] for row in db.execute("SELECT mark FROM viewers")] == [b"bert"]
