from __future__ import annotations

import math

import numpy as np
import pytest

from sidecast.speech.loudness import high_pass, k_weighted, lufs, shelf
from sidecast.speech.take import Samples

pytestmark = pytest.mark.unit


def sine(dbfs: float, seconds: float, rate: int, hz: float = 997.0) -> Samples:
    wave: Samples = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return wave


def test_the_filters_have_the_coefficients_that_the_standard_lists_for_48_khz() -> None:
    """BS.1770-4, tables 1 and 2."""
    b, a = shelf(48_000)
    assert b == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285), abs=1e-9)
    assert a == pytest.approx((1.0, -1.69065929318241, 0.73248077421585), abs=1e-9)
    b, a = high_pass(48_000)
    assert b == pytest.approx((1.0, -2.0, 1.0))
    assert a == pytest.approx((1.0, -1.99004745483398, 0.99007225036621), abs=1e-9)


def test_filtering_by_fft_equals_the_recursion_over_samples() -> None:
    rate = 16_000
    noise = np.random.default_rng(1).normal(0, 0.1, rate // 4)
    expected = noise
    for (b0, b1, b2), (_, a1, a2) in (shelf(rate), high_pass(rate)):
        x1 = x2 = y1 = y2 = 0.0
        out = []
        for x in expected:
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, y, y1
            out.append(y)
        expected = np.array(out)
    assert np.max(np.abs(k_weighted(noise, rate) - expected)) < 1e-6


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_a_sine_at_full_scale_measures_what_the_standard_says(rate: int) -> None:
    assert lufs(sine(0.0, 3.0, rate), rate) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.399, 0.4, 0.5, 2.0])
def test_a_short_sound_measures_like_a_long_one(seconds: float) -> None:
    assert lufs(sine(-20.0, seconds, 16_000), 16_000) == pytest.approx(-23.0, abs=0.4)


def test_silence_around_the_sound_is_gated_away() -> None:
    """After EBU Tech 3341, cases 3 and 4, in one channel (3 LU less)."""
    rate = 48_000
    quiet, loud, silent = sine(-36.0, 10.0, rate), sine(-23.0, 60.0, rate), sine(-72.0, 10.0, rate)
    assert lufs(np.concatenate((quiet, loud, quiet)), rate) == pytest.approx(-26.0, abs=0.1)
    assert lufs(np.concatenate((silent, quiet, loud, quiet, silent)), rate) == pytest.approx(-26.0, abs=0.1)


def test_nothing_is_minus_infinity() -> None:
    assert lufs(np.zeros(16_000), 16_000) == -math.inf
    assert lufs(np.zeros(0), 16_000) == -math.inf
