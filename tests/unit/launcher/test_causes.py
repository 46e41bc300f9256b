"""A full disk, missing rights and a network that is away are told as such, and nothing else is."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from launcher import causes
from launcher.commands import Runner
from launcher.console import Step
from launcher.places import REPOSITORY, Places
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit

NOWHERE = Path("/")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "is full"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.\nwrite error: No space left on device", "is full"),
        ("connection broken by 'NewConnectionError(': Failed to establish a new connection: [Errno -3])'", "network"),
        ("E: Failed to fetch x  Temporary failure resolving 'deb.invalid'\nE: Some index files failed to download.", "network"),
        ("Cannot initiate the connection to mirror:80 (::1). - connect (101: Network is unreachable)", "network"),
        ("PermissionError: [Errno 13] Permission denied: '/opt/sidecast/x'", "/opt/sidecast/x cannot be used"),
        ("mkdir: cannot create directory ‘/usr/lib/y’: Permission denied", "cannot be used"),
    ],
)
def test_what_programs_say_is_understood(said: str, told: str) -> None:
    cause = causes.of_words(said.splitlines(), NOWHERE)
    assert cause is not None
    assert told in cause.what
    assert cause.remedy


def test_a_compilers_error_is_left_as_it_is() -> None:
    assert causes.of_words(["queue.cpp:12:3: error: expected ';' before '}' token", "ninja: build stopped."], NOWHERE) is None


def places(folder: Path) -> Places:
    return Places(folder, folder / "home", folder / "cache", folder / "data")


def test_an_error_of_the_machine_is_a_sentence(tmp_path: Path) -> None:
    full = causes.of_error(OSError(errno.ENOSPC, "No space left on device"), places(tmp_path))
    assert full is not None
    assert "full" in full.what
    assert "start again" in full.remedy
    ours = causes.of_error(PermissionError(errno.EACCES, "Permission denied", str(REPOSITORY / ".sidecast")), places(tmp_path))
    assert ours is not None
    assert str(REPOSITORY) in ours.remedy
    theirs = causes.of_error(PermissionError(errno.EROFS, "Read-only file system", "/opt/data/x"), places(tmp_path))
    assert theirs is not None
    assert "XDG_DATA_HOME" in theirs.remedy


def test_an_error_of_ours_keeps_its_trace(tmp_path: Path) -> None:
    assert causes.of_error(FileNotFoundError(errno.ENOENT, "No such file or directory", "x"), places(tmp_path)) is None


def test_a_failed_command_names_the_cause_and_the_log(tmp_path: Path) -> None:
    runner = Runner(Step("Packages"), tmp_path / "log")
    with pytest.raises(Trouble) as caught:
        runner.run(["sh", "-c", "echo Temporary failure in name resolution; exit 1"], remedy="Ask pip.")
    assert caught.value.what == "Packages: the network cannot be reached."
    assert "Ask pip." in caught.value.remedy
    assert str(tmp_path / "log") in caught.value.remedy


def test_a_failed_command_without_a_known_cause_is_quoted_short(tmp_path: Path) -> None:
    runner = Runner(Step("Packages"), tmp_path / "log")
    with pytest.raises(Trouble) as caught:
        runner.run(["sh", "-c", "printf 'a%.0s' $(seq 5000); exit 3"])
    assert "exit code 3" in caught.value.what
    assert len(caught.value.what) < 400
