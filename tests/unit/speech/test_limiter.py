from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.speech.limiter import CEILING_DBFS, TOLERANCE_LU, level, limit, true_peak_dbfs
from sidecast.speech.loudness import lufs
from sidecast.speech.take import Samples

pytestmark = pytest.mark.unit

RATE = 16_000


def bursts(seed: int, seconds: float, crest: float) -> Samples:
    """Noise with peaks `crest` times above it, below 5 kHz as speech mostly is."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    wave = rng.normal(0, 0.02, n)
    wave[:: max(1, n // 9)] *= crest
    spectrum = np.fft.rfft(wave)
    spectrum[round(5000 / RATE * n) :] = 0
    smooth: Samples = np.fft.irfft(spectrum, n)
    return smooth


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0), st.floats(1.0, 25.0), st.floats(-30.0, -14.0))
def test_any_crest_ends_at_the_target_and_below_the_ceiling(seed: int, seconds: float, crest: float, target: float) -> None:
    wave = bursts(seed, seconds, crest)
    levelled = level(wave, RATE, lufs(wave, RATE), target)
    assert true_peak_dbfs(levelled) <= CEILING_DBFS + 0.3
    assert lufs(levelled, RATE) == pytest.approx(target, abs=1.0)


def test_gain_alone_is_exact() -> None:
    wave = bursts(1, 2.0, 1.0)
    assert lufs(level(wave, RATE, lufs(wave, RATE), -30.0), RATE) == pytest.approx(-30.0, abs=1e-6)


def test_what_needs_no_limit_is_left_alone() -> None:
    wave = bursts(1, 1.0, 1.0)
    assert limit(wave, RATE) is wave


def test_the_limiter_is_smooth() -> None:
    """A sine that suddenly doubles: the limited one may not jump by more than the sine itself does."""
    t = np.arange(RATE) / RATE
    wave = np.where(t < 0.5, 0.8, 1.6) * np.sin(2 * np.pi * 200 * t)
    limited = limit(wave, RATE)
    assert np.max(np.abs(np.diff(limited))) <= np.max(np.abs(np.diff(wave)))
    assert limited[: RATE // 2 - 200] == pytest.approx(wave[: RATE // 2 - 200])


def test_the_tolerance_is_within_what_the_design_allows() -> None:
    assert TOLERANCE_LU < 1.0
