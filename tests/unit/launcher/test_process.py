"""Children end in order, with everything that they started, and with the launcher."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.process import Family, end, lines_of, spawn

pytestmark = pytest.mark.peers

REPOSITORY = Path(__file__).resolve().parents[3]
PARENT_OF_TWO = ["sh", "-c", "sleep 600 & echo $!; wait"]
STUBBORN = ["sh", "-c", "trap '' TERM; echo on; while :; do sleep 600; done"]


def gone(pid: int) -> bool:
    """Waits for the end of a process that may not be our child; False after ten seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


def test_what_a_child_started_ends_with_it() -> None:
    process = spawn(PARENT_OF_TWO, stdout=subprocess.PIPE)
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    assert end(process, grace_s=5) == -signal.SIGTERM
    assert gone(grandchild)
    process.stdout.close()


def test_a_child_that_will_not_end_is_killed() -> None:
    process = spawn(STUBBORN, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    assert end(process, grace_s=0) == -signal.SIGKILL
    process.stdout.close()


def test_a_child_that_has_ended_keeps_its_code() -> None:
    process = spawn(["sh", "-c", "exit 7"])
    process.wait()
    assert end(process, grace_s=5) == 7


def test_a_family_ends_the_youngest_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Family() as family:
        for name in ("screen", "app"):
            told = ["sh", "-c", f"trap 'echo {name} >> {log}; exit' TERM; echo on; while :; do sleep 0.01; done"]
            process = family.start(told, stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
    assert log.read_text().split() == ["app", "screen"]


def test_children_end_when_the_launcher_is_killed() -> None:
    code = "from launcher.process import spawn; print(spawn(['sleep', '600']).pid, flush=True); input()"
    launcher = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    launcher.kill()
    launcher.communicate()
    assert gone(child)


def test_the_output_of_a_command_is_read_line_by_line() -> None:
    with lines_of(["sh", "-c", "echo one; echo two >&2; exit 3"], None) as (process, output):
        assert output.readlines() == [b"one\n", b"two\n"]
    assert process.returncode == 3
