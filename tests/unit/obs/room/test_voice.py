"""Who speaks, by levels alone: real voices, and what is not speech."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from fakes import room_sounds as sounds
from sidecast.obs.room.voice import FRAME_S, HANG_OVER_S, VoiceActivity

NOT_SPEECH = (sounds.white, sounds.hum, sounds.chords, sounds.broken_chords, sounds.drums, sounds.band)


def told(*parts: sounds.Sound) -> list[bool]:
    """For each 50 ms whether it says that somebody speaks."""
    voice = VoiceActivity()
    return [voice.hear(level) for level in sounds.levels(np.concatenate(parts))]


def changes(says: list[bool]) -> list[float]:
    """Seconds at which it changed its mind."""
    return [round(i * FRAME_S, 2) for i, (a, b) in enumerate(zip([False, *says], says, strict=False)) if a != b]


@pytest.mark.unit
@pytest.mark.parametrize("sound", NOT_SPEECH)
def test_what_is_not_speech_counts_only_until_that_is_known(sound: Callable[[float], sounds.Sound]) -> None:
    says = told(sounds.silence(1), sound(20))

    begins, ends = changes(says)
    assert begins >= 1.0
    assert ends <= 5.5


@pytest.mark.unit
def test_keys_are_not_speech() -> None:
    assert changes(told(sounds.silence(1), sounds.typing(20))) == []


@pytest.mark.unit
def test_silence_is_not_speech() -> None:
    assert changes(told(sounds.silence(10))) == []
    assert changes(told(sounds.at_db(sounds.white(10), -55))) == []


@pytest.mark.unit
def test_levels_out_of_bounds_do_no_harm() -> None:
    voice = VoiceActivity()
    assert [voice.hear(level) for level in (-1000.0, 20.0, -100.0, 3.0, float("-inf"))] == [False] * 5


@pytest.mark.unit
def test_a_word_after_silence_counts_until_the_hang_over_is_over() -> None:
    voice = VoiceActivity()
    says = [voice.hear(level) for level in [-70.0] * 60 + [-20.0] * 5 + [-70.0] * 40]
    begins, ends = changes(says)
    assert begins == pytest.approx(63 * FRAME_S)
    assert ends - begins >= HANG_OVER_S


@pytest.mark.peers
@pytest.mark.parametrize("voice", ["flite", "espeak"])
def test_speech_is_heard_from_its_first_syllables_to_its_end(voice: str) -> None:
    spoken = sounds.speech(voice)
    says = told(sounds.silence(1), spoken, sounds.silence(3))

    begins, ends = changes(says)
    assert 1.0 < begins <= 1.0 + 0.6
    last_s = 1.0 + len(spoken) / sounds.RATE
    assert last_s < ends <= last_s + HANG_OVER_S + FRAME_S


@pytest.mark.peers
@pytest.mark.parametrize("beside", [sounds.white, sounds.band, sounds.hum])
@pytest.mark.parametrize("by_db", [18, 9])
def test_speech_is_heard_over_what_goes_on_beside_it(beside: Callable[[float], sounds.Sound], by_db: float) -> None:
    noise = sounds.at_db(beside(8), -22 - by_db)
    spoken = sounds.mixed(sounds.speech(), noise)

    says = told(noise, spoken)

    first = round(8 / FRAME_S)
    assert not any(says[first - 20 : first])
    assert 0 < says[first:].index(True) * FRAME_S <= 1.0
    assert sum(says[first:]) >= 0.9 * len(says[first:])


@pytest.mark.peers
def test_a_pause_between_two_sentences_does_not_end_it() -> None:
    # the voice itself is silent for a moment before and after
    spoken = sounds.speech("flite", "Hello everybody, welcome back to the stream.")
    says = told(sounds.silence(1), spoken, sounds.silence(0.4), spoken, sounds.silence(3))
    assert len(changes(says)) == 2


@pytest.mark.peers
def test_who_speaks_after_music_is_heard() -> None:
    says = told(sounds.band(10), sounds.silence(3), sounds.speech())
    assert any(says[round(13 / FRAME_S) : round(14.5 / FRAME_S)])
