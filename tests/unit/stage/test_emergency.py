"""What the bridge is asked to watch, and what is said of it."""

from __future__ import annotations

import pytest

from fakes.bridge import FakeBridge
from sidecast.flow.mark import StopKeyStands
from sidecast.stage.emergency import StopKey

pytestmark = pytest.mark.unit

X = {"DISPLAY": ":0"}


def stands(state: str) -> StopKeyStands:
    return StopKeyStands(state=state, at_ns=1)


def made(environment: dict[str, str] | None = None, system: str = "linux") -> tuple[StopKey, FakeBridge, list[str]]:
    bridge, notes = FakeBridge(), list[str]()
    return StopKey(bridge, notes.append, system=system, environment=X if environment is None else environment), bridge, notes


@pytest.mark.parametrize(("system", "code"), [("linux", 0xFFC6), ("win32", 0x78)])
def test_each_system_is_asked_by_its_own_number(system: str, code: int) -> None:
    key, bridge, _ = made(system=system)
    key.adopt("Ctrl+Alt+F9")
    assert bridge.watched == [(code, 2 + 4)]


def test_the_bridge_hears_of_changes_only_and_of_none() -> None:
    key, bridge, notes = made()
    key.adopt("")
    assert bridge.watched == []
    key.adopt("F9")
    key.adopt("F9")
    key.adopt("Ctrl+F9")
    key.adopt("")
    assert bridge.watched == [(0xFFC6, 0), (0xFFC6, 2), (0, 0)]
    assert notes == [""]
    # of the one before, still on its way
    key.stands(stands("taken"))
    assert notes == [""]


def test_without_an_app_there_is_no_key() -> None:
    key = StopKey(None, pytest.fail)
    key.adopt("Ctrl+Alt+Space")


@pytest.mark.parametrize("state", ["taken", "no_such_key", "no_library", "unsupported", "lost", "of a newer bridge"])
def test_why_it_cannot_be_had_is_said_with_what_to_do_instead(state: str) -> None:
    key, _, notes = made()
    key.adopt("Ctrl+Alt+Space")
    key.stands(stands(state))
    key.stands(stands("watching"))
    told, better = notes
    assert better == ""
    assert "!stop" in told
    assert "control page" in told
    assert ("stage.stop_key" in told) is (state in {"taken", "no_such_key"})


def test_where_there_is_no_picture_nobody_misses_the_key() -> None:
    for environment, missed in (({}, False), ({"WAYLAND_DISPLAY": "wayland-0"}, True)):
        key, _, notes = made(environment)
        key.adopt("Ctrl+Alt+Space")
        key.stands(stands("no_display"))
        assert [bool(sentence) for sentence in notes] == [missed]


def test_on_wayland_the_log_says_how_far_it_reaches(caplog: pytest.LogCaptureFixture) -> None:
    key, _, notes = made({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"})
    key.adopt("Ctrl+Alt+Space")
    with caplog.at_level("INFO"):
        key.stands(stands("watching"))
    assert "not by Wayland" in caplog.text
    assert notes == [""]
