"""What the doctor says of a machine: of one that lacks things, and of the one that the tests run on."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from launcher import brains, bridge, debian, environment, lock, screen, sound, system, voices
from launcher import godot as launching
from launcher.console import Console
from launcher.doctor import (
    CHECKS,
    Case,
    Finding,
    State,
    base,
    brain,
    classifiers,
    examine,
    net,
    packages,
    picture,
    report,
    sounding,
)
from launcher.doctor.finding import comes, found, missing
from launcher.places import Places
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[3]
NAMES = [name for name, _ in CHECKS] + ["network"]


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A new user of this checkout: nothing was set up, no settings, no display, no rights."""
    for name in (
        "GODOT",
        "SIDECAST_GODOT_ARCHIVE",
        "SIDECAST_MODELS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "PULSE_SERVER",
        "TZ",
        brains.VARIABLE,
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(debian, "can_install", lambda: False)
    monkeypatch.setattr(sound, "usable", lambda: False)
    monkeypatch.setattr(screen, "usable", lambda: False)
    return Case(Places(REPOSITORY, tmp_path / "home", tmp_path / "cache", tmp_path / "data"))


def with_settings(case: Case, text: str) -> Case:
    case.settings_file.parent.mkdir(parents=True)
    case.settings_file.write_text(text, "utf-8")
    return case


def test_before_set_up_it_says_what_set_up_would_do_and_changes_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    seen = dict(examine(case))
    assert list(seen) == NAMES
    assert seen["python"].state is State.COMES
    assert seen["network"].stops  # for there is much to fetch
    assert list(tmp_path.iterdir()) == []


def test_without_a_picture_nothing_is_asked_of_it(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "network", lambda case, needed: found("there"))
    assert not {"godot", "bridge", "display", "stop key", "sound"} & dict(examine(Case(case.places, picture=False))).keys()


def test_every_remedy_of_a_bare_machine_can_be_done(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(debian, "here", lambda: False)
    monkeypatch.setattr(environment, "can_be_made", lambda: False)
    monkeypatch.setattr(system.Need, "met", lambda self: False)
    findings = {name: check(case) for name, check in CHECKS}
    stopping = {name for name, finding in findings.items() if finding.stops}
    assert stopping >= {"python", "godot", "bridge", "display"}
    assert not findings["sound"].needed
    assert all(finding.remedy.endswith((".", "run", "g++")) for finding in findings.values() if finding.state is State.MISSING)
    assert "--stage none" in findings["display"].remedy


def test_a_godot_that_was_named_wrongly_is_said_with_its_remedy(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GODOT", "/bin/true")
    finding = picture.godot(case)
    assert finding.stops
    assert "GODOT=/bin/true" in finding.what
    assert not case.places.home.exists()


def test_a_bridge_that_cannot_be_loaded_is_not_called_found(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "libpython_bridge.so"
    library.write_bytes(b"\x7fELF broken")
    monkeypatch.setattr(launching, "find", lambda places: launching.Godot(Path("/godot"), "4.6", 1))
    monkeypatch.setattr(bridge, "built", lambda places, godot: library)
    assert picture.bridge(case).stops


@pytest.mark.parametrize(
    ("setting", "wayland", "said"),
    [
        ("", "", "Ctrl+Alt+Space, whatever program has the focus"),
        ('stop_key = "shift+f9"', "", "Shift+F9, whatever"),
        ('stop_key = ""', "", "none, as stage.stop_key is empty"),
        ("", "wayland-0", "on Wayland only while"),
    ],
)
def test_the_stop_key_is_named_with_how_far_it_reaches(
    case: Case, monkeypatch: pytest.MonkeyPatch, setting: str, wayland: str, said: str
) -> None:
    monkeypatch.setattr(screen, "usable", lambda: True)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    finding = picture.stop_key(with_settings(case, f"[stage]\n{setting}\n"))
    assert finding.state is State.FOUND
    assert said in finding.what


def test_a_stop_key_that_is_none_is_missing_but_stops_no_show(case: Case) -> None:
    finding = picture.stop_key(with_settings(case, '[stage]\nstop_key = "Space"\n'))
    assert (finding.state, finding.needed) == (State.MISSING, False)
    assert "Hold Ctrl" in finding.remedy


def test_a_voice_that_crashes_is_told_apart_from_one_that_is_missing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "find", lambda voice, places: tmp_path)
    crash = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr(voices, "check", lambda *_: crash)
    assert "crashes (SIGSEGV)" in sounding.voice(case).what
    monkeypatch.setattr(voices, "find", lambda voice, places: None)
    monkeypatch.setattr(debian, "here", lambda: False)
    finding = sounding.voice(case)
    assert finding.state is State.MISSING
    assert "not installed" in finding.what


@pytest.mark.parametrize("text", ["[speech", "\xff"])
def test_settings_that_cannot_be_read_stop_a_show(case: Case, text: str) -> None:
    with_settings(case, "")
    case.settings_file.write_bytes(text.encode("latin-1"))
    assert base.settings(case).stops


def test_a_disk_that_cannot_be_written_or_is_full_is_said(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert base.disk(case).state is State.FOUND
    monkeypatch.setattr(base, "BEFORE_SET_UP_MB", 10**12)
    assert "are free" in base.disk(case).what
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "cannot be written" in base.disk(case).what


def test_clocks_that_are_wrong_are_said(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert base.clock(case).state is State.FOUND
    monkeypatch.setenv("TZ", "Europe/Atlantis")
    assert "Atlantis" in base.clock(case).what
    monkeypatch.setattr("time.time", lambda: 86_400.0 * 365)
    finding = base.clock(case)
    assert "1970-12-" in finding.what or "1971-01-" in finding.what
    assert not finding.stops
    backwards = iter(range(10**6, 0, -1))
    monkeypatch.setattr("time.monotonic_ns", lambda: next(backwards))
    assert base.clock(case).stops


def test_a_taken_port_is_no_reason_to_worry_and_a_show_that_runs_is_named(case: Case) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with_settings(case, f"[control]\nport = {taken.getsockname()[1]}\n")
        assert "taken by another program" in net.ports(case).what
        with lock.only_show(case.places):
            assert "the show that runs (process" in net.ports(case).what
    assert "is free" in net.ports(case).what


def test_a_host_that_is_not_this_machine_is_no_place_for_the_page(case: Case) -> None:
    finding = net.ports(with_settings(case, "[control]\nhost = '203.0.113.7'\n"))
    assert finding.state is State.MISSING
    assert not finding.needed


def test_the_packages_that_this_machine_needs_are_compared_with_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = tmp_path / "locked.txt"
    rows = (
        f"pytest=={pytest.__version__} \\\n    --hash=sha256:00",
        "pydantic==0.0.1 ; python_full_version >= '3.8' \\\n    --hash=sha256:00",
        "no-such-thing==1 \\\n    --hash=sha256:00",
        "not-for-us==1 ; sys_platform == 'emscripten' \\\n    --hash=sha256:00",
    )
    locked.write_text("\n".join(rows), "utf-8")
    packages.main(locked)
    assert json.loads(capsys.readouterr().out) == [3, ["pydantic", "no-such-thing"]]


def served(status: int, body: bytes) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "model", "words"),
    [
        (200, b'{"data": [{"id": "kitten-3b"}]}', "", "with the model kitten-3b"),
        (200, b'{"data": [{"id": "kitten-3b"}]}', "lion", "has no model lion; it has kitten-3b"),
        (200, b'{"data": []}', "", "no model loaded"),
        (200, b"<html>", "", "does not speak"),
        (401, b"", "", "asks for a key"),
        (404, b"", "", "status 404"),
    ],
)
def test_a_brain_behind_a_server_is_asked_for_its_models(case: Case, status: int, body: bytes, model: str, words: str) -> None:
    for url in served(status, body):
        finding = brain.brain(Case(case.places, brain=f"openai:{url}#{model}"))
        assert words in finding.what
        assert finding.state is State.FOUND or not finding.needed


def test_a_brain_that_is_away_stops_nothing_and_one_that_cannot_be_does(case: Case) -> None:
    away = brain.brain(Case(case.places, brain="openai:http://127.0.0.1:9/v1"))
    assert away.state is State.MISSING
    assert not away.stops
    assert brain.brain(Case(case.places, brain="brian")).stops
    assert brain.brain(with_settings(case, "[dialogue]\nbrain = 'gguf:/no/such.gguf'\n")).stops


@pytest.mark.parametrize(
    ("findings", "words", "can_run"),
    [
        ([found("a")], "A show can run", True),
        ([comes("a")], "sets up what is marked ○", True),
        ([missing("a", "b", needed=False)], "does not stop it", True),
        ([missing("a", "b"), comes("a")], "cannot run", False),
    ],
)
def test_the_sum_says_whether_a_show_can_run(findings: list[Finding], words: str, can_run: bool) -> None:
    named = [("python", finding) for finding in findings]
    assert words in report._sum_up(named)
    assert report.can_run(named) is can_run


def test_a_list_for_people_fits_the_terminal_and_has_a_remedy_under_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = io.StringIO()
    report.tell("display", missing("There is no screen. " * 5, "Install one. " * 8), Console(stream))
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("  ✗ Display   There is no screen.")
    assert "→ Install one." in stream.getvalue()
    assert max(map(len, lines)) <= 60


def test_after_a_failure_only_what_is_wrong_and_was_not_said_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [
        ("python", found("there")),
        ("godot", missing("No Godot.", "Get it.")),
        ("disk", missing("The disk is full.", "Empty it.")),
    ]
    monkeypatch.setattr(report, "troubles", lambda case: [each for each in seen if each[1].state is State.MISSING])
    stream = io.StringIO()
    report.explain(case, Trouble("Godot failed.", "Get it."), Console(stream))
    assert "disk is full" in stream.getvalue()
    assert "there" not in stream.getvalue()
    assert "No Godot" not in stream.getvalue()


@pytest.fixture
def doctor() -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", str(REPOSITORY / "sidecast"), "doctor", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_this_machine_in_json_has_stable_keys(doctor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = doctor("--json")
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["can_run"] else 1)
    assert set(report) == {"version", "can_run", "checks"}
    assert [check["name"] for check in report["checks"]] == NAMES
    assert all(set(check) == {"name", "state", "what", "remedy", "needed"} for check in report["checks"])
    assert done.stderr == ""


def test_a_typing_error_is_answered(doctor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = doctor("--jason")
    assert done.returncode == 2
    assert "--jason" in done.stderr


def test_the_gates_classifiers_are_compared_with_their_card(tmp_path: Path) -> None:
    case = Case(Places(tmp_path, tmp_path / "home", tmp_path / "cache", tmp_path / "data"))
    folder = tmp_path / "models" / "safety"
    absent = classifiers.classifiers(case)
    assert absent.state is State.MISSING
    assert not absent.stops
    assert "card.toml" in absent.what
    folder.mkdir(parents=True)
    (folder / "linear.npz").write_bytes(b"weights")
    (folder / "card.toml").write_text(f'[files."linear.npz"]\nsha256 = "{hashlib.sha256(b"weights").hexdigest()}"\n', "utf-8")
    assert classifiers.classifiers(case).state is State.FOUND
    (folder / "linear.npz").write_bytes(b"others")
    damaged = classifiers.classifiers(case)
    assert "linear.npz" in damaged.what
    assert "rules alone" in damaged.remedy
    (folder / "card.toml").write_text("files = 3", "utf-8")
    assert "card.toml" in classifiers.classifiers(case).what
