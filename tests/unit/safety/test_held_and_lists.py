"""Held lines expire, test cases outlive damage nowhere, opt-outs are hashes, and trials end in time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecast.errors import PolicyError
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Author, ChatMessage, Removal, RemovalScope
from sidecast.flow.moderation import Screened, VerdictCase, Wanted
from sidecast.flow.policy import Direction, OwnPattern, Policy
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.safety.cases import Cases
from sidecast.safety.compiled import Compiled
from sidecast.safety.dry_run import tried
from sidecast.safety.held import DROPPED_KEPT, KEEP_MS, KEPT, HeldLines
from sidecast.safety.last_hour import HOUR_MS, LastHour
from sidecast.safety.opt_out import OptOuts
from sidecast.safety.pattern_test import found_by
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.unit

HOLD = Verdict(Decision.HOLD, "x", Category.LINK, "link.written")
ALLOW = Verdict(Decision.ALLOW, "x")
PLAIN = Compiled(Policy())


class Hand:
    """A clock whose hands a test moves."""

    wall = 1_000_000

    def wall_ms(self) -> int:
        return self.wall

    def now_ns(self) -> int:
        return self.wall * 1_000_000

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def message(number: int, author: str = "a", text: str = "see example.org") -> ChatMessage:
    return ChatMessage(id=f"m{number}", author=Author(id=author, name=author), text=text, arrived_ns=0)


def screened(number: int, text: str = "a lantern") -> Screened:
    return Screened(number=number, at_ms=0, direction=Direction.IN, text=text, verdict=ALLOW)


def test_held_lines_expire_and_are_bounded() -> None:
    clock = Hand()
    held = HeldLines(clock)
    for number in range(KEPT + 5):
        held.settled(message(number), Reason.HELD, HOLD)
    assert len(held) == KEPT
    assert held.lines()[0].item.id == f"m{KEPT + 4}"
    clock.wall += KEEP_MS - 1
    held.settled(message(999), Reason.HELD, HOLD)
    clock.wall += 1
    assert [line.item.id for line in held.lines()] == ["m999"]
    with pytest.raises(PolicyError, match="not held any more"):
        held.release("m3")


def test_only_what_the_gate_held_is_held() -> None:
    held = HeldLines(Hand())
    held.settled(message(1), Reason.BLOCKED, HOLD)
    held.settled(message(2), Reason.HELD, ALLOW)
    held.settled(message(3), Reason.HELD, None)
    held.settled(message(4), Reason.HELD, HOLD)
    assert [line.item.id for line in held.lines()] == ["m4"]


def test_a_dropped_line_comes_back_in_time_and_never_after_a_removal() -> None:
    clock = Hand()
    held, told = HeldLines(clock), 0

    def tell() -> None:
        nonlocal told
        told += 1

    held.on_change = tell
    for number in range(DROPPED_KEPT + 2):
        held.settled(message(number, author=f"v{number}"), Reason.HELD, HOLD)
        held.drop([f"m{number}"])
    with pytest.raises(PolicyError):
        held.undo_drop(["m0"])
    held.undo_drop(["m50"])
    assert [line.item.id for line in held.lines()] == ["m50"]
    held.heard(Removal(scope=RemovalScope.USER, author_id="v60", arrived_ns=0))
    with pytest.raises(PolicyError):
        held.undo_drop(["m60"])
    clock.wall += KEEP_MS
    with pytest.raises(PolicyError):
        held.undo_drop(["m70"])
    assert told > 200


def test_the_last_hour_is_an_hour_and_bounded() -> None:
    clock = Hand()
    last = LastHour(clock, limit=10)
    for number in range(15):
        last.settled(message(number, author=f"v{number}"), Reason.ANSWERED, ALLOW)
    assert len(last.everything()) == 10
    assert last.count("v3") == 0 and last.count("v14") == 1
    clock.wall += HOUR_MS
    last.settled(message(20), Reason.HELD, HOLD)
    assert [each.item_id for each in last.everything()] == ["m14", "m13", "m12", "m11", "m10", "m9", "m8", "m7", "m6", "m20"][
        -1:
    ] + [f"m{number}" for number in range(14, 5, -1)]
    clock.wall += 1
    assert [each.item_id for each in last.everything()] == ["m20"]
    assert [each.item_id for each in last.refused()] == ["m20"]
    assert last.forget("a") == 1
    assert last.refused() == [] and last.everything() == []


def test_what_was_removed_before_it_was_judged_is_not_in_the_last_hour() -> None:
    last = LastHour(Hand())
    last.settled(message(1), Reason.REMOVED, ALLOW)
    last.settled(message(2), Reason.HELD, ALLOW)
    last.settled(message(3), Reason.REMOVED, None)
    assert last.everything() == []


def test_a_trial_ends_in_time_and_says_so() -> None:
    seconds = iter(range(100))
    turns: list[int] = []
    trial = tried(
        [screened(number) for number in range(1000)],
        PLAIN,
        Compiled(Policy(block=("lantern",)), before=PLAIN),
        longest_s=3,
        now_s=lambda: next(seconds),
        let_others=lambda: turns.append(1),
    )
    assert not trial.complete
    assert 0 < trial.judged < 1000
    assert trial.stricter == trial.judged
    assert len(trial.examples) <= 50 < trial.judged
    assert len(turns) >= 3


def test_a_search_ends_in_time_and_finds_what_is_disguised() -> None:
    texts = [screened(1, "gl00m"), screened(2, "fine"), screened(3, "gloom gloom"), screened(4, "")]
    found = found_by(OwnPattern(name="x", expression="gloom"), texts, let_others=lambda: None)
    assert (found.looked, found.found, found.complete) == (3, 2, True)
    assert [each.marks for each in found.examples] == [(), ((0, 5), (6, 11))]
    seconds = iter(range(100))
    late = found_by(
        OwnPattern(name="x", expression="gloom"), texts * 100, longest_s=2, now_s=lambda: next(seconds), let_others=lambda: None
    )
    assert not late.complete


def test_test_cases_are_sealed_bounded_by_text_and_erased_with_their_viewer(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "vault")
    cases = Cases(tmp_path / "verdict-cases.jsonl", vault)
    for viewer in ("anna", "bert"):
        case = VerdictCase(
            id="", at_ms=1, direction=Direction.IN, wanted=Wanted.BLOCK, viewer_id=viewer, text=f"words of {viewer}"
        )
        cases.add(case)
        cases.add(case)
    assert [case.text for case in cases.all()] == ["words of anna", "words of bert"]
    assert "words of" not in (tmp_path / "verdict-cases.jsonl").read_text()
    vault.erase("anna")
    assert [case.text for case in cases.all()] == ["", "words of bert"]
    assert cases.forget("anna") == 1
    assert cases.count("anna") == 0 and cases.count("bert") == 1


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        '{"id": "x"}',
        '{"id":"x","at_ms":1,"direction":"in","wanted":"maybe","viewer":"","rule":"","by":"","sealed":""}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, damage: str) -> None:
    vault = open_vault(tmp_path / "vault")
    file = tmp_path / "verdict-cases.jsonl"
    cases = Cases(file, vault)
    cases.add(VerdictCase(id="", at_ms=1, direction=Direction.IN, wanted=Wanted.BLOCK, viewer_id="", text="hi"))
    file.write_text(file.read_text() + damage + "\n")
    with pytest.raises(PolicyError, match="damaged in line 2"):
        cases.all()
    assert file.read_text().endswith(damage + "\n")


def test_a_moved_or_changed_case_does_not_open(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "vault")
    file = tmp_path / "verdict-cases.jsonl"
    cases = Cases(file, vault)
    cases.add(VerdictCase(id="", at_ms=1, direction=Direction.IN, wanted=Wanted.BLOCK, viewer_id="a", text="hi"))
    values = json.loads(file.read_text())
    values["id"] = "elsewhere"
    file.write_text(json.dumps(values) + "\n")
    with pytest.raises(PolicyError, match="does not open"):
        cases.all()


def test_opt_outs_come_back_and_another_key_knows_nobody(tmp_path: Path) -> None:
    file = tmp_path / "opted-out.json"
    opt_outs = OptOuts(file, b"k" * 32)
    assert not opt_outs.holds("anna")
    assert opt_outs.add("anna") and not opt_outs.add("anna")
    assert opt_outs.holds("anna") and not opt_outs.holds("") and not opt_outs.holds("bert")
    assert OptOuts(file, b"k" * 32).holds("anna")
    assert not OptOuts(file, b"x" * 32).holds("anna")
    assert "anna" not in file.read_text()
    assert opt_outs.take_out("anna") and not opt_outs.take_out("anna")
    assert not opt_outs.holds("anna")
    assert opt_outs.alias("anna") == opt_outs.alias("anna") != opt_outs.alias("bert")


@pytest.mark.parametrize(
    "damage", ["", "{}", '{"format": 1, "marks": ["zz"]}', '{"format": 2, "marks": []}', '{"format": 1, "marks": [5]}']
)
def test_a_damaged_list_of_opt_outs_stops_the_start(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "opted-out.json"
    file.write_text(damage)
    with pytest.raises(PolicyError, match="would be answered again"):
        OptOuts(file, b"k" * 32)
