"""Settings over HTTP: where a value comes from, what may be changed, what a file keeps, and that no secret comes back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.visitors import Room, Visitor
from sidecast.control.access.permission import Caller, Permission, Role
from sidecast.control.api.settings import settings_api
from sidecast.control.api.settings_secrets import KnownSecret
from sidecast.control.api.settings_trials import Service, Tried
from sidecast.control.settings_desk import SettingsDesk
from sidecast.control.settings_file import changed
from sidecast.control.settings_form import Kind, settings_form
from sidecast.errors import SettingsError, VaultError
from sidecast.settings import Settings, load_settings

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = pytest.mark.unit

FILE = """# mine, and I like it
[audience]
pause_s = 3.5   # calm
threshold = 0.5

[speech]
# not espeak!
voice = "flite"
"""
CANARY = "sk-canary-0123456789-zebra-XY"


class Secrets:
    known = (KnownSecret("brain.key", "Key of your model server", "Sent there only."),)

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def endings(self) -> Mapping[str, str]:
        return {name: value[-2:] for name, value in self.kept.items()}

    def set(self, name: str, value: str | None) -> None:
        if value is None:
            self.kept.pop(name, None)
        else:
            self.kept[name] = value


class Trying:
    said: str = ""

    async def sentence(self, caller: Caller, text: str) -> Tried:
        self.said = text
        return Tried(ok=True, what="It is said.", remedy="", ms=None)

    async def mouth(self, shape: str) -> Tried:
        return Tried(ok=True, what="Look.", remedy="", ms=None)

    async def brain(self) -> Tried:
        raise VaultError("The brain is away.", "Start it.")

    def services(self) -> Sequence[Service]:
        return [Service(name="brain", title="Model server", where="127.0.0.1")]

    async def service(self, name: str) -> Tried:
        return Tried(ok=True, what=f"{name} is there.", remedy="", ms=3.0)


class Notes:
    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []

    def note(self, caller: Caller, action: str, about: str = "", detail: Any = None) -> None:
        self.noted.append((action, about))


class Desk:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.write_text(FILE)
        self.applied: list[float] = []
        self.policy: dict[str, Any] = {}
        self.secrets, self.trying, self.audit = Secrets(), Trying(), Notes()
        self.desk = SettingsDesk(
            path,
            load_settings(path),
            options={"dialogue.brain": ("--brain", "ollama")},
            live={"audience.pause_s": self._apply},
            moderated=lambda: self.policy,
        )
        from sidecast.clock import SystemClock

        self.room = Room(routers=[settings_api(self.desk, self.secrets, self.trying, self.audit, SystemClock())])

    def _apply(self, settings: Settings) -> None:
        if settings.audience.pause_s == 13:
            raise SettingsError("Not thirteen.", "Choose another.")
        self.applied.append(settings.audience.pause_s)

    async def owner(self) -> Owner:
        return Owner(await self.room.owner())


class Owner:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def ask(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.visitor.ask(method, f"/api/v1/settings{path}", body)

    def change(self, **changes: Any) -> Any:
        return self.ask("PATCH", "", {"changes": {key.replace("__", "."): value for key, value in changes.items()}})

    def shown(self, key: str) -> Any:
        return next(each for each in self.ask("GET").json()["settings"] if each["key"] == key)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "sidecast.toml")


def test_every_setting_has_its_line_in_the_form() -> None:
    form = {setting.key: setting for setting in settings_form()}
    assert form["speech.voice"].choices == ("flite", "espeak")
    assert form["control.oidc.issuer"].kind is Kind.TEXT
    assert form["host.name"].longest == 40
    assert (form["speech.loudness_lufs"].minimum, form["speech.loudness_lufs"].maximum) == (-40, -10)
    assert form["ledger.path"].by_hand
    assert all(setting.description and setting.title for setting in form.values())


async def test_only_an_owner_sees_them(desk: Desk) -> None:
    routes = [("GET", ""), ("PATCH", ""), ("GET", "/export"), ("POST", "/import"), ("GET", "/secrets"), ("POST", "/try/mouth")]
    moderator = await desk.room.script(*(set(Permission) - {Permission.CONFIGURE}))
    for method, path in routes:
        assert moderator.ask(method, f"/api/v1/settings{path}", {}).status_code == 403
        assert desk.room.stranger().ask(method, f"/api/v1/settings{path}", {}).status_code in (401, 403)
    assert Role.OWNER


async def test_each_says_what_it_is_and_where_that_comes_from(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDECAST_SPEECH__LOUDNESS_LUFS", "-20")
    monkeypatch.setenv("SIDECAST_HOST", '{"name": "Robo"}')
    owner = await desk.owner()
    assert owner.shown("audience.pause_s") | {"value": 3.5, "source": "file", "live": True} == owner.shown("audience.pause_s")
    assert owner.shown("stage.captions")["source"] == "default"
    loud = owner.shown("speech.loudness_lufs")
    assert (loud["value"], loud["source"], loud["fixed_by"]) == (-20, "environment", "SIDECAST_SPEECH__LOUDNESS_LUFS")
    assert owner.shown("host.name")["fixed_by"] == "SIDECAST_HOST"
    brain = owner.shown("dialogue.brain")
    assert (brain["value"], brain["source"], brain["fixed_by"]) == ("ollama", "command line", "--brain")


async def test_a_change_keeps_every_comment_and_holds_at_once_or_later(desk: Desk) -> None:
    owner = await desk.owner()
    answer = owner.change(audience__pause_s=2, speech__voice="espeak", stage__captions=False)
    assert answer.status_code == 200
    assert (answer.json()["at_once"], sorted(answer.json()["after_restart"])) == (
        ["audience.pause_s"],
        ["speech.voice", "stage.captions"],
    )
    assert desk.applied == [2]
    text = desk.path.read_text()
    for comment in ("# mine, and I like it", "# calm", "# not espeak!"):
        assert comment in text
    loaded = load_settings(desk.path)
    assert (loaded.audience.pause_s, loaded.speech.voice, loaded.stage.captions) == (2, "espeak", False)
    shown = owner.shown("speech.voice")
    assert (shown["value"], shown["in_use"]) == ("espeak", "flite")
    assert owner.shown("audience.pause_s")["in_use"] == 2
    assert desk.audit.noted == [("settings.change", "audience.pause_s, speech.voice, stage.captions")]


async def test_null_gives_the_default_back(desk: Desk) -> None:
    owner = await desk.owner()
    assert owner.change(audience__threshold=None).status_code == 200
    assert "threshold" not in desk.path.read_text()
    assert owner.shown("audience.threshold")["source"] == "default"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"audience.pause_s": -1}, 400, "“audience.pause_s”"),
        ({"speech.voice": "siri"}, 400, "flite"),
        ({"speech.voise": "flite"}, 400, "no setting “speech.voise”"),
        ({"speech": "flite"}, 400, "no setting"),
        ({"dialogue.brain": "embedded"}, 409, "option --brain"),
        ({"control.host": "0.0.0.0"}, 409, "on the machine itself"),  # noqa: S104
        ({"ledger.path": "/etc/passwd"}, 409, "on the machine itself"),
        ({"keep.folder": "/"}, 409, "on the machine itself"),
        ({"audience.pause_s": 13}, 400, "Not thirteen"),
        ({"audience.pause_s": 2, "audience.threshold": 99}, 400, "threshold"),
        ({}, 422, "changes"),
        ({"audience.pause_s": {"x": 1}}, 422, "changes"),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(desk: Desk, changes: Any, status: int, said: str) -> None:
    answer = (await desk.owner()).ask("PATCH", "", {"changes": changes})
    assert answer.status_code == status
    assert said in answer.json()["what"]
    assert desk.path.read_text() == FILE
    assert desk.applied == []


async def test_nobodys_change_is_lost(desk: Desk) -> None:
    owner = await desk.owner()
    revision = owner.ask("GET").json()["revision"]
    desk.path.write_text(FILE.replace("3.5", "4.5"))
    answer = owner.ask("PATCH", "", {"changes": {"stage.cards": False}, "revision": revision})
    assert answer.status_code == 409
    assert "somebody else" in answer.json()["what"]
    desk.path.write_text("[audience\n")
    assert owner.ask("GET").status_code == 400


async def test_an_export_goes_to_another_machine(desk: Desk, tmp_path: Path) -> None:
    desk.path.write_text(FILE + '[ledger]\npath = "/home/ada/ledger.db"\nkeep_days = 30\n[control]\nport = 9000\n')
    owner = await desk.owner()
    exported = owner.ask("GET", "/export")
    assert "attachment" in exported.headers["content-disposition"]
    assert "/home/ada" not in exported.text
    assert "9000" not in exported.text
    assert "# calm" in exported.text
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other" / "sidecast.toml")
    other.path.write_text("[stage]\ncards = false\n")
    there = await other.owner()
    read = there.ask("POST", "/import", {"toml": exported.text}).json()
    assert read["changes"] == {
        "audience.pause_s": 3.5,
        "audience.threshold": 0.5,
        "speech.voice": "flite",
        "ledger.keep_days": 30,
    }
    assert read["changed"] is None
    assert other.path.read_text() == "[stage]\ncards = false\n"
    assert there.ask("POST", "/import", {"toml": exported.text, "dry_run": False}).json()["changed"]["at_once"] == [
        "audience.pause_s"
    ]
    loaded = load_settings(other.path)
    assert (loaded.audience.pause_s, loaded.stage.cards, loaded.ledger.keep_days) == (3.5, False, 30)


@pytest.mark.parametrize("toml", ["[speech\n", "[speech]\nvoise = 1\n", "x" * 50_000, "a=" + "[" * 20_000])
async def test_what_is_no_export_is_refused(desk: Desk, toml: str) -> None:
    assert (await desk.owner()).ask("POST", "/import", {"toml": toml, "dry_run": False}).status_code in (400, 422)
    assert desk.path.read_text() == FILE


@pytest.mark.parametrize("name", ["Kit\nroot", "Kit\x1b[31m", "Kit\u2028", "Kit\x00"])
async def test_no_text_brings_line_breaks_or_colours_into_logs(desk: Desk, name: str) -> None:
    owner = await desk.owner()
    refused = owner.ask("PATCH", "", {"changes": {"host.name": name}})
    assert (refused.status_code, "control character" in refused.json()["what"]) == (400, True)
    assert owner.ask("POST", "/import", {"toml": f"[host]\nname = {json.dumps(name)}\n", "dry_run": False}).status_code == 400
    assert desk.path.read_text() == FILE


async def test_a_secret_is_set_and_never_read_back(desk: Desk) -> None:
    owner = await desk.owner()
    assert owner.ask("GET", "/secrets").json()[0]["set"] is False
    answers = [owner.ask("PUT", "/secrets/brain.key", {"value": CANARY}), owner.ask("GET", "/secrets"), owner.ask("GET")]
    assert desk.secrets.kept == {"brain.key": CANARY}
    assert answers[0].json() | {"set": True, "ending": "XY"} == answers[0].json()
    assert not any(CANARY in answer.text for answer in answers)
    assert owner.ask("PUT", "/secrets/else", {"value": CANARY}).status_code == 404
    wrong = owner.ask("PUT", "/secrets/brain.key", {"value": [CANARY]})
    assert wrong.status_code == 422
    assert CANARY not in wrong.text
    assert owner.ask("DELETE", "/secrets/brain.key").json()["set"] is False
    assert desk.audit.noted == [("settings.secret_set", "brain.key"), ("settings.secret_deleted", "brain.key")]


async def test_tests_answer_even_when_what_they_test_does_not(desk: Desk) -> None:
    owner = await desk.owner()
    assert owner.ask("POST", "/try/sentence", {"text": "Hello!"}).json()["ok"]
    assert desk.trying.said == "Hello!"
    away = owner.ask("POST", "/try/brain").json()
    assert (away["ok"], away["what"], away["remedy"]) == (False, "The brain is away.", "Start it.")
    assert owner.ask("GET", "/try/services").json()[0]["name"] == "brain"
    assert owner.ask("POST", "/try/services/brain").json()["ms"] == 3
    assert owner.ask("POST", "/try/services/169.254.169.254").status_code == 404
    assert owner.ask("POST", "/try/sentence", {"text": "x" * 301}).status_code == 422
    for _ in range(3):
        last = owner.ask("POST", "/try/mouth")
    assert last.status_code == 429
    assert "retry-after" in last.headers


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# only a comment\n",
        "speech.voice = 'flite'\n",
        "speech = {voice = 'flite', loudness_lufs = -20}\n",
        "[speech]\n[stage]\n",
    ],
)
def test_other_ways_to_write_toml_are_understood(content: str) -> None:
    text = changed(content, {"speech.voice": "espeak", "control.oidc.name": "Ours", "host.also_called": ["a", 'b"c']})
    values = tomllib.loads(text)
    assert values["speech"]["voice"] == "espeak"
    assert values["control"]["oidc"]["name"] == "Ours"
    assert values["host"]["also_called"] == ["a", 'b"c']
    assert ("loudness_lufs" in content) == ("loudness_lufs" in text)


def test_a_file_behind_a_link_stays_there(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(FILE)
    real.chmod(0o640)
    (tmp_path / "sidecast.toml").symlink_to(real)
    desk = SettingsDesk(tmp_path / "sidecast.toml", Settings())
    desk.change({"stage.cards": False})
    assert (tmp_path / "sidecast.toml").is_symlink()
    assert "cards = false" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []


async def test_what_moderation_has_decided_is_not_changed_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDECAST_SAFETY__LEVEL_IN", "1")
    owner = await desk.owner()
    assert owner.shown("safety.level_in")["source"] == "environment"
    assert owner.change(safety__level_out=3).status_code == 200
    desk.policy = {"safety.level_in": 4, "safety.level_out": 2, "safety.block": ["gloom"], "safety.allow": []}
    shown = owner.shown("safety.level_in")
    assert (shown["value"], shown["in_use"], shown["source"], shown["fixed_by"]) == (4, 4, "moderation", "Moderation")
    assert owner.shown("safety.approval")["fixed_by"] == ""
    refused = owner.change(safety__block=["x"])
    assert refused.status_code == 409
    assert "decided under Moderation" in refused.text
    found = owner.ask("POST", "/import", {"toml": "[safety]\nlevel_out = 0\napproval_s = 9\n", "dry_run": True}).json()
    assert (found["changes"], found["left_out"]) == ({"safety.approval_s": 9}, ["safety.level_out"])
