"""A key of the whole desktop, on a real X server: it silences the voice whoever has the focus, and whatever hangs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.x_client import ALT, CAPS_LOCK, CTRL, ESCAPE, NUM_LOCK, SHIFT, SPACE, XClient
from godot.bridge.scratch import Outcome, Project
from launcher import screen
from launcher.process import Family

pytestmark = [pytest.mark.godot, pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")]

KEY = 2 + 4
"""Ctrl and Alt, as `watch_key` wants them."""
BETWEEN_MS = 60
"""Between two keys: what comes faster than fingers is a key that repeats itself."""
PROGRAM = """
import ctypes, json, math, os
from array import array
import _pybridge

def take(*topics):
    while True:
        topic, frame = _pybridge.receive(60.0)
        header = json.loads(frame)
        say(topic, **{"mark_" + key: value for key, value in header.items()})
        if topic in topics:
            return header

def speak():
    sine = array("h", (round(16000 * math.cos(0.1 * i)) for i in range(24000 * 20))).tobytes()
    assert _pybridge.push(1, _pybridge.epoch(), 24000, sine, True) == 24000 * 20
    take("audible")

def hold_gil():
    pipe = os.open(os.path.join(os.environ["BRIDGE_TEST_FOLDER"], "pipe"), os.O_RDONLY)
    ctypes.PyDLL(None).read(pipe, ctypes.create_string_buffer(1), 1)

def go_on():
    open(os.path.join(os.environ["BRIDGE_TEST_FOLDER"], "go-on"), "w").close()
"""


@pytest.fixture
def display(tmp_path: Path) -> Iterator[dict[str, str]]:
    folder = tmp_path / "screen"
    folder.mkdir()
    with Family() as family:
        yield screen.start(family, folder).variables()


@pytest.fixture
def other(display: dict[str, str]) -> Iterator[XClient]:
    """Another program, which has the focus."""
    with XClient(display) as client:
        client.take_focus()
        assert client.has_focus
        yield client


def states(outcome: Outcome) -> list[str]:
    return [line["mark_state"] for line in outcome.all("stop_key")]


def test_it_silences_the_voice_while_python_is_stuck(project: Project, display: dict[str, str], other: XClient) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key(0x20, {KEY})
    take("stop_key")
    speak()
    say("stuck")
    hold_gil()
    take("cut")
    say("epoch", epoch=_pybridge.epoch())
    return 0
"""
    )
    os.mkfifo(project.folder / "pipe")
    running = project.start("voice", "silence", environment=display)
    running.wait_for("stuck")
    with (project.folder / "pipe").open("wb", buffering=0) as pipe:
        # opened at both ends: from here on Python holds the GIL until something is written
        other.tap(SPACE, CTRL | ALT)
        running.wait_for("silent")
        pipe.write(b"!")
    outcome = running.finish()
    assert (outcome.code, states(outcome)) == (0, ["watching"])
    assert outcome.one("hotkey")["mark_name"] == "stop"
    assert outcome.one("cut")["mark_asked_ns"] == outcome.one("hotkey")["mark_at_ns"]
    assert outcome.one("epoch")["epoch"] == 2
    assert outcome.one("cut")["mark_heard_frames"] < 24000 * 20
    assert other.has_focus
    other.take_events()
    assert SPACE not in other.pressed


def test_it_silences_the_voice_while_no_frame_is_drawn(project: Project, display: dict[str, str], other: XClient) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key(0x20, {KEY})
    take("stop_key")
    speak()
    _pybridge.post("block", b"{{}}\\n")
    take("cut")
    go_on()
    return 0
