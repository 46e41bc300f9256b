"""What rules have done is kept: in order, once, and nobody's when the viewer is erased who set it off."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.inline_runner import InlineRunner
from sidecast.clock import SystemClock
from sidecast.flow.rule import RunEnding, RunLine
from sidecast.ledger import schema
from sidecast.ledger.backlog import Backlog
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.runs import RunReader
from sidecast.vault.vault import Vault

pytestmark = pytest.mark.unit


def run(number: int, viewer: str = "4711", rule: str = "Raid welcome") -> RunLine:
    return RunLine(
        run_id=f"r{number}",
        at_ms=SystemClock().wall_ms(),
        rule=rule,
        trigger="raid of 42",
        ending=RunEnding.PART,
        told="There is no scene “Rade”.",
        steps=3,
        done=2,
        took_ms=1_204,
        tested=number % 2 == 0,
        viewer_id=viewer,
    )


async def written(path: Path, vault: Vault, *lines: RunLine, forget: str = "") -> None:
    ledger = Ledger(path, vault, SystemClock(), runner=InlineRunner())
    ledger.start()
    for line in lines:
        ledger.ran(line)
    if forget:
        ledger.forget(forget)
    await ledger.flush()
    await ledger.close()


async def test_runs_come_back_newest_first_and_of_one_rule(path: Path, vault: Vault) -> None:
    first, second, third = run(1), run(2, rule="Be right back"), replace(run(3), ending=RunEnding.DONE, told="", done=3)
    await written(path, vault, first, second, third, third)
    reader = RunReader(path)
    assert reader.last(10) == [third, second, first]
    assert reader.last(10, "Raid welcome") == [third, first]
    assert reader.last(1) == [third]
    assert (reader.count("4711"), reader.count("99")) == (3, 0)


@pytest.mark.parametrize("before", [True, False], ids=["on the disk", "in the backlog"])
async def test_an_erased_viewers_runs_are_nobodys(path: Path, vault: Vault, before: bool) -> None:
    if before:
        await written(path, vault, run(1), run(2, "99"))
        await written(path, vault, forget="4711")
    else:
        await written(path, vault, run(1), run(2, "99"), forget="4711")
    others, erased = RunReader(path).last(10)
    assert others.viewer_id == "99"
    assert erased == replace(run(1), at_ms=erased.at_ms, viewer_id="")


async def test_a_run_that_ends_after_its_viewer_was_erased_is_nobodys(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock(), runner=InlineRunner())
    ledger.start()
    begun = run(1)
    ledger.forget("4711")
    ledger.ran(begun)
    ledger.ran(replace(run(2), at_ms=SystemClock().wall_ms() + 10_000))
    await ledger.flush()
    await ledger.close()
    later, earlier = RunReader(path).last(2)
    assert (later.viewer_id, earlier.viewer_id) == ("4711", "")


async def test_a_ledger_of_an_earlier_sidecast_gets_the_table(path: Path, vault: Vault) -> None:
    db = sqlite3.connect(path)
    before = next(number for number, script in enumerate(schema.MIGRATIONS) if "CREATE TABLE runs" in script)
    for script in schema.MIGRATIONS[:before]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version={before}")
    db.commit()
    db.close()
    assert RunReader(path).last(1) == []
    assert RunReader(path).count("4711") == 0
    await written(path, vault, run(1))
    assert [line.run_id for line in RunReader(path).last(2)] == ["r1"]


def test_the_backlog_is_bounded_and_counts_what_it_loses() -> None:
    backlog = Backlog("run", limit=3)
    for number in range(5):
        backlog.ran(run(number))
    batch = backlog.take(10)
    assert [line.run_id for line in batch.runs] == ["r2", "r3", "r4"]
    assert not batch.empty
    assert backlog.overflowed == 2
    backlog.put_back(batch)
    assert not backlog.empty
    assert [line.run_id for line in backlog.take(10).runs] == ["r2", "r3", "r4"]
    assert backlog.empty


def test_without_a_ledger_nothing_has_run(path: Path) -> None:
    assert RunReader(path).last(5) == []
    assert RunReader(path).count("4711") == 0
