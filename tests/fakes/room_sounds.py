"""What a microphone may hear in a streamer's room: speech by real voices, and what is none. And OBS's levels of it."""

from __future__ import annotations

import wave
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sidecast.errors import VoiceError
from sidecast.obs.room.meters import decibel
from sidecast.speech.espeak import Espeak
from sidecast.speech.flite import Flite
from sidecast.speech.take import SpeechEngine

RATE = 48_000
PACKET = 1024
"""Samples that OBS measures at once."""
FRAME = RATE // 20
TEXT = (
    "Hello everybody, welcome back to the stream. Today we will try something new, and I hope that you like it. Wait, what was "
    "that? Okay, so I go left here, and then up the stairs. No no no! Oh, that was close. Thank you for the follow, by the way."
)
Sound = NDArray[np.float64]
"""Mono, 48 kHz, 1.0 = full scale."""


@cache
def _engine(voice: str) -> SpeechEngine:
    try:
        return Flite() if voice == "flite" else Espeak()
    except VoiceError as error:
        pytest.skip(str(error))


@cache
def speech(voice: str = "flite", text: str = TEXT) -> Sound:
    """At -22 dBFS (RMS). Skips where the voice is not installed."""
    *_, take = _engine(voice).record(text.encode())
    n = round(len(take.samples) * RATE / take.rate)
    return at_db(np.interp(np.arange(n) * take.rate / RATE, np.arange(len(take.samples)), take.samples), -22)


def white(seconds: float) -> Sound:
    """A fan."""
    return at_db(np.random.default_rng(1).standard_normal(round(seconds * RATE)), -30)


def hum(seconds: float) -> Sound:
    t = np.arange(round(seconds * RATE)) / RATE
    return at_db(np.sin(2 * np.pi * 50 * t) + 0.5 * np.sin(2 * np.pi * 100 * t), -30)


def chords(seconds: float) -> Sound:
    """Held ones, a new one every two seconds."""
    return at_db(_placed(seconds, 2.0, lambda k: sum(_note(f, 2.2, 5.0) for f in _CHORDS[k % 4])), -25)


def broken_chords(seconds: float) -> Sound:
    """Four notes a second."""
    return at_db(_placed(seconds, 0.25, lambda k: _note(_CHORDS[(k // 8) % 4][k % 3] * (1 + k % 2), 1.0, 0.3)), -25)


def drums(seconds: float) -> Sound:
    """120 beats a minute."""
    rng = np.random.default_rng(2)
    kick_t, snare_t, hat_t = (np.arange(round(s * RATE)) / RATE for s in (0.25, 0.2, 0.08))
    kick = 6 * np.sin(2 * np.pi * (50 + 60 * np.exp(-30 * kick_t)) * kick_t) * np.exp(-kick_t / 0.08)
    snare = 2 * rng.standard_normal(len(snare_t)) * np.exp(-snare_t / 0.06)
    hat = 0.6 * rng.standard_normal(len(hat_t)) * np.exp(-hat_t / 0.02)
    beat = _placed(seconds, 0.5, lambda k: snare if k % 2 else kick)
    return at_db(beat + _placed(seconds, 0.25, lambda k: hat), -25)


def band(seconds: float) -> Sound:
    return at_db(0.6 * chords(seconds) + 0.6 * broken_chords(seconds) + drums(seconds), -22)


def typing(seconds: float) -> Sound:
    """Keys at 3 to 14 a second, peaks at about -14 dBFS."""
    rng = np.random.default_rng(3)
    sound = np.zeros(round(seconds * RATE))
    t = np.arange(round(0.015 * RATE)) / RATE
    at = 0.1
    while at < seconds - 0.1:
        sound[round(at * RATE) :][: len(t)] += rng.standard_normal(len(t)) * np.exp(-t / 0.004)
        at += rng.uniform(0.07, 0.3)
    return at_db(sound, -38)


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE))


def at_db(sound: Sound, db: float) -> Sound:
    """With this RMS (dBFS)."""
    loud: Sound = sound * (10 ** (db / 20) / np.sqrt(np.mean(sound**2)))
    return loud


def mixed(sound: Sound, beside: Sound) -> Sound:
    """As long as `sound`; `beside` again and again."""
    both: Sound = sound + np.resize(beside, len(sound))
    return both


def levels(sound: Sound) -> list[float]:
    """As `obs.room.meters.loudest` gives them: each 50 ms the RMS of the latest packet that is over."""
    ends = [end - end % PACKET for end in range(FRAME, len(sound) + 1, FRAME)]
    return [decibel(float(np.sqrt(np.mean(sound[max(0, end - PACKET) : end] ** 2)))) if end else -100.0 for end in ends]


def write(sound: Sound, path: Path) -> Path:
    """A WAV file, 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


_CHORDS = ((220.0, 262.0, 330.0), (175.0, 220.0, 262.0), (262.0, 330.0, 392.0), (196.0, 247.0, 294.0))


def _note(hz: float, seconds: float, fades_s: float) -> Sound:
    t = np.arange(round(seconds * RATE)) / RATE
    tone: Sound = sum(np.sin(2 * np.pi * hz * k * t) / k for k in (1, 2, 3, 4)) * np.exp(-t / fades_s) * np.minimum(1, t / 0.005)
    return tone


def _placed(seconds: float, every_s: float, sound_of: object) -> Sound:
    assert callable(sound_of)
    total = np.zeros(round((seconds + 3) * RATE))
    for k in range(round(seconds / every_s)):
        sound = sound_of(k)
        total[round(k * every_s * RATE) :][: len(sound)] += sound
    whole: Sound = total[: round(seconds * RATE)]
    return whole