"""
    )
    running = project.start("voice", environment=display)
    running.wait_for("blocked")
    other.tap(SPACE, CTRL | ALT)
    outcome = running.finish()
    told = [line["what"] for line in outcome.lines]
    assert told.index("blocked") < told.index("hotkey") < told.index("cut")
    # the cut's own stamp may lie a block ahead; that it was there is what let the picture go on
    assert outcome.one("hotkey")["mark_at_ns"] < outcome.one("unblocked")["at_ns"]
    assert outcome.code == 0


def test_locks_do_not_disturb_it_and_a_key_that_is_held_counts_once(
    project: Project, display: dict[str, str], other: XClient
) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key(0x20, {KEY})
    take("stop_key")
    for number in range(4):
        say("ready")
        take("hotkey")
    say("ready")
    _pybridge.watch_key(0xff1b, 1 + 2)
    take("stop_key")
    say("other key")
    take("hotkey")
    _pybridge.watch_key(0, 0)
    say("none")
    while not _pybridge.closed():
        if received := _pybridge.receive(60.0):
            say(received[0], late=True)
    return 0
"""
    )
    running = project.start(environment=display)
    for lock in (0, CAPS_LOCK, NUM_LOCK, CAPS_LOCK):
        running.wait_for("ready")
        if lock:
            other.tap(lock)
        # other ones, which are the other program's
        other.tap(SPACE)
        other.tap(SPACE, CTRL)
        other.tap(SPACE, CTRL | ALT | SHIFT)
        other.tap(SPACE, CTRL | ALT, repeats=20, after_ms=BETWEEN_MS)
    running.wait_for("other key")
    other.tap(SPACE, CTRL | ALT)
    other.tap(ESCAPE, SHIFT | CTRL, after_ms=BETWEEN_MS)
    running.wait_for("none")
    other.tap(ESCAPE, SHIFT | CTRL)
    other.take_events()
    running.process.terminate()
    outcome = running.finish()
    assert [line["mark_name"] for line in outcome.all("hotkey")] == ["stop"] * 5
    assert states(outcome) == ["watching"] * 2
    assert other.pressed.count(SPACE) == 3 * 4 + 1
    assert other.pressed.count(ESCAPE) == 1


def test_a_key_that_another_program_holds_is_told_and_taken_once_it_is_free(
    project: Project, display: dict[str, str], other: XClient
) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key(0x20, {KEY})
    take("stop_key")
    say("waits")
    take("stop_key")
    say("ready")
    take("hotkey")
    return 0
"""
    )
    # with one of the locks only: all or none is wanted
    other.hold(SPACE, CTRL | ALT | 2)
    running = project.start(environment=display)
    running.wait_for("waits")
    other.let_go(SPACE, CTRL | ALT | 2)
    running.wait_for("ready")
    other.tap(SPACE, CTRL | ALT)
    outcome = running.finish()
    assert states(outcome) == ["taken", "watching"]
    assert outcome.code == 0


@pytest.mark.parametrize(
    ("key", "variables", "state"),
    [
        # between F35 and Shift: on no keyboard
        (0x1008FFFF, {}, "no_such_key"),
        (0x20, {"DISPLAY": ":4000"}, "no_display"),
        (0x20, {"DISPLAY": ""}, "no_display"),
        (0x20, {"XAUTHORITY": "/dev/null"}, "no_display"),
    ],
)
def test_why_there_is_no_key_is_told(
    project: Project, display: dict[str, str], key: int, variables: dict[str, str], state: str
) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key({key}, {KEY})
    take("stop_key")
    return 0
"""
    )
    outcome = project.run(environment=display | variables)
    assert (outcome.code, states(outcome)) == (0, [state])


def test_a_display_that_goes_away_takes_only_the_key_with_it(project: Project, tmp_path: Path) -> None:
    project.write(
        PROGRAM
        + f"""
def main(args):
    _pybridge.watch_key(0x20, {KEY})
    take("stop_key")
    say("ready")
    take("stop_key")
    return 0
"""
    )
    folder = tmp_path / "screen"
    folder.mkdir()
    with Family() as family:
        running = project.start(environment=screen.start(family, folder).variables())
        running.wait_for("ready")
    outcome = running.finish()
    assert (outcome.code, states(outcome)) == (0, ["watching", "lost"])


def test_keys_that_are_none_are_refused(project: Project) -> None:
    project.write(
        """
        import _pybridge

        def main(args):
            for wrong in ((-1, 2), (0x20, 16), (0x20, -1)):
                try:
                    _pybridge.watch_key(*wrong)
                except ValueError as error:
                    say("refused", why=str(error))
            return 0
        """
    )
    outcome = project.run()
    assert len(outcome.all("refused")) == 3
