"""An erased viewer's lines are nobody's: in the backlog, on the disk, and when a turn ends only afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.inline_runner import InlineRunner
from fakes.ledger_lines import line
from sidecast.clock import SystemClock
from sidecast.flow.line import LedgerLine, Stages
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.reader import LedgerReader
from sidecast.ledger.viewers import ViewerReader
from sidecast.vault.vault import Vault
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


def nobodys(told: LedgerLine) -> bool:
    return (told.author_id, told.author_name, told.item_id, told.text, told.heard, told.cleared) == ("", "", "", "", "", ())


async def test_lines_on_the_disk_and_in_the_backlog_become_nobodys(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    anna = replace(line(1, author="id-of-anna", name="Anna", text="AnnasWords"), item_id="item-of-anna")
    ledger.ended(anna)
    ledger.ended(line(2, author="bert"))
    await ledger.flush()
    ledger.ended(replace(anna, turn_id="turn-3"))
    ledger.forget("id-of-anna")
    await ledger.flush()
    third, berts, first = LedgerReader(path, vault).last(3)
    assert berts == line(2, author="bert")
    assert nobodys(first) and nobodys(third)
    assert (first.turn_id, first.stages, first.reason) == ("turn-1", anna.stages, anna.reason)
    await ledger.close()
    vault.erase("id-of-anna")
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for trace in (b"id-of-anna", b"AnnasWords", b"item-of-anna"):
        assert trace not in content


def test_a_turn_that_ends_after_the_erasure_is_nobodys_and_a_later_one_is_not(path: Path, vault: Vault) -> None:
    async def play() -> None:
        clock = loop_clock()
        ledger = Ledger(path, vault, clock, runner=InlineRunner())
        ledger.start()
        ledger.forget("anna")
        ledger.ended(replace(line(1, author="anna"), stages=Stages(arrived_ns=clock.now_ns())))
        ledger.ended(replace(line(2, author="anna"), stages=Stages(arrived_ns=clock.now_ns() + 1)))
        await ledger.flush()
        await ledger.close()

    run_virtual(play())
    later, earlier = LedgerReader(path, vault).last(2)
    assert later.stages.arrived_ns == earlier.stages.arrived_ns + 1
    assert nobodys(earlier)
    assert later.author_id == "anna"


async def test_a_viewer_is_found_by_name_and_told_with_first_and_last(path: Path, vault: Vault) -> None:
    ledger = Ledger(path, vault, SystemClock())
    ledger.start()
    for number in range(1, 20):
        ledger.ended(line(number))
    ledger.ended(line(30, author="viewer-3", name="NewName"))
    await ledger.close()
    viewers = ViewerReader(path, vault)
    assert viewers.named("viewer 2", 100) == {"viewer-2": "Viewer 2"}
    assert viewers.named("newNAME", 100) == {"viewer-3": "NewName"}
    assert viewers.named("Viewer 3", 100) == {}
    assert viewers.named("viewer 2", 1) == {}
    lines, first_ms, last_ms = viewers.span("viewer-3")
    assert (lines, first_ms, last_ms) == (4, line(3).wall_ms, line(30).wall_ms)
    assert [each.turn_id for each in viewers.lines("viewer-3", 2)] == ["turn-30", "turn-17"]
    assert viewers.span("stranger") == (0, 0, 0)


def test_without_a_ledger_nobody_is_known(path: Path, vault: Vault) -> None:
    viewers = ViewerReader(path, vault)
    assert (viewers.named("x", 9), viewers.span("x"), viewers.lines("x", 9)) == ({}, (0, 0, 0), [])
