"""What the launcher does around the vault: asks for its passphrase, and lets no show run under a change."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from launcher import keeping
from launcher.lock import only_show
from launcher.places import Places
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(repository=tmp_path, home=tmp_path, cache=tmp_path, data=tmp_path / "data")


def under_a_passphrase(places: Places, way: str = "passphrase") -> None:
    (places.data / "vault").mkdir(parents=True)
    with closing(sqlite3.connect(places.data / "vault" / "vault.db")) as db, db:
        db.execute("CREATE TABLE about (name TEXT, value BLOB)")
        db.execute("INSERT INTO about VALUES ('held', ?)", (f'{{"way": "{way}"}}'.encode(),))


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, typed: str) -> list[str]:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return typed

    monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("getpass.getpass", answer)
    monkeypatch.delenv("SIDECAST_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    return asked


def test_a_child_reads_the_passphrase_and_nothing_shows_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    under_a_passphrase(places)
    at_a_terminal(monkeypatch, "grüne Sicht 42")
    with keeping.passphrase_for(places) as variables:
        assert "Sicht" not in str(variables)
        fds = keeping.descriptors(variables)
        code = "import os; print(open(os.environ['SIDECAST_PASSPHRASE_FILE'], 'rb').read().decode('utf-8'))"
        command: list[Any] = [sys.executable, "-X", "utf8", "-c", code]
        done = subprocess.run(command, env={**os.environ, **variables}, pass_fds=fds, capture_output=True, check=True)
    assert done.stdout.decode() == "grüne Sicht 42\n"


@pytest.mark.parametrize("way", ["file", "keyring"])
def test_nobody_is_asked_where_there_is_none(places: Places, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    asked = at_a_terminal(monkeypatch, "x")
    with keeping.passphrase_for(places) as variables:
        assert (variables, keeping.descriptors(variables)) == ({}, ())
    under_a_passphrase(places, way)
    with keeping.passphrase_for(places) as variables:
        assert variables == {}
    assert asked == []


def test_a_file_that_is_named_is_enough(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    under_a_passphrase(places)
    asked = at_a_terminal(monkeypatch, "x")
    monkeypatch.setenv("SIDECAST_PASSPHRASE_FILE", "/somewhere")
    with keeping.passphrase_for(places) as variables:
        assert variables == {}
    assert asked == []


@pytest.mark.parametrize(
    ("name", "rest"), [("restore", ["x"]), ("vault", ["rotate"]), ("vault", ["passphrase"]), ("vault", ["unlock"])]
)
def test_what_changes_things_waits_until_no_show_runs(places: Places, name: str, rest: list[str]) -> None:
    with only_show(places), pytest.raises(Trouble, match="already runs"), keeping.alone(name, rest, places):
        pass
    with keeping.alone(name, rest, places):
        pass


@pytest.mark.parametrize(("name", "rest"), [("backup", ["x"]), ("vault", []), ("vault", ["status"]), ("restore", ["--help"])])
def test_what_only_reads_does_not(places: Places, name: str, rest: list[str]) -> None:
    with only_show(places), keeping.alone(name, rest, places):
        pass


def test_every_command_has_its_module() -> None:
    assert keeping.call("vault", ["words"]) == ["-m", "sidecast.commands.vault", "words"]
    assert keeping.call("restore", ["x"]) == ["-m", "sidecast.commands.backup", "restore", "x"]
