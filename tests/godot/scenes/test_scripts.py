"""The pure parts of the scenes' scripts, tested in GDScript (`pure/test_*.gd`) by one headless Godot."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from godot.real_godot import REPOSITORY, Godot

pytestmark = pytest.mark.godot

PURE = Path(__file__).parent / "pure"
TESTS = sorted(name for file in PURE.glob("test_*.gd") for name in re.findall(r"^func (test_\w+)", file.read_text("utf-8"), re.M))


@pytest.fixture(scope="module")
def results(imported: Godot) -> dict[str, str]:
    """Test name → `ok`, or why it failed."""
    script = "res://" + (PURE / "run.gd").relative_to(REPOSITORY).as_posix()
    command = [str(imported.program), "--headless", "--path", str(REPOSITORY), "--script", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    found = dict.fromkeys(re.findall(r"^ok (\w+)$", done.stdout, re.M), "ok")
    found.update(re.findall(r"^failed (\S+): (.*)$", done.stdout, re.M))
    return found


@pytest.mark.parametrize("name", TESTS)
def test_script(results: dict[str, str], name: str) -> None:
    assert results.get(name, f"it did not run: {results}") == "ok"


def test_nothing_else_failed(results: dict[str, str]) -> None:
    assert set(results) == set(TESTS)
