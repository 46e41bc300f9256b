"""A click, with which the scene flashes: what a recording's picture and sound are aligned by."""

from __future__ import annotations

import math
from array import array

from ..flow.cue import Speak
from ..flow.ports import Stage
from .godot import Bridge

RATE = 48_000
CLICK_S = 0.1
"""As long as the scene's flash."""
UTTERANCE = 0
"""No speech has this number."""


def send_sync(bridge: Bridge | None, stage: Stage) -> None:
    """Push the click past the speech, which accepts nothing but cleared clauses. Without a bridge there is nothing to record."""
    if bridge is None:
        return
    wave = array("h", (round(16_000 * math.sin(2 * math.pi * 1000 * i / RATE)) for i in range(round(CLICK_S * RATE))))
    bridge.push(UTTERANCE, bridge.epoch(), RATE, wave.tobytes(), True)
    stage.send(Speak(utterance=UTTERANCE, turn_id="sync", rate=RATE, frames=len(wave), visemes=()))
