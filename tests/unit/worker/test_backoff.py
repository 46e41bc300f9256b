from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.worker.backoff import Backoff

pytestmark = pytest.mark.unit


def test_delays_double_within_their_jitter_until_the_breaker_opens() -> None:
    backoff = Backoff(random.Random(1), first_s=0.1, most_s=10.0, breaks_after=4)
    for n in range(4):
        assert not backoff.broken
        assert 0.05 * 2**n <= backoff.failed() <= 0.15 * 2**n
    assert backoff.broken
    assert 5.0 <= backoff.failed() <= 10.0


def test_a_success_starts_over() -> None:
    backoff = Backoff(random.Random(1), first_s=0.1, breaks_after=2)
    backoff.failed()
    backoff.failed()
    backoff.succeeded()
    assert not backoff.broken
    assert backoff.failed() <= 0.15


def test_two_clients_do_not_try_in_step() -> None:
    one, other = (Backoff(random.Random(seed)) for seed in (1, 2))
    assert [one.failed() for _ in range(5)] != [other.failed() for _ in range(5)]


@given(st.integers(0, 5000), st.integers(0, 2**32))
def test_it_never_waits_longer_than_the_most_and_never_gives_up(failures: int, seed: int) -> None:
    backoff = Backoff(random.Random(seed), most_s=30.0, breaks_after=10_000, failures=failures)
    assert 0 < backoff.failed() <= 30.0
