from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.sounds import RATE, bursts
from sidecast.speech.levelling import MAX_TURN_DB, Levelling
from sidecast.speech.limiter import CEILING_DBFS, true_peak_dbfs
from sidecast.speech.loudness import lufs, weighted_power
from sidecast.speech.take import Samples

pytestmark = pytest.mark.unit


def whole(wave: Samples, target: float) -> Samples:
    return Levelling(RATE, target, lufs(wave, RATE)).whole(wave, weighted_power(wave, RATE))


def in_two(wave: Samples, border: int, target: float, usual: float) -> tuple[Samples, Samples]:
    """The beginning, and the clause from its start."""
    levelling = Levelling(RATE, target, lufs(wave[:border], RATE), usual)
    return levelling.begin(wave[:border]), levelling.go_on(wave, weighted_power(wave, RATE))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0), st.floats(1.0, 25.0), st.floats(-30.0, -14.0))
def test_any_crest_ends_at_the_target_and_below_the_ceiling(seed: int, seconds: float, crest: float, target: float) -> None:
    levelled = whole(bursts(seed, seconds, crest), target)
    assert true_peak_dbfs(levelled) <= CEILING_DBFS + 0.3
    assert lufs(levelled, RATE) == pytest.approx(target, abs=1.0)


def test_gain_alone_is_exact() -> None:
    assert lufs(whole(bursts(1, 2.0, 1.0), -30.0), RATE) == pytest.approx(-30.0, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.0, 25.0), st.floats(-24.0, -10.0), st.floats(-3.0, 3.0))
def test_a_clause_goes_on_exactly_as_it_began(seed: int, crest: float, target: float, surprise: float) -> None:
    """Its first samples were played before the rest was known: a difference would be heard as a click."""
    wave = bursts(seed, 1.5, crest)
    beginning, clause = in_two(wave, round(0.4 * RATE), target, lufs(wave, RATE) + surprise)
    assert beginning.size > 0.38 * RATE
    # the interpolation between samples ends at another place, which moves a limited peak by less than one s16 step
    assert clause[: beginning.size] == pytest.approx(beginning, abs=2e-3)


@pytest.mark.parametrize("surprise", [-3.0, -1.0, 0.0, 1.0, 3.0])
def test_a_clause_that_began_too_loud_or_too_soft_has_the_loudness_in_the_end(surprise: float) -> None:
    wave = bursts(2, 2.0, 1.0)
    _, clause = in_two(wave, round(0.4 * RATE), -18.0, lufs(wave, RATE) + surprise)
    assert lufs(clause, RATE) == pytest.approx(-18.0, abs=0.5)


def test_the_rest_is_turned_slowly_and_not_far() -> None:
    wave = np.full(2 * RATE, 0.1)
    wave[1::2] *= -1.0
    _, clause = in_two(wave, round(0.4 * RATE), -30.0, lufs(wave, RATE) + 40.0)
    gains_db = 20 * np.log10(np.abs(clause) / 0.1)
    assert abs(gains_db[-1] - gains_db[0]) <= MAX_TURN_DB + 0.1
    assert np.max(np.abs(np.diff(gains_db))) * RATE / 1000 < 0.1
