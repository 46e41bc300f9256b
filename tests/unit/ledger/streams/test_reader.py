"""What was counted is read as it was, coarser where it must be, and empty where nothing was measured."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes.stream_figures import DAY_MS, HOUR_MS, MINUTE_MS, MONDAY_MS, mark, moment, piece
from sidecast.errors import LedgerError
from sidecast.flow.streams import MOST_POINTS, StreamFigures, Unit
from sidecast.ledger import schema
from sidecast.ledger.streams.piece import Happening, Piece, Topic
from sidecast.ledger.streams.reader import StreamReader
from sidecast.ledger.streams.series import step_for
from sidecast.ledger.streams.store import Streams

pytestmark = pytest.mark.unit


def write(path: Path, *pieces: Piece, offset_min: int = 60) -> None:
    db = schema.connect(path)
    streams = Streams(mark, lambda _: offset_min)
    db.execute("BEGIN")
    for each in pieces:
        streams.write(db, each)
    db.execute("COMMIT")
    db.close()


def evening(number: int, begun_ms: int, minutes: int, *, source: str = "twitch:kit", viewers: Sequence[str] = ()) -> Piece:
    moments = {begun_ms + index * MINUTE_MS: moment(10, answered=2, turns=2) for index in range(minutes)}
    told = [(viewer, begun_ms) for viewer in viewers]
    return piece(f"s{number}", begun_ms=begun_ms, moments=moments, source=source, chatters=told, over=True)


@pytest.fixture
def reader(path: Path) -> StreamFigures:
    return StreamReader(path, lambda: MONDAY_MS + HOUR_MS)


def streams(reader: StreamFigures, **asked: object) -> list[int]:
    page = reader.page(**{"after": 0, "limit": 20, "source": "", "rehearsals": True, **asked})  # type: ignore[arg-type]
    return [each.id for each in page.streams]


def test_no_ledger_and_an_old_one_are_ledgers_without_streams(path: Path, reader: StreamFigures) -> None:
    for _ in range(2):
        page = reader.page(after=0, limit=20, source="", rehearsals=True)
        assert (page.streams, page.total, page.next, page.sources) == ([], 0, None, [])
        assert reader.detail(1) is None
        assert reader.compare([1, 2]) == []
        assert reader.over_time(Unit.WEEK, first_day="", last_day="", source="", rehearsals=True).periods == []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
            schema.connect(path).close()


def test_a_damaged_ledger_is_said_so(path: Path, reader: StreamFigures) -> None:
    path.write_bytes(b"scribble " * 1000)
    with pytest.raises(LedgerError, match="damaged"):
        reader.page(after=0, limit=20, source="", rehearsals=True)


def test_pages_are_newest_first_and_complete(path: Path, reader: StreamFigures) -> None:
    write(path, *(evening(number, MONDAY_MS + number * DAY_MS, 3) for number in range(7)))
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = reader.page(after=after, limit=3, source="", rehearsals=True)
        assert page.total == 7
        found += [each.id for each in page.streams]
        after = page.next
    assert found == [7, 6, 5, 4, 3, 2, 1]


def test_rehearsals_and_other_sources_can_be_left_out(path: Path, reader: StreamFigures) -> None:
    sources = ["twitch:kit", "demo", "replay:old.jsonl", "twitch:other"]
    write(path, *(evening(number, MONDAY_MS + number * DAY_MS, 3, source=source) for number, source in enumerate(sources)))
    assert streams(reader) == [4, 3, 2, 1]
    assert streams(reader, rehearsals=False) == [4, 1]
    assert streams(reader, source="demo", rehearsals=False) == [2]
    page = reader.page(after=0, limit=9, source="", rehearsals=True)
    assert page.sources == list(reversed(sources))
    assert [each.rehearsal for each in page.streams] == [False, True, True, False]


def test_who_writes_in_a_rehearsal_is_still_new_in_a_stream(path: Path, reader: StreamFigures) -> None:
    rehearsal = evening(1, MONDAY_MS, 3, source="replay:old.jsonl", viewers=["anna"])
    write(path, rehearsal, evening(2, MONDAY_MS + DAY_MS, 3, viewers=["anna"]))
    figures = [each.figures for each in reader.page(after=0, limit=9, source="", rehearsals=True).streams]
    assert [(each.chatters, each.newcomers, each.returning) for each in figures] == [(1, 1, 0), (1, 1, 0)]


def test_a_stream_says_what_it_is_in_the_streamers_own_time(path: Path, reader: StreamFigures) -> None:
    write(path, evening(1, MONDAY_MS + 23 * HOUR_MS, 30), offset_min=120)
    (stream,) = reader.page(after=0, limit=9, source="", rehearsals=True).streams
    assert stream.title == "kit, 2026-11-24 01:00"
    assert stream.day == "2026-11-24"


@pytest.mark.parametrize(
    ("until_ms", "over", "live"), [(HOUR_MS, False, True), (HOUR_MS, True, False), (HOUR_MS // 2, False, False)]
)
def test_only_what_was_written_a_moment_ago_and_not_ended_is_live(
    path: Path, reader: StreamFigures, until_ms: int, over: bool, live: bool
) -> None:
    write(path, piece(until_ms=MONDAY_MS + until_ms, over=over))
    (stream,) = reader.page(after=0, limit=9, source="", rehearsals=True).streams
    assert (stream.live, stream.over) == (live, over)


def test_what_was_not_measured_is_none_and_what_did_not_happen_is_0(path: Path, reader: StreamFigures) -> None:
    write(
        path, piece(moments={MONDAY_MS: moment(0), MONDAY_MS + 2 * MINUTE_MS: moment(4, understood=4, sentiment=-2.0, samples=1)})
    )
    detail = reader.detail(1)
    assert detail is not None
    values = detail.series.values
    assert values["messages"] == [0, None, 4], "the middle minute is not known"
    assert values["sentiment"] == [None, None, -0.5]
    assert values["answered_share"] == [None, None, 0.0]
    assert values["fps"] == values["underruns"] == [None, None, None]
    assert values["cpu_percent"] == [None, None, 0.0]
    figures = detail.stream.figures
    assert (figures.audible_ms_p95, figures.sentiment, figures.chatters_peak) == (None, -0.5, None)
    assert {each.stage: (each.n, each.p95_ms) for each in detail.latency}["audible"] == (0, None)


@pytest.mark.parametrize("hours", [1, 9, 10, 11, 24, 24 * 7, 24 * 365])
def test_a_series_has_at_most_600_points_and_loses_nothing(path: Path, reader: StreamFigures, hours: int) -> None:
    minutes = range(7, hours * 60, 1 if hours < 100 else 97)
    write(path, piece(moments={MONDAY_MS + each * MINUTE_MS: moment(3) for each in minutes}, begun_ms=MONDAY_MS + 7 * MINUTE_MS))
    detail = reader.detail(1)
    assert detail is not None
    series = detail.series
    assert len(series.at) == len(series.values["messages"]) <= MOST_POINTS
    assert sum(each or 0 for each in series.values["messages"]) == detail.stream.figures.messages == 3 * len(minutes)
    assert {later - earlier for earlier, later in zip(series.at, series.at[1:], strict=False)} == {series.step_s}
    pulse = detail.stream.pulse
    assert 1 <= len(pulse) <= 60
    assert all(each is None or 0 <= each <= 3 for each in pulse)


def test_steps_are_the_finest_that_fit() -> None:
    assert step_for(60) == 60
    assert step_for(598 * 60) == 60
    assert step_for(599 * 60) == 120
    assert step_for(60, 3600) == 3600
    assert step_for(10 * 365 * 86_400) // 86_400 * 598 >= 3650


def test_hours_are_told_when_the_minutes_are_gone(path: Path, reader: StreamFigures) -> None:
    write(path, piece(moments={MONDAY_MS + each * MINUTE_MS: moment(3, audible_ms=[120]) for each in range(180)}))
    db = sqlite3.connect(path)
    Streams(mark).delete_old(db, minutes_before_ms=MONDAY_MS + DAY_MS, before_ms=0)
    db.commit()
    db.close()
    detail = reader.detail(1)
    assert detail is not None
    assert detail.series.step_s == detail.latency_series.step_s == 3600
    assert detail.series.values["messages"] == [180, 180, 180]
    assert detail.latency_series.values["turns"] == [60, 60, 60]
    assert detail.stream.pulse == [3, 3, 3]


def test_latency_by_stage_against_the_budget_and_over_the_stream(path: Path, reader: StreamFigures) -> None:
    moments = {
        MONDAY_MS: moment(1, audible_ms=[100] * 19 + [1000]),
        MONDAY_MS + 25 * MINUTE_MS: moment(1, audible_ms=[400]),
    }
    write(path, piece(moments=moments))
    detail = reader.detail(1)
    assert detail is not None
    whole = detail.latency[0]
    assert (whole.stage, whole.budget_ms, whole.n) == ("arrival_to_audible", 250.0, 21)
    assert whole.p50_ms == pytest.approx(100, rel=0.05)
    assert whole.p99_ms == pytest.approx(1000, rel=0.05)
    p50 = detail.latency_series.values["p50_ms"]
    assert p50[1] is None
    assert [p50[0], p50[2]] == [pytest.approx(100, rel=0.05), pytest.approx(400, rel=0.05)]
    assert [each.stage for each in detail.latency][-2:] == ["age", "stop"]


def test_events_topics_tallies_and_breaks(path: Path, reader: StreamFigures) -> None:
    told = moment(5)
    told.tallies["reason", "answered"] = 3
    told.tallies["in", "block spam"] = 2
    first = piece(
        moments={MONDAY_MS: told},
        until_ms=MONDAY_MS + 10 * MINUTE_MS,
        happenings=[Happening(MONDAY_MS + 5, "raid", 140)],
        topics=[Topic("lighthouse", 5, 3)],
    )
    again_ms = MONDAY_MS + 15 * MINUTE_MS
    second = piece("s2", begun_ms=again_ms, topics=[Topic("lighthouse", 4, 3), Topic("boss fight", 6, 3)])
    write(path, first, second)
    db = sqlite3.connect(path)
    db.execute(
        "INSERT INTO gaps (key, from_ms, to_ms, lines, why) VALUES ('g', ?, ?, 7, 'the disk was full')",
        (MONDAY_MS, MONDAY_MS + 1),
    )
    db.execute(
        "INSERT INTO gaps (key, from_ms, to_ms, lines, why) VALUES ('i', ?, ?, 0, 'Twitch was silent')",
        (MONDAY_MS + 6, MONDAY_MS + 9),
    )
    db.execute("INSERT INTO gaps (key, from_ms, to_ms, lines, why) VALUES ('h', 1, 2, 7, 'another year')")
    db.commit()
    db.close()
    detail = reader.detail(1)
    assert detail is not None
    assert [(each.words, each.count) for each in detail.topics] == [("lighthouse", 9), ("boss fight", 6)]
    assert [(each.kind, each.name, each.count) for each in detail.tallies] == [("reason", "answered", 3), ("in", "block spam", 2)]
    assert [(each.at_ms, each.kind, each.amount) for each in detail.marked] == [(MONDAY_MS + 5, "raid", 140)]
    assert [(each.kind, each.from_ms, each.to_ms, each.lines) for each in detail.breaks] == [
        ("lost", MONDAY_MS, MONDAY_MS + 1, 7),
        ("unheard", MONDAY_MS + 6, MONDAY_MS + 9, 0),
        ("off", MONDAY_MS + 10 * MINUTE_MS, again_ms, 0),
    ]


def test_compared_streams_begin_together_and_keep_the_order_asked_for(path: Path, reader: StreamFigures) -> None:
    write(
        path, evening(1, MONDAY_MS + 17_000, 30), evening(2, MONDAY_MS + 3 * DAY_MS, 700), evening(3, MONDAY_MS + 9 * DAY_MS, 5)
    )
    found = reader.compare([3, 1, 2, 99])
    assert [each.stream.id for each in found] == [3, 1, 2]
    assert {each.series.step_s for each in found} == {120}
    assert all(each.series.at[0] == 0 for each in found)
    assert [sum(value or 0 for value in each.series.values["messages"]) for each in found] == [50, 300, 7000]


def test_over_time_counts_different_people_and_has_no_gaps(path: Path, reader: StreamFigures) -> None:
    write(
        path,
        evening(1, MONDAY_MS, 10, viewers=["anna", "bert"]),
        evening(2, MONDAY_MS + 2 * DAY_MS, 20, viewers=["anna", "cleo"]),
        evening(3, MONDAY_MS + 15 * DAY_MS, 30, viewers=["anna", "dora"]),
        evening(4, MONDAY_MS + 16 * DAY_MS, 30, source="demo", viewers=["demo1"]),
    )
    weeks = reader.over_time(Unit.WEEK, first_day="", last_day="", source="", rehearsals=False)
    told = [
        (each.begins, each.streams, each.figures and (each.figures.chatters, each.figures.newcomers)) for each in weeks.periods
    ]
    assert told == [("2026-11-23", 2, (3, 3)), ("2026-11-30", 0, None), ("2026-12-07", 1, (2, 1))]
    assert weeks.periods[0].figures is not None
    assert (weeks.periods[0].figures.messages, weeks.periods[0].figures.minutes) == (300, 30)
    months = reader.over_time(Unit.MONTH, first_day="", last_day="", source="", rehearsals=False)
    assert [(each.begins, each.streams) for each in months.periods] == [("2026-11-01", 2), ("2026-12-01", 1)]
    days = reader.over_time(Unit.DAY, first_day="2026-11-24", last_day="2026-12-08", source="", rehearsals=False)
    assert [each.begins for each in days.periods if each.streams] == ["2026-11-25", "2026-12-08"]
    everything = reader.over_time(Unit.WEEK, first_day="", last_day="", source="", rehearsals=True)
    assert everything.periods[-1].streams == 2


def test_more_days_than_can_be_told_are_cut_at_the_beginning(path: Path, reader: StreamFigures) -> None:
    write(path, evening(1, MONDAY_MS, 3), evening(2, MONDAY_MS + 1000 * DAY_MS, 3))
    told = reader.over_time(Unit.DAY, first_day="", last_day="", source="", rehearsals=False)
    assert told.cut
    assert len(told.periods) == MOST_POINTS
    assert told.periods[-1].streams == 1
    assert told.periods[0].figures is None
