"""How Python starts and ends inside the real Godot."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from godot.bridge.scratch import Project

pytestmark = pytest.mark.godot

UNTIL_CLOSED = """
import _pybridge

def main(args):
    _pybridge.post("ready", b"{}\\n")
    say("ready")
    while not _pybridge.closed():
        _pybridge.receive(60.0)
    return 3
"""
STUCK = """
import ctypes
import _pybridge

def main(args):
    _pybridge.post("ready", b"{}\\n")
    say("ready")
    (ctypes.PyDLL if args == ["holding"] else ctypes.CDLL)(None).sleep(600)
"""


def test_python_is_the_environments_own(project: Project) -> None:
    project.write(
        """
        import os, signal, subprocess, sys, threading

        def main(args):
            child = subprocess.run([sys.executable, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
            say(
                "python",
                args=args,
                argv=sys.argv,
                executable=sys.executable,
                path=sys.path,
                utf8=sys.flags.utf8_mode,
                leaked=sorted(set(os.environ) & {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONSAFEPATH"}),
                child=child.stdout.strip(),
                main_thread=threading.current_thread() is threading.main_thread(),
            )
            return 0
        """,
        args=["--demo", "ü"],
    )
    foreign = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere"}
    python = project.run(environment=foreign).one("python")
    executable = project.config["executable"]
    assert python["args"] == ["--demo", "ü"]
    assert python["argv"] == ["program", "--demo", "ü"]
    assert python["executable"] == executable
    assert python["path"][0] == str(project.folder / "code")
    assert project.config["site"] in python["path"]
    assert not any("nowhere" in entry for entry in python["path"])
    assert (python["utf8"], python["leaked"], python["main_thread"]) == (1, [], True)
    assert python["child"] == str(Path(executable).parent.parent)


@pytest.mark.parametrize(
    ("ending", "code", "error"),
    [
        ("return 7", 7, ""),
        ("return None", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(4)", 4, ""),
        ("raise SystemExit('a reason')", 1, ""),
        ("return 'text'", 1, "program.main gave a str instead of an exit code."),
        ("raise ValueError('what a viewer wrote')", 1, "program ended with ValueError; its traceback is in the log."),
    ],
)
def test_how_main_ends_is_how_the_app_ends(project: Project, ending: str, code: int, error: str) -> None:
    project.write(f"def main(args):\n    {ending}\n")
    outcome = project.run()
    left = outcome.one("left")
    assert (outcome.code, left["code"], left["error"]) == (code, code, error)
    ended = [bytes.fromhex(line["hex"]) for line in outcome.all("event") if line["topic"] == "ended"]
    assert ended == [b'{"code":%d}\n' % code]
    assert ("Traceback" in outcome.output) is ("ValueError" in ending)


def test_a_program_that_cannot_be_imported_says_so(project: Project) -> None:
    project.write("import does_not_exist\n")
    outcome = project.run()
    assert outcome.code == 1
    assert outcome.one("left")["error"] == "program ended with ModuleNotFoundError; its traceback is in the log."
    assert "No module named 'does_not_exist'" in outcome.output


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"library": "/nowhere/libpython.so"}, "/nowhere/libpython.so"),
        ({"library": ""}, "lacks `library`"),
        ({"home": "/nowhere"}, "/nowhere, holds no standard library"),
        ({"module": ""}, "lacks `module`"),
    ],
)
def test_a_wrong_config_is_refused_with_a_reason(project: Project, config: dict[str, str], named: str) -> None:
    project.write("def main(args): return 0\n", **config)
    outcome = project.run()
    started = outcome.one("started")
    assert (started["ok"], outcome.code) == (False, 1)
    assert named in started["error"]


def test_arguments_that_are_no_list_are_an_error(project: Project) -> None:
    project.write("def main(args): return 0\n", args={"a": 1})
    left = project.run().one("left")
    assert (left["code"], left["error"]) == (1, "The config's `args` for program is not a JSON array of strings.")


def test_python_starts_once_in_a_process(project: Project) -> None:
    project.write(UNTIL_CLOSED)
    outcome = project.run("twice", "end-when-ready")
    again = outcome.one("again")
    assert (again["ok"], again["error"]) == (False, "Python runs already; a process starts it once.")
    assert outcome.code == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_app_in_good_order(project: Project, number: signal.Signals) -> None:
    project.write(UNTIL_CLOSED)
    running = project.start()
    running.wait_for("ready")
    running.process.send_signal(number)
    outcome = running.finish()
    assert outcome.code == 0
    assert outcome.one("left")["code"] == 3


def test_a_second_signal_ends_the_app_at_once(project: Project) -> None:
    project.write(STUCK)
    running = project.start("deaf")
    running.wait_for("ready")
    running.process.send_signal(signal.SIGTERM)
    running.wait_for("deaf")
    running.process.send_signal(signal.SIGTERM)
    assert running.finish().code == -signal.SIGTERM


@pytest.mark.parametrize("how", ["holding", "waiting"])
def test_a_stuck_python_is_left_behind(project: Project, how: str) -> None:
    project.write(STUCK, args=[how])
    outcome = project.run("end-when-ready")
    left = outcome.one("left")
    assert left["error"] == "Python did not end within 2.5 s of being asked to, and was left behind."
    assert (outcome.code, left["code"]) == (1, 1)
    # The one time that a test here measures: it is the promise.
    assert (left["at_ns"] - outcome.one("asked")["at_ns"]) / 1e9 < 3.0


@pytest.mark.parametrize("daemon", [True, False])
def test_threads_that_never_end_stop_nothing(project: Project, daemon: bool) -> None:
    project.write(
        f"""
        import atexit, threading

        def spin():
            while True:
                sum(range(1000))

        def main(args):
            atexit.register(say, "atexit")
            for _ in range(4):
                threading.Thread(target=spin, daemon={daemon}).start()
            print("not flushed by a newline", end="")
            return 0
        """
    )
    outcome = project.run("voice")
    outcome.one("atexit")
    assert outcome.code == 0
    assert "not flushed by a newline" in outcome.output


def test_a_node_that_is_freed_ends_python_first(project: Project) -> None:
    project.write(
        """
        import atexit
        import _pybridge

        def main(args):
            atexit.register(say, "atexit")
            _pybridge.post("ready", b"{}\\n")
            while not _pybridge.closed():
                _pybridge.receive(60.0)
            say("closed")
            return 0
        """
    )
    outcome = project.run("freed-at-once")
    assert [line["what"] for line in outcome.lines] == ["started", "freeing", "closed", "atexit", "freed"]
    assert outcome.code == 0
