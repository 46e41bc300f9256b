"""What is told comes back, sealed at rest, bounded, and never twice."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fakes.inline_runner import InlineRunner
from fakes.ledger_lines import MS, WALL_MS, line, stages
from sidecast.clock import SystemClock
from sidecast.errors import LedgerError, VaultError
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Author, ChatMessage, Gap, Removal, RemovalScope
from sidecast.flow.line import LedgerLine
from sidecast.flow.ports import Watcher
from sidecast.ledger import rows, schema
from sidecast.ledger.backlog import Backlog
from sidecast.ledger.database import DAY_MS
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.vault import Vault
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

MESSAGE = ChatMessage(id="m", author=Author(id="a", name="Anna"), text="hello", arrived_ns=1)


async def test_lines_come_back_as_they_were_told_newest_first(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    told: Watcher = ledger
    ledger.start()
    for number in range(1, 6):
        told.ended(line(number))
    await ledger.flush()
    assert ledger.committed == 5
    assert LedgerReader(path, vault).last(3) == [line(5), line(4), line(3)]
    assert await ledger.close() == 0


async def test_no_personal_field_is_readable_on_the_disk(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    told = replace(line(1, name="PrivateName", text="PrivateText"), heard="PrivateHeard", cleared=("PrivateCleared",))
    ledger.ended(told)
    await ledger.close()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"turn-1" in content
    assert b"Private" not in content
    assert LedgerReader(path, vault).last(1) == [told]


async def test_erasing_a_viewer_leaves_the_figures_and_no_words(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    ledger.ended(line(1, author="anna"))
    ledger.ended(line(2, author="bert"))
    await ledger.close()
    vault.erase("anna")
    berts, annas = LedgerReader(path, vault).last(2)
    assert berts == line(2, author="bert")
    assert (annas.author_name, annas.text, annas.cleared, annas.heard) == (rows.ERASED, rows.ERASED, (rows.ERASED,), rows.ERASED)
    assert (annas.turn_id, annas.stages, annas.parts) == ("turn-1", line(1).stages, line(1).parts)


REMOVALS = {
    "message": Removal(scope=RemovalScope.MESSAGE, message_id="m2", arrived_ns=5_000 * MS),
    "held": Removal(scope=RemovalScope.HELD, message_id="m2", arrived_ns=5_000 * MS),
    "user": Removal(scope=RemovalScope.USER, author_id="bert", arrived_ns=5_000 * MS),
    "chat": Removal(scope=RemovalScope.CHAT, arrived_ns=5_000 * MS),
}


@pytest.mark.parametrize("scope", REMOVALS)
@pytest.mark.parametrize("written", [False, True], ids=["waiting", "written"])
async def test_removed_words_are_kept_nowhere(path: Path, vault: Vault, scope: str, written: bool) -> None:
    lines = [replace(line(n, author=who), item_id=f"m{n}") for n, who in enumerate(("anna", "bert", "anna"), start=1)]
    later = replace(line(4, author="bert"), item_id="m4", stages=stages(6_000))
    ledger = Ledger(path, vault, SystemClock(), run="r")
    ledger.start()
    for told in lines:
        ledger.ended(told)
    if written:
        await ledger.flush()
    ledger.heard(REMOVALS[scope])
    ledger.ended(later)
    await ledger.flush()
    gone = {"message": {"m2"}, "held": {"m2"}, "user": {"m2"}, "chat": {"m1", "m2", "m3"}}[scope]
    for kept, told in zip(LedgerReader(path, vault).last(9), [later, *reversed(lines)], strict=True):
        assert kept == (rows.without_words(told) if told.item_id in gone else told)
    with sqlite3.connect(path) as db:
        sealed = [row[0] for row in db.execute("SELECT text FROM lines WHERE removed")]
    db.close()
    assert len({len(text) for text in sealed}) == 1, "they still tell how long they were"
    if written:
        assert not (path.with_name("ledger.db-wal")).stat().st_size, "the journal still holds the words"
    await ledger.close()


async def test_a_removal_reaches_lines_that_could_not_be_written_yet(path: Path, vault: Vault) -> None:
    class Away:
        def __init__(self) -> None:
            self.tries = 0

        async def call(self, work: Any) -> Any:
            self.tries += 1
            if self.tries == 1:
                ledger.heard(REMOVALS["message"])
                raise OSError(28, "no space")
            return work()

        def stop(self) -> None:
            """There is nothing to stop."""

    ledger = Ledger(path, vault, SystemClock(), runner=Away())
    ledger.start()
    told = replace(line(2), item_id="m2")
    ledger.ended(told)
    await ledger.flush()
    await ledger.close()
    assert LedgerReader(path, vault).last(9) == [rows.without_words(told)]


async def test_a_removal_of_another_show_takes_only_its_own_message(path: Path, vault: Vault) -> None:
    for run in ("a", "ab"):
        ledger = Ledger(path, vault, SystemClock(), run=run)
        ledger.start()
        ledger.ended(replace(line(1, author="bert"), item_id=f"m-{run}"))
        if run == "ab":
            ledger.heard(replace(REMOVALS["user"], author_id="bert"))
            ledger.heard(replace(REMOVALS["chat"]))
        await ledger.close()
    assert [kept.removed for kept in LedgerReader(path, vault).last(9)] == [True, False]
    await _write_removal(path, vault, replace(REMOVALS["message"], message_id="m-a"))
    assert [kept.removed for kept in LedgerReader(path, vault).last(9)] == [True, True]


def test_more_removals_than_can_wait_take_rather_too_much() -> None:
    backlog = Backlog("r", removal_limit=10)
    for number in range(11):
        backlog.remove(replace(REMOVALS["message"], message_id=f"m{number}", arrived_ns=number))
    assert backlog.take(9).removals == (Removal(scope=RemovalScope.CHAT, arrived_ns=10),)


async def test_a_field_copied_into_another_line_is_refused(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    ledger.ended(line(1, author="anna", text="I hate it"))
    ledger.ended(line(2, author="anna", text="I love it"))
    await ledger.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE lines SET text = (SELECT text FROM lines WHERE turn_id = 'turn-1') WHERE turn_id = 'turn-2'")
    db.close()
    with pytest.raises(VaultError, match="changed or moved"):
        LedgerReader(path, vault).last(1)


async def test_every_message_is_counted_by_its_reason_and_minute(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    for reason, times in ((Reason.ANSWERED, 2), (Reason.STALE, 5), (Reason.BLOCKED, 1)):
        for _ in range(times):
            ledger.heard(MESSAGE)
            ledger.settled(MESSAGE, reason, None)
    await ledger.close()
    reader = LedgerReader(path, vault)
    assert reader.counts() == {"answered": 2, "stale": 5, "blocked": 1}
    assert reader.heard() == 8


def test_counts_go_into_the_minute_they_happened_in(path: Path, vault: Vault) -> None:
    async def show() -> int:
        clock = loop_clock()
        ledger = Ledger(path, vault, clock, runner=InlineRunner())
        ledger.start()
        for _ in range(3):
            ledger.settled(MESSAGE, Reason.STALE, None)
            await clock.sleep(60)
        await ledger.close()
        return clock.wall_ms()

    end_ms = run_virtual(show())
    reader = LedgerReader(path, vault)
    assert reader.counts() == {"stale": 3}
    assert reader.counts(since_ms=end_ms - 120_000) == {"stale": 2}


def test_counts_alone_are_gathered_for_two_seconds(path: Path, vault: Vault) -> None:
    async def show() -> list[int]:
        ledger = Ledger(path, vault, clock := loop_clock(), runner=InlineRunner())
        ledger.start()
        seen = []
        for _ in range(4):
            ledger.heard(MESSAGE)
            await clock.sleep(1.5)
            seen.append(_heard(path, vault))
        await ledger.close()
        return seen

    assert run_virtual(show()) == [0, 2, 2, 4]


class RefusingRunner:
    """A disk on which no batch can be written until it has room again."""

    def __init__(self) -> None:
        self.refuses = True

    async def call(self, work: Any) -> Any:
        if self.refuses and isinstance(work, partial):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return work()

    def stop(self) -> None:
        pass


def test_lines_wait_in_a_bounded_backlog_and_the_overflow_is_a_gap(path: Path, vault: Vault) -> None:
    notes: list[str] = []

    async def show() -> tuple[int, int, int]:
        runner = RefusingRunner()
        clock = loop_clock()
        ledger = Ledger(path, vault, clock, runner=runner, backlog_limit=10, on_note=notes.append)
        ledger.start()
        for number in range(25):
            ledger.ended(line(number))
            await clock.sleep(1)
        waiting = ledger.waiting
        runner.refuses = False
        await clock.sleep(60)
        await ledger.close()
        return waiting, ledger.overflowed, ledger.committed

    assert run_virtual(show()) == (10, 15, 10)
    reader = LedgerReader(path, vault)
    assert [kept.turn_id for kept in reader.last(50)] == [f"turn-{n}" for n in range(24, 14, -1)]
    (gap,) = reader.gaps()
    assert (gap.from_ms, gap.to_ms, gap.lines) == (WALL_MS, WALL_MS + 14, 15)
    assert len(notes) == 2
    assert "the disk under" in notes[0]
    assert notes[1] == ""


def test_what_a_source_has_not_heard_is_kept_each_by_itself_and_told_once(path: Path, vault: Vault) -> None:
    async def show() -> tuple[int, int]:
        runner = RefusingRunner()
        ledger = Ledger(path, vault, clock := loop_clock(), runner=runner, backlog_limit=10)
        ledger.start()
        ledger.unheard(Gap(source="eventsub", from_ms=WALL_MS, to_ms=WALL_MS + 700, why="The connection broke"))
        for number in range(12):
            ledger.ended(line(number))
        ledger.unheard(Gap(source="eventsub", from_ms=WALL_MS + 900, to_ms=WALL_MS + 950, why="Twitch was silent"))
        await clock.sleep(5)
        runner.refuses = False
        await clock.sleep(60)
        await ledger.close()
        return ledger.overflowed, ledger.committed

    assert run_virtual(show()) == (2, 10)
    gaps = {(gap.from_ms, gap.to_ms, gap.lines): gap.why for gap in LedgerReader(path, vault).gaps()}
    assert {lines for _, _, lines in gaps} == {0, 2}
    assert gaps[WALL_MS, WALL_MS + 700, 0] == "The connection broke"
    assert gaps[WALL_MS + 900, WALL_MS + 950, 0] == "Twitch was silent"


def test_it_is_tried_again_ever_less_often_but_for_ever(path: Path, vault: Vault) -> None:
    tried: list[float] = []

    class Watching(RefusingRunner):
        async def call(self, work: Any) -> Any:
            tried.append(loop_clock().now_ns() / 1e9)
            return await super().call(work)

    async def show() -> None:
        ledger = Ledger(path, vault, clock := loop_clock(), runner=Watching())
        ledger.start()
        ledger.ended(line(1))
        await clock.sleep(3600)
        assert await ledger.close() == 1

    run_virtual(show())
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses[0] < 1
    assert 70 < len(tried) < 300
    assert max(pauses) <= 45
    assert all(pause >= 15 for pause in pauses[8:-2])


async def test_a_commit_in_doubt_that_is_repeated_is_not_there_twice(path: Path, vault: Vault) -> None:
    class InDoubt(InlineRunner):
        doubts = 2

        async def call(self, work: Any) -> Any:
            result = work()
            if self.doubts:
                self.doubts -= 1
                raise OSError(5, "the answer was lost")
            return result

    ledger = Ledger(path, vault, SystemClock(), runner=InDoubt())
    ledger.start()
    ledger.ended(line(1))
    ledger.ended(line(2))
    await ledger.flush()
    await ledger.close()
    assert LedgerReader(path, vault).last(9) == [line(2), line(1)]


async def test_a_line_that_no_row_can_hold_does_not_keep_the_others_out(path: Path, vault: Vault) -> None:
    impossible = [replace(line(1), wall_ms=2**70), replace(line(2), score=float("nan")), replace(line(3), parts={"a": "b"})]  # type: ignore[dict-item]
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    for told in [*impossible, line(4)]:
        ledger.ended(told)
    await ledger.close()
    assert (ledger.committed, ledger.overflowed) == (1, 3)
    assert LedgerReader(path, vault).last(9) == [line(4)]


async def test_lone_surrogates_and_a_megabyte_of_text_are_kept(path: Path, vault: Vault) -> None:
    odd = replace(line(1, author="\udcff", name="\ud800", text="x" * 1_000_000), reason="\udcff")
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    ledger.ended(odd)
    await ledger.close()
    (kept,) = LedgerReader(path, vault).last(1)
    assert kept == replace(odd, author_id="\\udcff", reason="\\udcff")


async def test_old_lines_go_at_the_start(path: Path, vault: Vault) -> None:
    now_ms = SystemClock().wall_ms()
    await _write(path, vault, line(1, wall_ms=now_ms - 91 * DAY_MS), line(2, wall_ms=now_ms - 89 * DAY_MS))
    assert len(LedgerReader(path, vault).last(9)) == 2
    await _write(path, vault, line(3, wall_ms=now_ms))
    assert [kept.turn_id for kept in LedgerReader(path, vault).last(9)] == ["turn-3", "turn-2"]


async def test_a_second_show_goes_on_in_the_same_ledger(path: Path, vault: Vault) -> None:
    await _write(path, vault, line(1))
    await _write(path, vault, line(1))
    assert [kept.turn_id for kept in LedgerReader(path, vault).last(9)] == ["turn-1", "turn-1"]


async def test_a_newer_ledger_is_left_alone(path: Path, vault: Vault) -> None:
    await _write(path, vault, line(1))
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={len(schema.MIGRATIONS) + 1}")
    db.close()
    notes: list[str] = []
    ledger = Ledger(path, vault, SystemClock(), on_note=notes.append)
    ledger.start()
    ledger.ended(line(2))
    assert await ledger.close(0.2) == 1
    assert "newer Sidecast" in notes[0]


def test_reading_without_a_ledger_says_so(path: Path, vault: Vault) -> None:
    with pytest.raises(LedgerError, match="There is no ledger"):
        LedgerReader(path, vault).last(1)


def _heard(path: Path, vault: Vault) -> int:
    return LedgerReader(path, vault).heard() if path.exists() else 0


async def _write(path: Path, vault: Vault, *lines: LedgerLine) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    for told in lines:
        ledger.ended(told)
    await ledger.close()


async def _write_removal(path: Path, vault: Vault, removal: Removal) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    ledger.heard(removal)
    await ledger.close()
