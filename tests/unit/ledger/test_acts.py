"""What was done at Twitch is kept: sealed, in order, once, and nobody's when its viewer is erased."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.acts import ACT_LINE
from fakes.inline_runner import InlineRunner
from sidecast.clock import SystemClock
from sidecast.flow.action import ActLine, Ending
from sidecast.ledger import schema
from sidecast.ledger.acts import ActReader
from sidecast.ledger.backlog import Backlog
from sidecast.ledger.ledger import Ledger
from sidecast.vault.vault import Vault

pytestmark = pytest.mark.unit


def act(number: int, viewer: str = "4711") -> ActLine:
    now_ms = SystemClock().wall_ms()
    return replace(ACT_LINE, action_id=f"a{number}", viewer_id=viewer, viewer_name=f"name-of-{viewer}", at_ms=now_ms)


async def written(path: Path, vault: Vault, *lines: ActLine, forget: str = "") -> None:
    ledger = Ledger(path, vault, SystemClock(), runner=InlineRunner())
    ledger.start()
    for line in lines:
        ledger.acted(line)
    if forget:
        ledger.forget(forget)
    await ledger.flush()
    await ledger.close()


async def test_what_was_done_comes_back_newest_first_and_of_one_viewer(path: Path, vault: Vault) -> None:
    first, second, third = act(1), act(2, "99"), replace(act(3), ending=Ending.REFUSED, told="It is switched off.", undoes="a1")
    await written(path, vault, first, second, third)
    reader = ActReader(path, vault)
    assert reader.last(10) == [third, second, first]
    assert reader.last(10, "4711") == [third, first]
    assert reader.last(1) == [third]


async def test_names_and_words_are_sealed_and_the_same_action_is_there_once(path: Path, vault: Vault) -> None:
    await written(path, vault, act(1), act(1))
    assert len(ActReader(path, vault).last(10)) == 1
    content = b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))
    assert b"time_out" in content
    assert b"name-of-4711" not in content
    assert b"spoilers" not in content


@pytest.mark.parametrize("before", [True, False], ids=["on the disk", "in the backlog"])
async def test_an_erased_viewers_acts_are_nobodys(path: Path, vault: Vault, before: bool) -> None:
    if before:
        await written(path, vault, act(1), act(2, "99"))
        await written(path, vault, forget="4711")
    else:
        await written(path, vault, act(1), act(2, "99"), forget="4711")
    others, erased = ActReader(path, vault).last(10)
    assert others.viewer_name == "name-of-99"
    assert (erased.viewer_id, erased.viewer_name, erased.detail) == ("", "", "")
    assert (erased.kind, erased.by, erased.ending) == ("time_out", "Mira", Ending.DONE)


async def test_an_act_that_ends_after_its_viewer_was_erased_is_nobodys(path: Path, vault: Vault) -> None:
    begun = act(1)
    ledger = Ledger(path, vault, SystemClock(), runner=InlineRunner())
    ledger.start()
    ledger.forget("4711")
    ledger.acted(begun)
    ledger.acted(replace(act(2), at_ms=SystemClock().wall_ms() + 10_000))
    await ledger.flush()
    await ledger.close()
    later, earlier = ActReader(path, vault).last(2)
    assert later.viewer_id == "4711"
    assert earlier.viewer_id == ""


async def test_a_key_that_was_erased_leaves_words_that_nobody_can_read(path: Path, vault: Vault) -> None:
    await written(path, vault, act(1))
    vault.erase("4711")
    (line,) = ActReader(path, vault).last(1)
    assert "spoilers" not in line.detail
    assert line.kind == "time_out"


async def test_a_ledger_of_an_earlier_sidecast_gets_the_table_and_keeps_its_lines(path: Path, vault: Vault) -> None:
    db = sqlite3.connect(path)
    before = next(number for number, script in enumerate(schema.MIGRATIONS) if "CREATE TABLE acts" in script)
    for script in schema.MIGRATIONS[:before]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version={before}")
    db.execute("INSERT INTO reasons VALUES (60000000000000, 'answered', 7)")
    db.commit()
    db.close()
    assert ActReader(path, vault).last(1) == []
    await written(path, vault, act(1))
    assert [line.action_id for line in ActReader(path, vault).last(2)] == ["a1"]
    assert sqlite3.connect(path).execute("SELECT count FROM reasons").fetchone() == (7,)


def test_the_backlog_is_bounded_and_counts_what_it_loses() -> None:
    backlog = Backlog("run", limit=3)
    for number in range(5):
        backlog.act(act(number))
    batch = backlog.take(10)
    assert [line.action_id for line in batch.acts] == ["a2", "a3", "a4"]
    assert backlog.overflowed == 2
    assert sum(gap.lines for gap in batch.gaps) == 2
    backlog.put_back(batch)
    assert [line.action_id for line in backlog.take(10).acts] == ["a2", "a3", "a4"]
    assert backlog.empty


def test_without_a_ledger_nothing_was_done(path: Path, vault: Vault) -> None:
    assert ActReader(path, vault).last(5) == []
