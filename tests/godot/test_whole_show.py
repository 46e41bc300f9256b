"""The whole show in the real Godot, from a chat log to the mixer: no part is a stand-in but the screen and the loudspeaker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from godot.real_godot import REPOSITORY, Godot

pytestmark = pytest.mark.godot

NO_VARIABLES: Mapping[str, str] = {}
LIMIT_S = 90
"""Far over what it takes: a show that hangs must not hang the tests."""


def chat(path: Path) -> Path:
    """Three questions, and a moderator who skips the second answer in mid-sentence."""
    lines = [
        {"at": 0.5, "kind": "message", "author": "mika", "text": "hey Kit, how are you feeling tonight?"},
        {"at": 7.0, "kind": "message", "author": "bo", "text": "Kit, can you tell me about your favourite game?"},
        {"at": 8.0, "kind": "message", "author": {"id": "rowan", "name": "rowan", "roles": ["moderator"]}, "text": "!skip"},
        {"at": 12.0, "kind": "message", "author": "ayla", "text": "Kit, do you like music?"},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@contextmanager
def app(
    godot: Godot,
    folder: Path,
    *arguments: str,
    driver: str = "Dummy",
    variables: Mapping[str, str] = NO_VARIABLES,
    window: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """The app, without a window unless one is wanted; killed in the end if it still runs."""
    config = folder / "bridge.json"
    config.write_text(json.dumps({**godot.python, "code": str(REPOSITORY / "python"), "module": "sidecast.embedded"}), "utf-8")
    environment = os.environ | {
        "SIDECAST_BRIDGE": str(config),
        "SIDECAST_CONTROL__PORT": "0",
        "SIDECAST_AUDIENCE__PAUSE_S": "0",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        **variables,
    }
    picture = ["--rendering-driver", "opengl3"] if window else ["--display-driver", "headless"]
    drivers = [*picture, "--audio-driver", driver]
    command = [str(godot.program), *drivers, "--path", str(REPOSITORY), "--", *arguments]
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def lines_of(trace: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in trace.read_text("utf-8").splitlines()]


def said(folder: Path) -> str:
    return (folder / "app.log").read_text("utf-8", "replace")[-4000:]


@pytest.mark.quiet
def test_a_chat_is_answered_aloud_and_every_stage_is_stamped(godot: Godot, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with app(godot, tmp_path, "--replay", str(chat(tmp_path / "chat.jsonl")), "--trace", str(trace), "--seed", "1") as process:
        assert process.wait(LIMIT_S) == 0, said(tmp_path)
    lines = lines_of(trace)
    turns = [line for line in lines if "outcome" in line]
    assert [turn["outcome"] for turn in turns] == ["heard", "cut", "heard"], said(tmp_path)
    stages = ("arrived", "screened", "chosen", "first_clause", "cleared", "first_pcm", "audible", "ended")
    for turn in turns:
        stamps = [turn[f"{stage}_ns"] for stage in stages]
        assert all(stamps)
        # the mixer stamps the block that it is asked for, which may be mixed a moment before it is heard
        assert stamps[:6] == sorted(stamps[:6])
        assert stamps[5] <= stamps[6] < stamps[7]
    assert [line["settled"] for line in lines if line.get("kind") == "ChatMessage"].count("answered") == 3
    cuts = [line for line in lines if line.get("mark") == "cut"]
    # the utterance that sounded; perhaps one more that waited behind it, unheard
    assert [cut["heard_frames"] > 0 for cut in cuts] == [True, False][: len(cuts)] != []
    assert not list((tmp_path / "data").rglob("*.wav"))


def test_sigterm_in_mid_sentence_ends_cleanly_and_leaves_nothing_running(godot: Godot, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with app(godot, tmp_path, "--replay", str(chat(tmp_path / "chat.jsonl")), "--trace", str(trace)) as process:
        wait_for_mark(trace, "audible", process)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0, said(tmp_path)
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
    (turn,) = [line for line in lines_of(trace) if "outcome" in line]
    assert turn["outcome"] == "cut"


def wait_for_mark(trace: Path, mark: str, process: subprocess.Popen[bytes]) -> None:
    """Returns as soon as the app has written it; the app itself is what is waited for."""
    until = time.monotonic() + LIMIT_S
    while not (trace.exists() and f'"mark":"{mark}"' in trace.read_text("utf-8")):
        assert process.poll() is None, "the app ended by itself"
        assert time.monotonic() < until, f"no {mark} came"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
