"""The command line as somebody types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from launcher.main import COMMANDS

pytestmark = pytest.mark.peers

REPOSITORY = Path(__file__).resolve().parents[3]


def sidecast(*arguments: str, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    # -S: the launcher may use nothing but the standard library
    command = [sys.executable, "-S", str(REPOSITORY / "sidecast"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_help_names_every_command(arguments: tuple[str, ...]) -> None:
    done = sidecast(*arguments)
    assert done.returncode == 0
    assert all(f"./sidecast {name}" in done.stdout for name in COMMANDS)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_of_run_has_the_apps_options_and_the_launchers() -> None:
    done = sidecast("run", "--help")
    assert done.returncode == 0
    assert "--replay" in done.stdout
    assert "--record" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rum",), "Did you mean ./sidecast run?"),
        (("run", "--recrod", "a.mp4"), "Did you mean --record?"),
        (("bench",), "latency"),
        (("bench", "latenzy"), "Did you mean latency?"),
        (("clean", "--all"), "--yes"),
        (("settings", "--all"), "takes none"),
    ],
)
def test_a_typing_error_is_answered_at_once(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = sidecast(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2
