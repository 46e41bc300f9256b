"""Options are judged before anything is set up."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import options
from launcher.trouble import Trouble
from sidecast import cli

pytestmark = pytest.mark.unit


def test_nothing_asked_is_the_demo_with_a_picture() -> None:
    asked = options.read([])
    assert asked == options.RunOptions(record=None, picture=True, app=[])


def test_the_app_gets_its_own_options_with_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my chat.jsonl").touch()
    asked = options.read(["--replay", "my chat.jsonl", "--speed", "10", "--record", "a.mp4", "--log=run.log", "--for", "5"])
    assert asked.record == tmp_path / "a.mp4"
    app = cli.parse(asked.app)
    assert app.replay == tmp_path / "my chat.jsonl"
    assert app.log == tmp_path / "run.log"
    assert (app.speed, app.seconds) == (10, 5)


def test_every_option_of_the_app_is_one_of_the_launcher() -> None:
    assert set(cli.parser()._option_string_actions) < set(options.parser()._option_string_actions)


def test_without_a_stage_there_is_no_picture() -> None:
    assert not options.read(["--stage", "none"]).picture


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fro", "3"], "--for"),
        (["--for"], "--for"),
        (["--for", "soon"], "--for"),
        (["--speed", "0"], "more than 0"),
        (["--replay", "nowhere.jsonl"], "no such file"),
        (["--settings", "nowhere.toml"], "no such file"),
        (["--demo", "--replay", "x"], "not allowed with"),
        (["--channel", "a b"], "no name of a Twitch channel"),
        (["--record", "film.avi"], ".mp4"),
        (["--record", "no/such/folder/film.mp4"], "no folder"),
        (["--record", "film.mp4", "--stage", "none"], "--stage none"),
        (["--for", "abc"], "must be a number"),
        (["--replay", "/"], "this is a folder"),
        (["--log", "/"], "this is a folder"),
        (["--trace", f"{__file__}/trace.jsonl"], "is a file, not a folder"),
        ([__file__], "--replay"),
        (["chat.jsonl"], "chat.jsonl"),
    ],
)
def test_a_wrong_option_is_named(arguments: list[str], words: str) -> None:
    with pytest.raises(Trouble) as caught:
        options.read(arguments)
    assert words in str(caught.value)
    assert caught.value.remedy
    assert caught.value.code == options.WRONG
