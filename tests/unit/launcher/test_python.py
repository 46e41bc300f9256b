"""Which Python Sidecast starts with, and the environment that it makes of it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path

import pytest

from launcher import environment, libpython
from launcher.console import Console
from launcher.places import REPOSITORY, Places
from launcher.stamps import key_of
from launcher.trouble import Trouble

PLACES = Places.of_this_user()


@pytest.mark.unit
def test_a_python_without_its_library_is_told_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libpython, "NAME", "libpython3.99.so.1.0")
    monkeypatch.setattr(libpython, "can_be_fetched", lambda: False)
    with pytest.raises(Trouble, match=r"libpython3\.99") as caught:
        libpython.check(PLACES)
    assert "--enable-shared" in caught.value.remedy


@pytest.mark.unit
def test_the_python_of_these_tests_can_be_embedded() -> None:
    libpython.check(PLACES)


@pytest.mark.unit
def test_an_old_python_hands_over_to_one_that_really_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, code in (("python3.14", "exit 127"), ("python3.13", "exit 0"), ("python3.12", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{code}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    loader = importlib.machinery.SourceFileLoader("sidecast_command", str(REPOSITORY / "sidecast"))
    spec = importlib.util.spec_from_loader("sidecast_command", loader)
    assert spec is not None
    command = importlib.util.module_from_spec(spec)
    loader.exec_module(command)
    started: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(os, "execv", lambda path, arguments: started.append(path))
    command.main()
    assert started[0] == str(tmp_path / "python3.13")


@pytest.mark.peers
def test_an_installation_that_was_broken_off_is_begun_anew(tmp_path: Path) -> None:
    """With a real venv and a real pip, and nothing to install."""
    places = Places(tmp_path / "repository", tmp_path / "home", tmp_path / "cache", tmp_path / "data")
    requirements = places.repository / "requirements" / "base.txt"
    requirements.parent.mkdir(parents=True)
    requirements.write_text("# nothing\n", "utf-8")
    half = places.home / "venvs" / key_of(requirements, environment.VERSION, sys.base_prefix)[:12]
    for torn in ("bin/python", "bin/pip3", "sidecast-base-begun", "half-a-package"):
        (half / torn).parent.mkdir(parents=True, exist_ok=True)
        (half / torn).touch()
    environment.prepare(places, Console(), dev=False)
    assert places.venv.resolve() == half.resolve()
    assert not (half / "half-a-package").exists()
    assert not (half / "sidecast-base-begun").exists()
    assert (half / "pyvenv.cfg").exists()
