"""Settings: typed, documented, and every mistake is answered with the remedy."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sidecast import cli
from sidecast.errors import SettingsError
from sidecast.settings import Settings, describe, load_settings

pytestmark = pytest.mark.unit


def written(folder: Path, content: str) -> Path:
    path = folder / "sidecast.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_description_is_toml_that_loads_and_gives_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "sidecast.toml"
    lines = describe().splitlines()
    used = [line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in lines]
    path.write_text("\n".join(used), encoding="utf-8")
    assert tomllib.loads(path.read_text("utf-8"))["speech"]["voice"] == "flite"
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[speech]\nvoise = 'flite'", r"“speech\.voise”: did you mean “voice”\?"),
        (b"[speach]\nvoice = 'flite'", r"“speach”: did you mean “speech”\?"),
        (b"[audience]\npause_s = -1", r"“audience\.pause_s”.*greater than or equal to 0.*-1"),
        (b"[speech]\nvoice = 'siri'", r"“speech\.voice”.*flite"),
        (b"[chat]\nchannel = 'a b'", r"“chat\.channel”.*no name of a Twitch channel"),
        (b"[speech\nvoice = 'flite'", r"not valid TOML.*line 1"),
        (b"\xff\xfe", r"cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "sidecast.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=expected):
        load_settings(path)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load_settings(tmp_path / "nowhere.toml")


def test_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sidecast.toml"
    path.write_text("[audience]\npause_s = 3\nthreshold = 0.5", encoding="utf-8")
    monkeypatch.setenv("SIDECAST_AUDIENCE__PAUSE_S", "0")
    settings = load_settings(path)
    assert (settings.audience.pause_s, settings.audience.threshold) == (0, 0.5)


def test_options() -> None:
    options = cli.parse(["--replay", "log.tsv.gz", "--speed", "2.5", "--for", "60"])
    assert (options.replay, options.speed, options.seconds) == (Path("log.tsv.gz"), 2.5, 60)


def test_a_channel_is_meant_by_name_or_address(tmp_path: Path) -> None:
    assert cli.parse(["--channel", "https://www.twitch.tv/Kit_Live"]).channel == "kit_live"
    path = tmp_path / "sidecast.toml"
    path.write_text("[chat]\nchannel = '#Kit_Live'", encoding="utf-8")
    assert load_settings(path).chat.channel == "kit_live"


@pytest.mark.parametrize(
    "args",
    [
        ["--sped", "2"],
        ["--speed", "0"],
        ["--speed", "x"],
        ["--for", "inf"],
        ["--demo", "--replay", "x"],
        ["--channel", "a b"],
        ["--channel", "kit", "--demo"],
    ],
)
def test_impossible_options_are_refused(args: list[str]) -> None:
    with pytest.raises(SettingsError, match="--help"):
        cli.parse(args)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("api", "http://api.twitch.tv/helix"),
        ("id", "wss://id.twitch.tv/oauth2"),
        ("id", "https://me:key@id.twitch.tv/oauth2"),
        ("eventsub", "ws://eventsub.wss.twitch.tv/ws"),
        ("eventsub", "https://eventsub.wss.twitch.tv/ws"),
        ("api", "https://"),
    ],
)
def test_tokens_go_to_no_address_that_is_not_encrypted(tmp_path: Path, key: str, address: str) -> None:
    with pytest.raises(SettingsError, match=rf"twitch\.{key}"):
        load_settings(written(tmp_path, f'[twitch]\n{key} = "{address}"\n'))


def test_a_twitch_on_this_machine_itself_needs_no_encryption(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, '[twitch]\napi = "http://127.0.0.1:9/helix/"\neventsub = "ws://localhost:9/ws"\n'))
    assert (settings.twitch.api, settings.twitch.eventsub) == ("http://127.0.0.1:9/helix", "ws://localhost:9/ws")
