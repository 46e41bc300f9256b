from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sidecast.errors import VoiceError
from sidecast.speech.finish import EARLY_S, LEAD_S, PAUSE_S, TAIL_S, Finishing, finish
from sidecast.speech.loudness import lufs
from sidecast.speech.take import SILENCE, Phone, Samples, Take

pytestmark = pytest.mark.unit

RATE = 16_000
START_S, END_S, TOTAL_S = 0.2, 1.0, 1.3


def take(noise_dbfs: float = -80.0) -> Take:
    """A tone from 0.2 s to 1.0 s in noise."""
    t = np.arange(round(TOTAL_S * RATE)) / RATE
    wave = np.where((t >= START_S) & (t < END_S), 0.1 * np.sin(2 * np.pi * 440 * t), 0.0)
    wave += 10 ** (noise_dbfs / 20) * np.random.default_rng(1).uniform(-1, 1, t.size)
    phones = (
        Phone(SILENCE, 0.0, START_S),
        Phone("aa", START_S, 0.6, 0),
        Phone("m", 0.6, END_S, 0),
        Phone(SILENCE, END_S, TOTAL_S),
    )
    return Take(wave, RATE, phones)


def samples(pcm: bytes) -> Samples:
    decoded: Samples = np.frombuffer(pcm, "<i2") / 32768.0
    return decoded


def test_sound_starts_within_a_few_milliseconds_and_ends_in_a_short_pause() -> None:
    finished = finish(take(), "hm.", -18.0)
    wave = samples(finished.pcm)
    loud = np.flatnonzero(np.abs(wave) > 10 ** (-50 / 20))
    assert loud[0] / RATE <= LEAD_S + 0.002
    assert (wave.size - loud[-1]) / RATE == pytest.approx(PAUSE_S["."] + TAIL_S, abs=0.01)
    assert wave.size == finished.frames


def test_noise_before_the_first_phoneme_does_not_count_as_its_start() -> None:
    finished = finish(take(noise_dbfs=-60.0), "hm", -18.0)
    assert len(finished.pcm) / 2 / RATE < END_S - START_S + 0.4
    lead, vowel, *_ = finished.phones
    assert lead.end_s <= EARLY_S + LEAD_S
    assert vowel.phoneme == "aa"


def test_the_spoken_part_has_the_loudness_asked_for() -> None:
    for target in (-30.0, -18.0):
        finished = finish(take(), "hm", target)
        spoken = samples(finished.pcm)[: round((END_S - START_S) * RATE)]
        assert lufs(spoken, RATE) == pytest.approx(target, abs=0.2)


def test_phonemes_keep_their_place_in_the_sound_and_fill_it_without_gaps() -> None:
    finished = finish(take(), "hm?", -18.0)
    phones = finished.phones
    assert [p.phoneme for p in phones] == [SILENCE, "aa", "m", SILENCE]
    assert phones[0].start_s == 0.0
    assert phones[1].start_s == pytest.approx(LEAD_S, abs=0.002)
    assert phones[2].start_s == pytest.approx(0.4 + LEAD_S, abs=0.002)
    assert all(a.end_s == b.start_s for a, b in pairwise(phones))
    assert phones[-1].end_s == pytest.approx(len(finished.pcm) / 2 / RATE)


def test_both_ends_of_the_sound_are_zero() -> None:
    """A step at the end of one clause and the start of the next would be heard as a click."""
    wave = samples(finish(take(), "hm", -18.0).pcm)
    assert wave[0] == 0.0
    assert wave[-1] == 0.0
    assert np.max(np.abs(np.diff(wave[: round(0.002 * RATE)]))) < 0.1


@pytest.mark.parametrize("phones", [(Phone(SILENCE, 0.0, 1.0),), (Phone("aa", 0.0, 1.0, 0),)])
def test_a_take_without_sound_is_an_error_and_not_a_silent_utterance(phones: tuple[Phone, ...]) -> None:
    with pytest.raises(VoiceError, match="only silence"):
        finish(Take(np.zeros(RATE), RATE, phones), "…", -18.0)


@pytest.mark.parametrize("text", ["hm.", "hm"])
def test_a_clause_in_two_parts_is_the_clause_in_one(text: str) -> None:
    entire = take()
    part = Take(entire.samples[: round(0.6 * RATE)], RATE, entire.phones, whole=False)
    finishing = Finishing(text, -18.0, lufs(entire.samples[round(START_S * RATE) : round(END_S * RATE)], RATE))
    beginning, rest = finishing.begin(part), finishing.rest(entire)
    at_once = finish(entire, text, -18.0)
    assert (beginning.frames, beginning.phones) == (at_once.frames, at_once.phones)
    assert len(beginning.pcm) / 2 / RATE == pytest.approx(0.6 - START_S, abs=0.02)
    assert samples(beginning.pcm + rest) == pytest.approx(samples(at_once.pcm), abs=0.005)


def test_what_still_rings_after_the_last_phoneme_dies_away_in_the_pause() -> None:
    t = np.arange(round(TOTAL_S * RATE)) / RATE
    ringing = Take(np.where(t < START_S, 0.0, 0.1 * np.sin(2 * np.pi * 440 * t)), RATE, take().phones)
    wave = np.abs(samples(finish(ringing, "hm,", -18.0).pcm))
    assert wave[-1] == 0.0
    assert np.max(np.abs(np.diff(wave))) < 0.1
