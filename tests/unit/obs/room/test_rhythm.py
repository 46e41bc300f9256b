"""Beats against what only begins, swells, or comes as it likes."""

from __future__ import annotations

import math
import random

import pytest

from sidecast.obs.room.rhythm import WINDOW, regularity

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("every", [5, 8, 10, 15, 24, 30])
def test_beats_are_regular(every: int) -> None:
    assert regularity([-20.0 if i % every < 2 else -45.0 for i in range(WINDOW)]) > 0.8


def test_a_sound_that_begins_is_not() -> None:
    for begins in range(WINDOW):
        assert regularity([-70.0] * begins + [-20.0] * (WINDOW - begins)) == 0.0


def test_a_sound_that_swells_is_not() -> None:
    assert regularity([-40 + 20 * math.sin(math.pi * i / WINDOW) for i in range(WINDOW)]) == 0.0


def test_chance_is_not() -> None:
    rng = random.Random(5)
    assert max(regularity([rng.uniform(-50, -15) for _ in range(WINDOW)]) for _ in range(50)) < 0.6


def test_what_does_not_change_has_no_beat() -> None:
    assert regularity([-30.0] * WINDOW) == 0.0
