"""The lag estimator on made-up speech whose true lag is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import ideal_mouth, lag
from benchmarks.lag import Floats
from sidecast.flow.cue import TimedViseme

pytestmark = pytest.mark.unit

RATE = 16_000
VOWELS = {"aa": (700, 1.0), "E": (550, 0.8), "ih": (400, 0.6), "oh": (500, 0.7)}
CONSONANTS = ("PP", "SS", "DD", "FF")
CORRELATES = 0.5


def babble(seed: int, syllables: int = 12, lead_s: float = 0.5) -> tuple[Floats, list[TimedViseme]]:
    """Syllables of a consonant and a vowel: their sound, and their shapes. Closures are silent, hissing is above the voice."""
    chance = np.random.default_rng(seed)
    track: list[TimedViseme] = []
    waves = [np.zeros(round(lead_s * RATE))]
    at_s = lead_s
    for _ in range(syllables):
        consonant = str(chance.choice(CONSONANTS))
        vowel = str(chance.choice(list(VOWELS)))
        for shape, seconds in ((consonant, chance.uniform(0.06, 0.11)), (vowel, chance.uniform(0.09, 0.2))):
            t = np.arange(round(seconds * RATE)) / RATE
            if shape in VOWELS:
                pitch, loud = VOWELS[shape]
                wave = loud * 0.3 * (np.sin(2 * math.pi * pitch * t) + 0.5 * np.sin(2 * math.pi * 2 * pitch * t))
            else:
                wave = np.zeros_like(t) if shape in {"PP", "DD"} else np.diff(chance.normal(0, 0.03, t.size + 1))
            waves.append(wave)
            track.append(TimedViseme(shape, at_s, at_s + t.size / RATE))
            at_s += t.size / RATE
    waves.append(np.zeros(round(lead_s * RATE)))
    return np.concatenate(waves), track


def filmed(track: list[TimedViseme], seconds: float, late_s: float, fps: float = 30.0) -> tuple[Floats, Floats]:
    """Frame times, and the openness of a mouth that is late by `late_s`."""
    ideal = ideal_mouth.openness_of([(0.0, track)], seconds)
    at_s = np.arange(0.0, seconds, 1 / fps)
    return at_s, np.interp(at_s - late_s, np.arange(len(ideal)) * lag.HOP_S, ideal)


def measured(seed: int, late_s: float) -> float:
    sound, track = babble(seed)
    found = lag.lag_of(*filmed(track, len(sound) / RATE, late_s), lag.mouth_like(lag.voice_db(sound, RATE)))
    assert found is not None
    assert found.correlation > CORRELATES
    return found.ms


@pytest.mark.parametrize("seed", range(8))
def test_a_mouth_in_step_has_hardly_any_lag(seed: int) -> None:
    assert abs(measured(seed, 0.0)) < 20


@pytest.mark.parametrize("late_ms", [-80, -30, 40, 80, 150])
def test_the_estimate_follows_a_known_delay(late_ms: int) -> None:
    for seed in range(4):
        assert measured(seed, late_ms / 1e3) - measured(seed, 0.0) == pytest.approx(late_ms, abs=5)


@pytest.mark.parametrize("late_ms", [-30, 0, 40, 80])
def test_against_known_phonemes_it_is_exact_to_a_millisecond_or_two(late_ms: int) -> None:
    sound, track = babble(3)
    seconds = len(sound) / RATE
    found = lag.lag_of(*filmed(track, seconds, late_ms / 1e3), ideal_mouth.openness_of([(0.0, track)], seconds))
    assert found is not None
    assert found.ms == pytest.approx(late_ms, abs=2)


def test_a_picture_held_for_several_frames_counts_as_late() -> None:
    """At 15 pictures a second, filmed at 30, what is seen is on average half a film frame old."""
    late = []
    for seed in range(12):
        sound, track = babble(seed)
        seconds = len(sound) / RATE
        at_s, openness = filmed(track, seconds, 0.0)
        held = openness[np.arange(len(openness)) // 2 * 2]
        found = lag.lag_of(at_s, held, ideal_mouth.openness_of([(0.0, track)], seconds))
        assert found is not None
        late.append(found.ms)
    assert np.median(late) == pytest.approx(0.5 * 1000 / 30, abs=4)


def test_a_mouth_of_other_words_gives_no_lag_or_a_poor_fit() -> None:
    sound, track = babble(1)
    _, other = babble(99)
    own = lag.lag_of(*filmed(track, len(sound) / RATE, 0.0), lag.mouth_like(lag.voice_db(sound, RATE)))
    wrong = lag.lag_of(*filmed(other, len(sound) / RATE, 0.0), lag.mouth_like(lag.voice_db(sound, RATE)))
    assert own is not None
    assert wrong is None or wrong.correlation < own.correlation - 0.1


def test_a_mouth_that_does_not_move_has_no_lag() -> None:
    expected = lag.mouth_like(lag.voice_db(babble(1)[0], RATE))
    at_s = np.arange(0, 2, 1 / 30)
    assert lag.lag_of(at_s, np.ones_like(at_s), expected) is None


def test_frames_without_a_face_are_left_out() -> None:
    sound, track = babble(2)
    seconds = len(sound) / RATE
    ideal = ideal_mouth.openness_of([(0.0, track)], seconds)
    at_s, openness = filmed(track, seconds, 0.05)
    openness[::7] = np.nan
    found = lag.lag_of(at_s, openness, ideal)
    assert found is not None
    assert found.ms == pytest.approx(50, abs=3)


def test_stretches_of_speech_end_at_pauses() -> None:
    sound = np.zeros(3 * RATE)
    tone = 0.1 * np.sin(np.arange(RATE // 2) * 0.3)
    for start_s in (0.2, 0.8, 2.0):  # 0.1 s apart, then 0.7 s
        sound[round(start_s * RATE) :][: len(tone)] = tone
    spans = lag.sounding(sound, RATE, gap_s=0.25)
    assert [(round(span.start_s, 2), round(span.end_s, 2)) for span in spans] == [(0.2, 1.3), (2.0, 2.5)]


def test_silence_has_no_stretches() -> None:
    assert lag.sounding(np.full(RATE, 1e-4), RATE) == []
