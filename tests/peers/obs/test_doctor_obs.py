"""What the doctor says of OBS, asked of the real one: found, wrong password, server off, port taken, too old, not running."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.real_obs import RealObs
from launcher import environment
from launcher.doctor import Case, State
from launcher.doctor import obs as doctor
from launcher.doctor.obs import obs, runs
from launcher.places import Places
from sidecast.obs.link.place import PASSWORD
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.peers


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Of a user who has set Sidecast up with this Python, and whose OBS is nowhere yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(environment, "ready", lambda places: True)
    # of other tests beside this one
    monkeypatch.setattr(doctor, "runs", lambda: False)
    home = tmp_path / "home"
    home.mkdir()
    (home / "venv").symlink_to(sys.prefix)
    return Case(replace(Places.of_this_user(), home=home))


def settings(case: Case, *lines: str) -> None:
    case.places.settings.parent.mkdir(parents=True, exist_ok=True)
    case.places.settings.write_text("\n".join(["[obs]", *lines]))


def keep(case: Case, password: str) -> None:
    vault = open_vault(case.places.data / "vault")
    vault.set(PASSWORD, password)
    vault.close()


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of a program that answers everything with a sentence of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                with taken:
                    taken.recv(4096)
                    taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_an_obs_that_is_found_by_itself_is_named_with_its_version(
    case: Case, real_obs: RealObs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(real_obs.config_home))
    finding = obs(case)
    assert finding.state is State.FOUND, finding
    assert real_obs.ask("GetVersion")["obsVersion"] in finding.what
    assert f"127.0.0.1:{real_obs.port}" in finding.what


def test_a_wrong_password_is_said_and_not_told(case: Case, real_obs: RealObs) -> None:
    settings(case, f"port = {real_obs.port}")
    keep(case, "not the right one")
    finding = obs(case)
    assert (finding.state, finding.needed) == (State.MISSING, False), finding
    assert "does not accept the password" in finding.what
    assert "Show Connect Info" in finding.remedy
    assert "not the right one" not in f"{finding}"
    keep(case, real_obs.password)
    assert obs(case).state is State.FOUND


def test_without_a_password_it_says_where_to_find_it(case: Case, real_obs: RealObs) -> None:
    settings(case, f"port = {real_obs.port}")
    assert "asks for a password" in obs(case).what


def test_a_vault_that_would_have_to_ask_stays_shut(case: Case, real_obs: RealObs) -> None:
    settings(case, f"port = {real_obs.port}")
    keep(case, real_obs.password)
    # as if it were held elsewhere
    for key in (case.places.data / "vault").glob("master*"):
        key.rename(key.with_suffix(".elsewhere"))
    finding = obs(case)
    assert finding.state is State.FOUND
    assert "which the doctor does not open" in finding.what


def test_a_server_that_is_off_is_said(case: Case, real_obs: RealObs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(real_obs.config_home))
    real_obs.quit()
    real_obs.configure(server=False)
    try:
        real_obs.start(ready=False)
        finding = obs(case)
        assert finding.state is State.MISSING
        assert finding.what == "OBS's WebSocket server is off."
        assert "Enable WebSocket server" in finding.remedy
    finally:
        real_obs.kill()
        real_obs.configure()


def test_a_port_that_another_program_has_is_said(case: Case, stranger: int) -> None:
    settings(case, f"port = {stranger}")
    finding = obs(case)
    assert (finding.state, finding.needed) == (State.MISSING, False)
    assert "is not OBS: another program has the port" in finding.what


def test_an_obs_that_does_not_run_is_no_trouble(case: Case, real_obs: RealObs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(real_obs.config_home))
    real_obs.quit()
    finding = obs(case)
    assert (finding.state, "does not run now" in finding.what) == (State.FOUND, True), finding


def test_one_that_runs_without_answering_is(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(case, "port = 9")
    monkeypatch.setattr(doctor, "runs", lambda: True)
    finding = obs(case)
    assert finding.state is State.MISSING
    assert finding.what == "OBS runs, but nothing listens at 127.0.0.1:9."


def test_one_that_is_too_old_is_said(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(case, "port = 9")
    old = tmp_path / "bin" / "obs"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'OBS Studio - 27.2.4 (linux)'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:/usr/bin:/bin")
    finding = obs(case)
    assert finding.state is State.MISSING
    assert finding.what.startswith("OBS 27 is too old")


def test_a_running_obs_is_seen_in_the_list_of_processes(real_obs: RealObs, tmp_path: Path) -> None:
    assert runs()
    (tmp_path / "77").mkdir()
    (tmp_path / "77" / "comm").write_text("bash\n")
    assert not runs(tmp_path)
