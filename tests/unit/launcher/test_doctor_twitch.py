"""What the doctor says of Twitch: from the settings, the vault's names and whether a log-in answers."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.doctor import Case, State
from launcher.doctor.twitch import twitch
from launcher.places import Places
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.unit


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Case(Places.of_this_user())


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    class Answers(http.server.BaseHTTPRequestHandler):
        status = 401

        def do_GET(self) -> None:
            self.send_response(self.server.status)  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.status = 401  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def settings(case: Case, *lines: str) -> None:
    case.places.settings.parent.mkdir(parents=True, exist_ok=True)
    case.places.settings.write_text("\n".join(["[twitch]", *lines]))


def keep(case: Case, *names: str) -> None:
    vault = open_vault(case.places.data / "vault")
    for name in names:
        vault.set(name, "whatever it holds")
    vault.close()


def test_without_a_client_id_chat_is_read_as_a_guest(case: Case) -> None:
    assert (twitch(case).state, "guest" in twitch(case).what) == (State.FOUND, True)


@pytest.mark.parametrize("section", ["[twitch]", "[control.twitch]"])
def test_that_nobody_is_logged_in_stops_nothing_and_has_a_remedy(case: Case, section: str) -> None:
    case.places.settings.parent.mkdir(parents=True, exist_ok=True)
    case.places.settings.write_text(f'{section}\nclient_id = "abc"\n')
    finding = twitch(case)
    assert (finding.state, finding.needed) == (State.MISSING, False)
    assert "./sidecast twitch login" in finding.remedy


def test_who_is_in_the_vault_is_said_without_opening_it(case: Case, server: http.server.ThreadingHTTPServer) -> None:
    settings(case, 'client_id = "abc"', f'id = "http://127.0.0.1:{server.server_port}/oauth2"')
    keep(case, "twitch.broadcaster", "twitch.bot", "twitch.client_secret")
    finding = twitch(case)
    assert finding.state is State.FOUND
    assert "your account and the bot’s account" in finding.what
    assert "whatever" not in finding.what


@pytest.mark.parametrize(("status", "words"), [(503, "status 503"), (0, "does not answer")])
def test_a_log_in_that_is_in_trouble_is_said(
    case: Case, server: http.server.ThreadingHTTPServer, status: int, words: str
) -> None:
    server.status = status  # type: ignore[attr-defined]
    port = server.server_port if status else 9
    settings(case, 'client_id = "abc"', f'id = "http://127.0.0.1:{port}/oauth2"')
    keep(case, "twitch.broadcaster")
    finding = twitch(case)
    assert (finding.state, finding.needed) == (State.MISSING, False)
    assert words in finding.what


def test_an_address_that_is_not_encrypted_is_not_asked(case: Case) -> None:
    settings(case, 'client_id = "abc"', 'id = "http://id.twitch.example/oauth2"')
    keep(case, "twitch.broadcaster")
    assert "not encrypted" in twitch(case).what
