"""Different people within a window: against a plain count of everything, and bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.audience.crowds import Crowds

pytestmark = pytest.mark.unit

S = 1_000_000_000
Deed = tuple[int, str, int, bool]


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("ab"), st.integers(1, 4), st.booleans()), max_size=60))
def test_a_crowd_is_whoever_did_it_within_the_window(deeds: list[Deed]) -> None:
    crowds, done, now = Crowds(10.0), list[Deed](), 0
    for after_s, key, author, stranger in deeds:
        now += after_s
        crowd = crowds.add(now * S, key, author, stranger=stranger)
        done.append((now, key, author, stranger))
        alive = [deed for deed in done if deed[0] >= now - 10 and deed[1] == key]
        assert set(crowd.members) == {deed[2] for deed in alive}
        assert set(crowd.strangers) == {deed[2] for deed in alive if deed[3]}
        assert crowds.span_s(key, now * S) == now - alive[0][0]
    crowds.expire((now + 11) * S)
    assert len(crowds) == len(crowds.get("a")) == len(crowds.get("b")) == 0


def test_too_many_shorten_the_window() -> None:
    crowds = Crowds(10.0, limit=100)
    for number in range(1000):
        crowd = crowds.add(number, "all", number, stranger=False)
        assert len(crowds) <= 100
    assert len(crowd) == 100
