"""What runs beside other steps is shown like them, and ends with the launcher, however that ends."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from launcher.beside import Beside
from launcher.commands import Runner
from launcher.console import Console, Step
from launcher.trouble import Trouble

pytestmark = pytest.mark.peers

REPOSITORY = Path(__file__).resolve().parents[3]
LAUNCHER = """
import io, sys, time
from pathlib import Path
from launcher.beside import Beside
from launcher.commands import Runner
from launcher.process import raise_on_signals
from launcher.trouble import Interrupted

raise_on_signals()
said = lambda line: print(line, end="", flush=True)
work = lambda step: Runner(step, Path(sys.argv[1])).run(["sh", "-c", "sleep 600 & echo $!; echo $$; wait"], heard=said)
try:
    with Beside("Slow", work):
        time.sleep(600)
except Interrupted as interrupted:
    sys.exit(interrupted.code)
"""


def gone(pid: int) -> bool:
    """Waits for the end of a process that is not our child; False after ten seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


def test_it_works_while_others_do_and_is_then_shown_like_them() -> None:
    go, said = threading.Event(), io.StringIO()

    def work(step: Step) -> None:
        assert go.wait(10)
        step.result = "(made)"

    with Beside("Slow", work) as beside:
        console = Console(said)
        with console.step("Quick"):
            go.set()
        beside.finish(console)
    quick, slow = (next(line for line in said.getvalue().splitlines() if f"✓ {title}" in line) for title in ("Quick", "Slow"))
    assert said.getvalue().index(quick) < said.getvalue().index(slow)
    assert "(made)" in slow


def test_what_it_fails_with_is_raised_where_it_is_waited_for() -> None:
    def work(_: Step) -> None:
        raise Trouble("It rains.", "Wait.")

    said = io.StringIO()
    with pytest.raises(Trouble, match="It rains"), Beside("Slow", work) as beside:
        beside.finish(Console(said))
    assert "✗ Slow" in said.getvalue()


def test_another_steps_failure_ends_what_it_runs(tmp_path: Path) -> None:
    started, pids = threading.Event(), list[int]()

    def heard(line: str) -> None:
        pids.append(int(line))
        started.set()

    def work(step: Step) -> None:
        Runner(step, tmp_path / "log").run(["sh", "-c", "echo $$; sleep 600"], heard=heard)
        pids.append(0)

    with pytest.raises(ZeroDivisionError), Beside("Slow", work):
        assert started.wait(10)
        _ = 1 / 0
    assert gone(pids[0])
    assert len(pids) == 1, "it went on after its command was ended"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_it_ends_with_the_launcher(number: int, code: int, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")]
    launcher = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    grandchild, child = int(launcher.stdout.readline()), int(launcher.stdout.readline())
    launcher.send_signal(number)
    assert launcher.wait(30) == code
    launcher.stdout.close()
    assert gone(child)
    if number == signal.SIGKILL:  # the kernel ends children only
        os.kill(grandchild, signal.SIGKILL)
    assert gone(grandchild)
