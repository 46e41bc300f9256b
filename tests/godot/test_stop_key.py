"""The stop key in the whole app, pressed while another program has the focus; judged by what a sound server was given."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.captured_mix import CapturedMix
from fakes.until import until
from fakes.x_client import ALT, CTRL, SPACE, XClient
from godot.real_godot import Godot
from godot.test_whole_show import LIMIT_S, app, lines_of, said
from launcher import screen, sound
from launcher.process import Family

pytestmark = [
    pytest.mark.godot,
    pytest.mark.skipif(not all(map(shutil.which, ("Xvfb", "pulseaudio", "parec"))), reason="needs Xvfb, pulseaudio and parec"),
]

QUESTIONS = ((1.0, "ayla", "Kit, can you tell me about your favourite game?"), (14.0, "bo", "Kit, do you like music?"))


def chat(path: Path) -> Path:
    lines = [{"at": at, "kind": "message", "author": author, "text": text} for at, author, text in QUESTIONS]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A screen and a sound server."""
    with Family() as family:
        found = {**screen.start(family, tmp_path).variables(), **sound.start(family, tmp_path).variables()}
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        yield found


def marks(trace: Path, topic: str) -> list[dict[str, Any]]:
    """What has been written so far; the last line may be half of one."""
    found = []
    for line in trace.read_text("utf-8").splitlines() if trace.exists() else ():
        with contextlib.suppress(json.JSONDecodeError):
            entry = json.loads(line)
            found += [entry] if entry.get("mark") == topic else []
    return found


async def test_it_stops_and_lets_go_on_while_another_program_has_the_focus(
    godot: Godot, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    trace = tmp_path / "trace"
    arguments = ("--replay", str(chat(tmp_path / "chat.jsonl")), "--trace", str(trace), "--seed", "1")
    with (
        XClient(surroundings) as other,
        CapturedMix(f"{sound.SINK}.monitor") as mix,
        app(godot, tmp_path, *arguments, driver="PulseAudio", window=True) as process,
    ):
        await until(lambda: marks(trace, "audible") or process.poll() is not None, 2 * LIMIT_S)
        other.take_focus()
        assert other.has_focus
        other.tap(SPACE, CTRL | ALT)
        await until(lambda: marks(trace, "cut") or process.poll() is not None)
        await until(lambda: len([1 for line in lines_of(trace) if "outcome" in line]) == 1)
        other.tap(SPACE, CTRL | ALT, after_ms=100)
        await until(lambda: process.poll() is not None, LIMIT_S)
        assert process.returncode == 0, said(tmp_path)
    lines = lines_of(trace)
    assert [line["state"] for line in lines if line.get("mark") == "stop_key"] == ["watching"]
    assert [line["name"] for line in lines if line.get("mark") == "hotkey"] == ["stop", "stop"]
    turns = [line for line in lines if "outcome" in line]
    assert [(turn["outcome"], turn["reason"]) for turn in turns] == [("cut", "overruled"), ("heard", "answered")], said(tmp_path)
    cut = next(line for line in lines if line.get("mark") == "cut")
    pressed = next(line for line in lines if line.get("mark") == "hotkey")
    assert cut["asked_ns"] == pressed["at_ns"]
    assert cut["heard_frames"] > 0
    heard = mix.listen()
    assert heard.silent_from(pressed["at_ns"] - 300_000_000, 0.6) is not None, "nothing was heard when it was pressed"
    assert heard.silent_from(cut["at_ns"] + 500_000_000, 2.0) is None, "it went on"


async def test_a_key_of_another_program_is_told_and_the_show_goes_on(
    godot: Godot, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    trace = tmp_path / "trace"
    arguments = ("--replay", str(chat(tmp_path / "chat.jsonl")), "--trace", str(trace), "--seed", "1")
    with XClient(surroundings) as other:
        other.hold(SPACE, CTRL | ALT)
        with app(godot, tmp_path, *arguments, driver="PulseAudio") as process:
            await until(lambda: "Another program holds the stop key Ctrl+Alt+Space" in said(tmp_path), 2 * LIMIT_S)
            await until(lambda: process.poll() is not None, LIMIT_S)
            assert process.returncode == 0, said(tmp_path)
    assert [line["outcome"] for line in lines_of(trace) if "outcome" in line] == ["heard", "heard"], said(tmp_path)
    assert [line["state"] for line in lines_of(trace) if line.get("mark") == "stop_key"] == ["taken"]
