"""All linters are asked, one beside the others, and each says what it found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from launcher import checks
from launcher.console import Console
from launcher.places import Places

pytestmark = pytest.mark.peers

GOOD, BAD = ["sh", "-c", "echo fine"], ["sh", "-c", "echo $NAME is wrong >&2; exit 1"]


@pytest.mark.parametrize(
    ("linters", "complain"),
    [
        ([("slow", GOOD), ("a", GOOD), ("b", GOOD)], []),
        ([("slow", BAD), ("a", GOOD), ("b", GOOD)], ["slow"]),
        ([("slow", GOOD), ("a", BAD), ("b", GOOD)], ["a"]),
        ([("slow", BAD), ("a", BAD), ("b", BAD)], ["a", "b", "slow"]),
    ],
)
def test_every_linter_is_asked_and_quoted(
    linters: list[tuple[str, list[str]]], complain: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = [(title, ["env", f"NAME={title}", *command]) for title, command in linters]
    monkeypatch.setattr(checks, "_linters", lambda places: iter(named))
    said = io.StringIO()
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path)
    assert checks._linters_pass(places, Console(said)) is not bool(complain)
    lines = said.getvalue().splitlines()
    assert [line.split()[1] for line in lines if "✗" in line] == complain
    assert [line.split()[0] for line in lines if line.endswith("is wrong")] == complain
    assert sorted(line.split()[1] for line in lines if "✓" in line or "✗" in line) == ["a", "b", "slow"]


def test_the_slowest_linter_is_the_one_that_runs_beside_the_others() -> None:
    titles = [title for title, _ in checks._linters(Places.of_this_user())]
    assert titles[:3] == ["mypy", "ruff check", "ruff format"]
    assert {"gdformat", "gdlint", "clang-format"} <= set(titles)


@pytest.mark.parametrize(("cores", "workers"), [({0}, 2), ({0, 1}, 2), ({0, 1, 2}, 3), (set(range(64)), 4)])
def test_there_are_as_many_workers_as_cores_within_reason(cores: set[int], workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: cores)
    words = checks.all_tests()
    assert words[words.index("-n") + 1] == str(workers)
