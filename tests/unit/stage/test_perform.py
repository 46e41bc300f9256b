from __future__ import annotations

import pytest

from fakes.clauses import cleared
from fakes.voice import tone
from sidecast.flow.cue import Caption, Express, Gesture, Speak
from sidecast.stage.perform import perform

pytestmark = pytest.mark.unit


def test_the_cues_of_an_utterance_carry_its_number_and_turn() -> None:
    utterance = tone(cleared("Welcome back", turn_id="t7", mood="happy", gesture="wave"))
    speak, caption, express, gesture = perform(utterance, 12, more=False)
    assert isinstance(speak, Speak)
    assert isinstance(caption, Caption)
    assert (speak.utterance, speak.turn_id, speak.rate, speak.frames) == (12, "t7", utterance.rate, utterance.frames)
    assert (caption.utterance, caption.turn_id, caption.more) == (12, "t7", False)
    assert express == Express(mood="happy", utterance=12)
    assert gesture == Gesture(name="wave", utterance=12)


def test_mouth_and_caption_last_as_long_as_the_sound() -> None:
    utterance = tone(cleared("Hello dear chat"))
    speak, caption, _ = perform(utterance, 1, more=True)
    assert isinstance(speak, Speak)
    assert isinstance(caption, Caption)
    assert caption.more
    assert speak.visemes[-1].end_s == pytest.approx(utterance.seconds, abs=1e-3)
    assert caption.words[-1].end_s == pytest.approx(utterance.seconds, abs=1e-3)
    assert [w.text for w in caption.words] == ["Hello", "dear", "chat"]


def test_each_word_of_the_tone_closes_the_lips_once() -> None:
    speak, *_ = perform(tone(cleared("one two three")), 1, more=False)
    assert isinstance(speak, Speak)
    assert [v.name for v in speak.visemes] == ["sil", "PP", "aa", "PP", "aa", "PP", "aa"]
