"""What is there already is used: displays, sound servers; one show per user; what is removed is listed first."""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from launcher import clean, debian, lock, paths, screen, sound, system, workplace
from launcher.console import Console
from launcher.places import Places
from launcher.show import Plan
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "PULSE_SERVER", "PULSE_RUNTIME_PATH")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session with nothing; its runtime folder."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "repository", tmp_path / "repository" / ".sidecast", tmp_path / "cache", tmp_path / "data")


def listening(path: Path) -> Iterator[None]:
    path.parent.mkdir(exist_ok=True)
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()
        yield


def test_a_display_is_usable_when_something_answers(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":98765")
    assert not screen.usable()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert not screen.usable()
    for _ in listening(bare / "wayland-0"):
        assert screen.usable()


@pytest.mark.parametrize("display", ["", "nonsense", ":x", "127.0.0.1:59999"])
def test_a_display_that_is_none_is_not_usable(bare: Path, monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert not screen.usable()


def test_a_sound_server_is_usable_when_something_answers(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{bare}/elsewhere")
    assert not sound.usable()
    for _ in listening(bare / "elsewhere"):
        assert sound.usable()
    monkeypatch.delenv("PULSE_SERVER")
    for _ in listening(bare / "pulse" / "native"):
        assert sound.usable()


def test_a_film_gets_a_screen_and_a_sound_server_of_its_own(bare: Path) -> None:
    plan = Plan.of(picture=True, film=bare / "a.mp4")
    assert plan.own_screen
    assert plan.own_sound
    assert {program for need in plan.needs() for program in need.programs} >= {"Xvfb", "pulseaudio", "ffmpeg"}


def test_without_a_picture_nothing_is_needed(bare: Path) -> None:
    assert Plan.of(picture=False, film=None).needs() == []


def test_a_second_show_is_told_which_one_runs(places: Places) -> None:
    with lock.only_show(places):
        with pytest.raises(Trouble, match=f"process {os.getpid()}") as caught, lock.only_show(places):
            pass
        assert caught.value.code == lock.ALREADY_RUNS
    with lock.only_show(places):
        pass


def test_a_killed_launchers_folder_is_swept_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    beyond_every_pid = 2**22 + 1
    dead, alive = tmp_path / f"sidecast-run-{beyond_every_pid}-x", tmp_path / f"sidecast-run-{os.getpid()}-x"
    dead.mkdir()
    alive.mkdir()
    with workplace.workplace() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not dead.exists()
        assert alive.exists()
    assert not folder.exists()


def test_clean_removes_what_was_made_and_nothing_else(places: Places) -> None:
    bridge = places.repository / "addons" / "python_bridge"
    for folder in (places.home, places.repository / ".godot", bridge / "bin", places.cache, places.data, bridge / "src"):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    stream = io.StringIO()
    assert clean.run(places, Console(stream), yes=True) == 0
    assert not any(folder.exists() for folder in (places.home, places.repository / ".godot", bridge / "bin", places.cache))
    assert (places.data / "file").exists()
    assert (bridge / "src" / "file").exists()
    assert str(places.cache) in stream.getvalue()
    assert clean.run(places, Console(io.StringIO()), yes=True) == 0


def test_clean_leaves_a_show_that_runs_alone(places: Places) -> None:
    places.home.mkdir(parents=True)
    with lock.only_show(places), pytest.raises(Trouble, match=f"process {os.getpid()}"):
        clean.run(places, Console(io.StringIO()), yes=True)
    assert places.home.exists()
    assert lock.running(places) == ""


def test_clean_follows_a_folder_that_was_put_elsewhere_and_says_how_much_it_was(places: Places, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bigger disk"
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes(bytes(3_000_000))
    places.repository.mkdir()
    places.home.symlink_to(elsewhere)
    stream = io.StringIO()
    assert clean.run(places, Console(stream), yes=True) == 0
    assert not elsewhere.exists()
    assert not places.home.is_symlink()
    assert "Removed: 3 MB." in stream.getvalue()


def test_clean_takes_godots_notes_and_no_other_files_of_that_name(places: Places) -> None:
    scenes, hidden = places.repository / "scenes", places.repository / ".git"
    mine = [scenes / "stage.gd", scenes / "mine.uid", hidden / "x.gd", hidden / "x.gd.uid"]
    notes = [scenes / "stage.gd.uid", scenes / "stage.gd.import"]
    for folder in (scenes, hidden):
        folder.mkdir(parents=True)
    for file in (*mine, *notes):
        file.touch()
    assert clean.run(places, Console(io.StringIO()), yes=True) == 0
    assert [file.exists() for file in (*mine, *notes)] == [True] * 4 + [False] * 2


def test_clean_asks_first(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    places.home.mkdir(parents=True)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert clean.run(places, Console(io.StringIO()), yes=False) == 1
    assert places.home.exists()


@pytest.mark.parametrize("name", ["side cast", "Kit's", "äöü 🎙", "$HOME", "#1 (new)", "a&b,c=d"])
def test_most_names_of_folders_are_well(tmp_path: Path, name: str) -> None:
    paths.check(Places(tmp_path / name, tmp_path / name / ".sidecast", tmp_path / name, tmp_path))


@pytest.mark.parametrize("name", ['a"b', "a:b", "a;b", "a<b", "a[b", "a\\b", "a|b", "a\nb"])
def test_a_name_that_the_tools_cannot_work_with_is_said_before_anything_is_fetched(tmp_path: Path, name: str) -> None:
    good, bad = tmp_path.parent / "good", tmp_path.parent / name
    for unfit in (Places(bad, good, good, good), Places(good, bad, good, good), Places(good, good, bad, good)):
        with pytest.raises(Trouble, match="in its name") as caught:
            paths.check(unfit)
        assert "\n" not in caught.value.what
        assert caught.value.remedy


def test_what_only_root_may_install_is_asked_for_at_once(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian, "here", lambda: True)
    monkeypatch.setattr(debian, "can_install", lambda: False)
    with pytest.raises(Trouble, match=r"own and building the bridge: Xvfb, xkbcomp, g\+\+") as told:
        system.prepare([system.SCREEN, system.SOUND_IF_POSSIBLE, system.COMPILER], places, Console(io.StringIO()))
    assert {"g++", "xvfb", "pulseaudio"} <= set(re.findall(r"[\w+-]+", told.value.remedy))


def test_any_compiler_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not system.COMPILER.met()
    (tmp_path / "clang++").touch(mode=0o755)
    assert system.COMPILER.met()
