"""The ledger writes the figures of streams with its lines: all, once, and without what was erased."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from fakes.inline_runner import InlineRunner
from fakes.ledger_lines import line
from fakes.stream_figures import DAY_MS, MONDAY_MS, StandingClock, mark, moment, piece
from sidecast.clock import SystemClock
from sidecast.flow.chat import Author, ChatMessage
from sidecast.ledger import schema
from sidecast.ledger.backlog import Batch
from sidecast.ledger.database import Database, Keep
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.streams.counter import Counter
from sidecast.ledger.streams.load import Load
from sidecast.ledger.streams.store import Streams
from sidecast.ledger.streams.viewer_marks import viewer_marks

pytestmark = pytest.mark.unit

LOAD = Load(cpu_percent=10, machine_percent=5, memory_mb=100, lag_ms=1, intake=0, backlog=0)


def message(who: str) -> ChatMessage:
    return ChatMessage(id="m", author=Author(id=who, name=who), text="hello", arrived_ns=1)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


class Show:
    """A ledger with its counter, told as the show tells them."""

    def __init__(self, path: Path, sealer: Any, runner: Any = None) -> None:
        clock = SystemClock()
        self.counter = Counter(clock, "twitch:kit")
        self.ledger = Ledger(
            path, sealer, clock, counter=self.counter, streams=Streams(mark), runner=runner or InlineRunner(), run="r"
        )
        self.ledger.start()

    def hear(self, who: str) -> None:
        self.counter.heard(message(who))
        self.ledger.heard(message(who))


async def test_what_was_counted_is_on_the_disk_after_a_flush_and_the_stream_over_after_the_end(path: Path, vault: Any) -> None:
    show = Show(path, vault)
    for _ in range(3):
        show.hear("anna")
        await show.ledger.flush()
    assert rows(path, "SELECT messages, newcomers FROM figures WHERE span_s = 0") == [(3, 1)]
    assert rows(path, "SELECT over FROM streams") == [(0,)]
    show.hear("bert")
    assert await show.ledger.close() == 0
    assert rows(path, "SELECT messages, newcomers FROM figures WHERE span_s = 0") == [(4, 2)]
    assert rows(path, "SELECT over FROM streams") == [(1,)]


async def test_a_silent_stream_is_a_stream(path: Path, vault: Any) -> None:
    show = Show(path, vault)
    show.ledger.sampled(LOAD)
    await show.ledger.flush()
    await show.ledger.close()
    assert rows(path, "SELECT minutes, messages, samples FROM figures WHERE span_s = 0") == [(1, 0, 1)]


async def test_a_show_that_heard_and_measured_nothing_leaves_no_stream(path: Path, vault: Any) -> None:
    show = Show(path, vault)
    show.ledger.ended(line(1))
    await show.ledger.close()
    assert rows(path, "SELECT COUNT(*) FROM streams") == [(0,)]


class InDoubt:
    """Writes, and then says that it could not: as when the answer to a commit is lost. Every second time."""

    def __init__(self) -> None:
        self.doubts = 0
        self._calls = 0

    async def call(self, work: Any) -> Any:
        result = work()
        self._calls += result is not None
        if result is not None and self._calls % 2:
            self.doubts += 1
            raise OSError(5, "input/output error")
        return result

    def stop(self) -> None:
        """There is nothing to stop."""


async def test_figures_whose_commit_was_in_doubt_are_not_counted_twice(path: Path, vault: Any) -> None:
    runner = InDoubt()
    show = Show(path, vault, runner)
    for number in range(4):
        show.hear(f"v{number}")
        await show.ledger.flush()
    await show.ledger.close()
    assert runner.doubts > 0
    assert rows(path, "SELECT messages, newcomers FROM figures WHERE span_s = 0") == [(4, 4)]


async def test_an_erased_viewer_is_nowhere_in_the_files(path: Path, vault: Any) -> None:
    show = Show(path, vault)
    for who in ("anna-the-erased", "bert-the-kept"):
        show.hear(who)
    await show.ledger.flush()
    show.hear("anna-the-erased")
    show.ledger.forget("anna-the-erased")
    await show.ledger.flush()
    content = b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))
    assert b"bert-the-kept" in content
    assert b"anna-the-erased" not in content
    assert rows(path, "SELECT messages, newcomers FROM figures WHERE span_s = 0") == [(3, 2)]
    await show.ledger.close()


async def test_ids_and_names_are_nowhere_in_the_figures(path: Path, vault: Any) -> None:
    clock = SystemClock()
    counter = Counter(clock, "twitch:kit")
    ledger = Ledger(path, vault, clock, counter=counter, streams=Streams(viewer_marks(vault)), runner=InlineRunner())
    ledger.start()
    counter.heard(ChatMessage(id="m", author=Author(id="PrivateId", name="PrivateName"), text="PrivateText", arrived_ns=1))
    ledger.sampled(LOAD)
    await ledger.close()
    assert rows(path, "SELECT newcomers FROM figures WHERE span_s = 0") == [(1,)]
    assert b"Private" not in b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))
    assert viewer_marks(vault)("PrivateId") == viewer_marks(vault)("PrivateId") != viewer_marks(vault)("another")


def test_a_piece_that_cannot_be_written_does_not_keep_the_lines_from_it(path: Path, vault: Any) -> None:
    database = Database(path, vault, Keep(), lambda: MONDAY_MS, Streams(mark))
    bad = piece("bad", moments={MONDAY_MS: moment(10**30)})
    batch = Batch((("k", line(1)),), {}, pieces=(bad, piece("good")))
    assert database.write(batch).committed == 1
    database.close()
    assert rows(path, "SELECT id FROM stretches") == [("good",)]


def test_a_ledger_of_before_keeps_its_lines_and_gets_the_tables(path: Path, vault: Any) -> None:
    new = schema.MIGRATIONS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", new[:2])
        db = schema.connect(path)
        db.execute("INSERT INTO reasons VALUES (60000, 'heard', 7)")
        db.execute("INSERT INTO gaps (key, from_ms, to_ms, lines, why) VALUES ('g', 1, 2, 3, 'why')")
        columns = "id, key, turn_id, wall_ms, author_id, author_name, text, cause, score, parts, waiting, brain, voice, verdicts"
        db.execute(
            f"INSERT INTO lines ({columns}, cleared, heard, outcome, reason, was_free, arrived_ns, screened_ns, chosen_ns,"  # noqa: S608
            " first_clause_ns, cleared_ns, first_pcm_ns, audible_ns, ended_ns) VALUES"
            " (1, 'k', 't', 5, 'a', x'00', x'00', 'message', 1.0, '{}', 0, 'b', 'v', '[]', x'00', x'00', 'heard', '', 1,"
            " 1, 2, 3, 4, 5, 6, 7, 8)"
        )
        db.close()
    database = Database(path, vault, Keep(lines=36500), lambda: MONDAY_MS, Streams(mark))
    database.write(Batch((), {}, pieces=(piece(),)))
    database.close()
    assert rows(path, "PRAGMA user_version") == [(len(new),)]
    assert rows(path, "SELECT turn_id, item_id FROM lines") == [("t", "")]
    assert rows(path, "SELECT count FROM reasons") == [(7,)]
    assert rows(path, "SELECT lines FROM gaps") == [(3,)]
    assert rows(path, "SELECT messages FROM figures WHERE span_s = 0") == [(1,)]


def test_what_is_older_than_asked_for_goes_at_start(path: Path, vault: Any) -> None:
    clock = StandingClock()
    keep = Keep(lines=10, minutes=20, figures=40)
    for day in (0, 15, 30, 50):
        clock.ms = MONDAY_MS + day * DAY_MS
        database = Database(path, vault, keep, clock.wall_ms, Streams(mark))
        database.write(Batch((), {}, pieces=(piece(f"s{day}", begun_ms=clock.ms),)))
        database.close()
    assert rows(path, "SELECT stretch.id FROM stretches stretch ORDER BY begun_ms") == [("s15",), ("s30",), ("s50",)]
    assert rows(path, "SELECT stream FROM figures WHERE span_s = 60 ORDER BY 1") == [(3,), (4,)]
