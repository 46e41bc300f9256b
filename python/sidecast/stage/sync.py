"""Clicks, with which the scene flashes: what a recording's picture and sound are aligned by."""

from __future__ import annotations

import math
from array import array

from ..flow.cue import Speak
from ..flow.ports import Stage
from .godot import Bridge

RATE = 48_000
PULSES_S = (0.0, 0.6, 1.3, 2.1, 3.0)
"""When they begin. Several, because a busy machine may not draw the first; unevenly spaced, so that none is mistaken for another.
The same numbers are in scenes/show/show.gd."""
CLICK_S = 0.2
"""As long as the scene's flash."""
UTTERANCE = 0
"""No speech has this number."""


def send_sync(bridge: Bridge | None, stage: Stage) -> float:
    """Push the clicks past the speech, which accepts nothing but cleared clauses. Without a bridge there is nothing to record.

    Returns:
        How long they last, in seconds: a chat that began before would be answered behind them.
    """
    if bridge is None:
        return 0.0
    wave = array("h", bytes(2 * round((PULSES_S[-1] + CLICK_S) * RATE)))
    for start_s in PULSES_S:
        for index in range(round(CLICK_S * RATE)):
            wave[round(start_s * RATE) + index] = round(16_000 * math.sin(2 * math.pi * 1000 * index / RATE))
    bridge.push(UTTERANCE, bridge.epoch(), RATE, wave.tobytes(), True)
    stage.send(Speak(utterance=UTTERANCE, turn_id="sync", rate=RATE, frames=len(wave), visemes=()))
    return len(wave) / RATE
