from __future__ import annotations

import numpy as np
import pytest

from fakes.sounds import RATE, bursts
from sidecast.speech.limiter import limit

pytestmark = pytest.mark.unit


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
