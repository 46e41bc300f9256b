from __future__ import annotations

import os
from pathlib import Path

import pytest

from sidecast.errors import KeepError
from sidecast.keep.rotation import DAY_MS, Kept, by_hand_name, checked, daily_name, due_ms, gone_by_ms, listed, to_drop

pytestmark = pytest.mark.unit

NOW = 1_795_392_000_000


def daily(days_ago: int) -> Kept:
    made = NOW - days_ago * DAY_MS
    return Kept(daily_name(made), made, 100, daily=True)


def by_hand(days_ago: int) -> Kept:
    return Kept("mine.sidecast-backup", NOW - days_ago * DAY_MS, 100, daily=False)


def test_the_first_is_due_at_once_and_the_next_a_day_later() -> None:
    assert due_ms([], NOW) == NOW
    assert due_ms([by_hand(0)], NOW) == NOW
    assert due_ms([daily(0), daily(1)], NOW) == NOW + DAY_MS
    assert due_ms([daily(3)], NOW) == NOW - 2 * DAY_MS


def test_one_from_the_future_puts_nothing_off() -> None:
    assert due_ms([daily(-300)], NOW) == NOW


def test_seven_are_kept_and_those_by_hand_are_left_alone() -> None:
    kept = [daily(n) for n in range(9)] + [by_hand(n) for n in range(20, 40)]
    assert to_drop(kept, 7) == [daily(7), daily(8)]
    assert to_drop(kept, 20) == []


def test_an_erasure_is_in_no_backup_once_the_newest_from_before_it_is_dropped() -> None:
    assert gone_by_ms([], 7, NOW) == (None, 0)
    assert gone_by_ms([daily(0), daily(1), by_hand(5)], 7, NOW) == (NOW + 7 * DAY_MS, 1)


def test_the_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in (daily_name(NOW), by_hand_name(NOW - DAY_MS), "other.txt", "x.sidecast-backup.part"):
        (tmp_path / name).write_bytes(b"12345")
        os.utime(tmp_path / name, (0, 0))
    found = listed(tmp_path)
    assert [(kept.name, kept.daily, kept.size) for kept in found] == [
        (daily_name(NOW), True, 5),
        (by_hand_name(NOW - DAY_MS), False, 5),
    ]
    assert found[0].made_ms == NOW
    assert listed(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    "name",
    ["", "../x.sidecast-backup", "a/b.sidecast-backup", ".x.sidecast-backup", "x", "a..b.sidecast-backup", "\0.sidecast-backup"],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(KeepError):
        checked(name)
    assert checked(daily_name(NOW)) == daily_name(NOW)
