"""How long a stop took is read off what was captured, and only where something sounded when it came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.captured_mix import CHUNK, RATE, Listening
from benchmarks.stop import Given, stop_ms

pytestmark = pytest.mark.unit

START_NS = 10**12


def captured(*sounds: tuple[float, float]) -> Listening:
    """Three seconds with sound in these stretches, each chunk read when it ended."""
    samples = np.zeros(3 * RATE, np.float32)
    for start_s, end_s in sounds:
        samples[round(start_s * RATE) : round(end_s * RATE)] = 0.3
    ends = range(CHUNK, len(samples) + 1, CHUNK)
    return Listening(samples, [START_NS + end * 1_000_000_000 // RATE for end in ends])


def given(at_s: float) -> Given:
    return Given("key", START_NS + round(at_s * 1e9))


def test_it_lasts_until_the_last_audible_sample() -> None:
    assert stop_ms(given(1.0), captured((0.2, 1.04))) == pytest.approx(40, abs=6)


def test_what_sounds_again_too_early_counts() -> None:
    assert stop_ms(given(1.0), captured((0.2, 1.04), (1.3, 1.5))) == pytest.approx(500, abs=6)


@pytest.mark.parametrize("sounds", [((0.2, 0.8),), ((0.2, 0.95),), ((1.2, 1.5),), ()])
def test_a_stop_in_a_pause_does_not_count(sounds: Sequence[tuple[float, float]]) -> None:
    assert stop_ms(given(1.0), captured(*sounds)) is None
