"""The host waits for the streamer, and not for ever."""

from __future__ import annotations

import pytest

from sidecast.obs.room.manners import BREATH_S, Manners

pytestmark = pytest.mark.unit

S = 10**9


def test_nobody_speaks() -> None:
    assert Manners().may_begin(0)


def test_it_waits_until_they_have_taken_breath() -> None:
    manners = Manners(at_most_s=20)
    manners.streamer(True, 1 * S)
    assert manners.wait_s(2 * S) == 20.0
    assert manners.wait_s(5 * S) == 17.0
    manners.streamer(False, 6 * S)
    assert manners.wait_s(6 * S) == pytest.approx(BREATH_S)
    assert manners.wait_s(6 * S + round(BREATH_S * S)) == 0.0
    assert manners.began(7 * S) == ""
    assert (manners.waited, manners.went_on) == (1, 0)


def test_after_a_while_it_goes_on_anyway_and_says_so() -> None:
    manners = Manners(at_most_s=20)
    manners.streamer(True, 0)
    assert not manners.may_begin(100 * S)
    assert not manners.may_begin(119 * S)
    assert manners.may_begin(120 * S)
    assert manners.may_begin(121 * S)
    assert "20 s" in manners.began(120 * S)
    assert (manners.waited, manners.went_on) == (1, 1)
    # the next turn waits anew
    assert manners.wait_s(130 * S) == 20.0


def test_patience_is_not_renewed_by_pauses() -> None:
    manners = Manners(at_most_s=10)
    for second in range(0, 10, 2):
        manners.streamer(True, second * S)
        assert not manners.may_begin(second * S)
        manners.streamer(False, (second + 1) * S)
        assert not manners.may_begin((second + 1) * S)
    manners.streamer(True, 10 * S)
    assert manners.may_begin(10 * S)


def test_who_gave_up_waits_anew() -> None:
    manners = Manners(at_most_s=10)
    manners.streamer(True, 0)
    assert not manners.may_begin(1 * S)
    manners.gave_up()
    assert manners.wait_s(30 * S) == 10.0


def test_switched_off_it_never_waits() -> None:
    manners = Manners(on=False)
    manners.streamer(True, 0)
    assert manners.may_begin(1 * S)
    manners.on = True
    assert not manners.may_begin(2 * S)
