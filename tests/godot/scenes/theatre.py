"""Runs a verification scene in the real Godot and brings back what it drew and noted."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from godot.real_godot import REPOSITORY

SCENES = "res://tests/godot/scenes"
TIMEOUT_S = 400
"""For a machine that does a lot besides; a run takes 5 to 20 s."""
BRIDGE_KEYS = ("library", "home", "site", "executable", "code", "module")


@dataclass
class Theatre:
    program: Path
    display: str
    folder: Path
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def play(self, scene: str, plan: Mapping[str, Any], arguments: Sequence[str] = ()) -> Path:
        """Plays `scene` with `plan`; the folder with what it wrote. Fails on any script error."""
        out = self.folder / f"{scene}-{next(self._count)}"
        out.mkdir()
        (out / "plan.json").write_text(json.dumps({**plan, "out": str(out)}), "utf-8")
        config = out / "bridge.json"
        config.write_text(json.dumps(dict.fromkeys(BRIDGE_KEYS, "")), "utf-8")
        # A fixed frame rate: the scene's time comes from its frames, however long they take to draw.
        command = [str(self.program), "--path", str(REPOSITORY), "--rendering-driver", "opengl3", "--audio-driver", "Dummy"]
        command += ["--fixed-fps", "30", f"{SCENES}/{scene}.tscn", "--", "--plan", str(out / "plan.json"), *arguments]
        environment = {**os.environ, "DISPLAY": self.display, "SIDECAST_BRIDGE": str(config)}
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=TIMEOUT_S, env=environment)
        log = done.stdout + done.stderr
        assert done.returncode == 0, log
        assert "SCRIPT ERROR" not in log, log
        assert "SHADER ERROR" not in log, log
        assert "leaked at exit" not in log, log
        return out

    def rehearse(self, plan: Mapping[str, Any], arguments: Sequence[str] = ()) -> Rehearsal:
        out = self.play("rehearsal", plan, arguments)
        return Rehearsal(out, json.loads((out / "rehearsal.json").read_text("utf-8")))


@dataclass(frozen=True)
class Rehearsal:
    """What `rehearsal.gd` wrote."""

    out: Path
    notes: dict[str, Any]

    @property
    def seen(self) -> list[dict[str, Any]]:
        """One entry a frame."""
        frames: list[dict[str, Any]] = self.notes["seen"]
        return frames

    def at(self, seconds: float) -> dict[str, Any]:
        """The first frame at or after `seconds`."""
        return next(frame for frame in self.seen if frame["s"] >= seconds)

    def between(self, start: float, end: float) -> list[dict[str, Any]]:
        return [frame for frame in self.seen if start <= frame["s"] < end]

    def posted(self, topic: str) -> list[dict[str, Any]]:
        return [mark["header"] for mark in self.notes["posted"] if mark["topic"] == topic]


def cue(at: float, topic: str, **header: Any) -> dict[str, Any]:
    return {"at": at, "topic": topic, "header": header}


def speak(at: float, utterance: int, visemes: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    segments = [{"name": name, "start_s": start, "end_s": end} for name, start, end in visemes]
    return cue(at, "speak", utterance=utterance, turn_id="t", rate=16000, frames=int(visemes[-1][2] * 16000), visemes=segments)


def caption(at: float, utterance: int, words: Sequence[tuple[str, float, float]], *, more: bool = False) -> dict[str, Any]:
    timed = [{"text": text, "start_s": start, "end_s": end} for text, start, end in words]
    return cue(at, "caption", utterance=utterance, turn_id="t", words=timed, more=more)


def voice(utterance: int, start: float, end: float) -> dict[str, Any]:
    """The mixer is given this utterance's sound from `start` to `end`."""
    return {"utterance": utterance, "from": start, "to": end}
