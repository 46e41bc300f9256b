"""What a recording is aligned by: clicks that are found again, and flashes at the same moments."""

from __future__ import annotations

import json
import re
from array import array
from pathlib import Path

import pytest

from launcher.syncing import clicks
from sidecast.flow.cue import Cue, Speak
from sidecast.stage.sync import CLICK_S, PULSES_S, RATE, UTTERANCE, send_sync

pytestmark = pytest.mark.unit

SCENE = (Path(__file__).resolve().parents[3] / "scenes" / "show" / "show.gd").read_text("utf-8")


class Bridge:
    def __init__(self) -> None:
        self.pushed = array("h")

    def epoch(self) -> int:
        return 3

    def push(self, utterance: int, epoch: int, rate: int, pcm: bytes, last: bool) -> int:
        assert (utterance, epoch, rate, last) == (UTTERANCE, 3, RATE, True)
        self.pushed.frombytes(pcm)
        return len(pcm) // 2


class Stage:
    def __init__(self) -> None:
        self.sent: list[Cue] = []

    def send(self, cue: Cue) -> None:
        self.sent.append(cue)


def test_the_recorder_finds_every_click() -> None:
    bridge, stage = Bridge(), Stage()
    lasts_s = send_sync(bridge, stage)  # type: ignore[arg-type]
    found = clicks(bridge.pushed, RATE)
    assert found == pytest.approx(PULSES_S, abs=0.001)
    assert lasts_s == pytest.approx(PULSES_S[-1] + CLICK_S)
    (speak,) = stage.sent
    assert isinstance(speak, Speak)
    assert speak.frames == len(bridge.pushed)


def test_without_a_bridge_there_is_nothing_to_align() -> None:
    stage = Stage()
    assert send_sync(None, stage) == 0.0  # type: ignore[arg-type]
    assert stage.sent == []


def test_the_scene_flashes_when_it_clicks() -> None:
    pulses = re.search(r"SYNC_PULSES_S: Array\[float\] = (\[.*?\])", SCENE)
    assert pulses
    assert tuple(json.loads(pulses[1])) == PULSES_S
    assert f"FLASH_S := {CLICK_S}" in SCENE
    assert f"SYNC_UTTERANCE := {UTTERANCE}" in SCENE
