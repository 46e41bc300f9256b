"""`./sidecast cases`: real cases in a real vault, judged by the policy that is in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.commands import cases as command
from sidecast.flow.moderation import VerdictCase, Wanted
from sidecast.flow.policy import Direction, Policy
from sidecast.opened import open_here
from sidecast.safety.cases import FILE, Cases
from sidecast.safety.policy_file import write_policy
from sidecast.vault.ring import NoRing

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(command, "SystemRing", NoRing)


def keep(tmp_path: Path, *texts: tuple[str, Wanted], erase: str = "") -> None:
    vault, _ = open_here(tmp_path / "data" / "sidecast", NoRing())
    cases = Cases(tmp_path / "data" / "sidecast" / FILE, vault)
    for number, (text, wanted) in enumerate(texts):
        cases.add(VerdictCase(id="", at_ms=1, direction=Direction.IN, wanted=wanted, viewer_id=f"v{number}", text=text))
    if erase:
        vault.erase(erase)
    vault.close()


def run(*arguments: str) -> tuple[int, list[str]]:
    said: list[str] = []
    return command.main(list(arguments), said.append), said


def test_without_cases_nothing_is_made_and_it_says_where_they_come_from(tmp_path: Path) -> None:
    code, said = run()
    assert code == 0
    assert "no test cases yet" in said[-1]
    assert not (tmp_path / "data").exists()


def test_a_policy_that_is_too_mild_fails_and_its_case_stands_first(tmp_path: Path) -> None:
    lovely, cleared = ("what a lovely evening", Wanted.ALLOW), ("\x1b[2Jgone", Wanted.BLOCK)
    keep(tmp_path, lovely, cleared, ("the gloom is near", Wanted.BLOCK))
    code, said = run()
    assert code == 1
    assert said[1].split()[:4] == ["FAIL", "chat", "stop", "passes"]
    assert "\x1b" not in "".join(said)
    assert said[-1] == "2 of 3 test cases are judged as they should be. 1 is not."


def test_the_policy_of_the_control_room_counts_and_erased_words_do_not(tmp_path: Path) -> None:
    keep(tmp_path, ("the gloom is near", Wanted.BLOCK), ("somebody's words", Wanted.BLOCK), erase="v1")
    write_policy(tmp_path / "config" / "sidecast" / "moderation.toml", Policy(block=("gloom",)))
    code, said = run()
    assert code == 0
    assert "blocked" in said[1]
    assert "1 more lost their words" in said[-1]


def test_a_policy_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config" / "sidecast" / "moderation.toml"
    file.parent.mkdir(parents=True)
    file.write_text("level_in = 9\n")
    code, said = run()
    assert (code, said) == (1, [])
    assert "line 1, key level_in" in capsys.readouterr().err


def test_long_texts_are_cut_to_the_terminal(tmp_path: Path) -> None:
    keep(tmp_path, ("so " * 150, Wanted.ALLOW))
    results, _ = command.check(tmp_path / "data" / "sidecast", tmp_path / "config", None, NoRing())
    shown = command.table(results, 20)
    assert max(map(len, shown)) == 60
    assert shown[1].endswith("so …")
