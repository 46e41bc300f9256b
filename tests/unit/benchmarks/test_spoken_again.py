"""Finding waves, and pairing marks with clauses, in sound made here."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.spoken_again import locate, resampled, said_in
from benchmarks.verdicts import drift_of
from sidecast.flow.line import LedgerLine

pytestmark = pytest.mark.unit

RATE = 16_000


def test_a_wave_is_found_to_the_sample_whatever_its_volume() -> None:
    chance = np.random.default_rng(1)
    wave = chance.normal(0, 0.1, 4000).astype(np.float32)
    sound = chance.normal(0, 0.01, 40_000).astype(np.float32)
    sound[12_345:16_345] += 0.3 * wave
    found = locate(sound, wave)
    assert found is not None
    assert found[0] == 12_345
    assert found[1] > 0.9


def test_a_wave_that_is_not_there_is_unlike() -> None:
    chance = np.random.default_rng(2)
    found = locate(chance.normal(0, 0.1, 40_000).astype(np.float32), chance.normal(0, 0.1, 4000).astype(np.float32))
    assert found is not None
    assert found[1] < 0.2


def test_a_wave_longer_than_the_sound_is_not_found() -> None:
    assert locate(np.ones(10, np.float32), np.ones(20, np.float32)) is None


def test_resampling_keeps_a_tone() -> None:
    seconds = 0.5
    tone = np.sin(2 * np.pi * 440 * np.arange(round(22_050 * seconds)) / 22_050).astype(np.float32)
    wanted = np.sin(2 * np.pi * 440 * np.arange(round(RATE * seconds)) / RATE)
    assert resampled(tone, 22_050, RATE)[200:-200] == pytest.approx(wanted[200:-200], abs=0.02)


def test_utterances_get_the_text_of_their_turns_clauses_in_order() -> None:
    def mark(topic: str, number: int, at: int) -> dict[str, object]:
        return {"mark": topic, "utterance": number, "at_ns": at}

    def line(turn_id: str, *cleared: str) -> LedgerLine:
        return LedgerLine(
            turn_id=turn_id, wall_ms=0, author_id="", author_name="", text="", cause="message", score=0.0, cleared=cleared
        )

    trace: list[dict[str, object]] = [
        mark("audible", 0, 1), mark("finished", 0, 2),
        mark("audible", 1, 10), mark("finished", 1, 20), mark("audible", 2, 21), mark("finished", 2, 30),
        {"turn": "a", "voice": "flite"},
        mark("audible", 3, 40), mark("cut", 3, 45), mark("cut", 4, 45),
        {"turn": "b", "voice": "espeak"},
    ]  # fmt: skip
    said = said_in(trace, [line("b", "Three.", "Four."), line("a", "One.", "Two.")])
    assert [(s.number, s.turn_id, s.text, s.engine, s.cut) for s in said] == [
        (1, "a", "One.", "flite", False),
        (2, "a", "Two.", "flite", False),
        (3, "b", "Three.", "espeak", True),
    ]


def test_drift_is_the_last_quarter_less_the_first() -> None:
    assert drift_of([(float(second), 5.0 + 0.5 * second) for second in range(41)]) == pytest.approx(15.0)
    assert drift_of([(1.0, 5.0)]) is None
    assert drift_of([]) is None
