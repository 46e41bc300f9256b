"""How much quieter, at any time."""

from __future__ import annotations

import pytest

from sidecast.obs.ducking.glide import AT_MOST_S, DOWN_S, HOLD_S, UP_S, Glide

pytestmark = pytest.mark.unit

S = 10**9


def at(seconds: float) -> int:
    return round(seconds * S)


def test_at_first_nothing_is_changed() -> None:
    glide = Glide(-12.0)
    assert glide.level_db(at(5)) == 0.0
    assert glide.rests_s(at(5)) is None
    glide.up(at(6))
    assert glide.level_db(at(60)) == 0.0


def test_down_in_a_straight_line_and_up_after_a_while() -> None:
    glide = Glide(-12.0)
    glide.down(at(10))
    assert glide.level_db(at(10)) == 0.0
    assert glide.level_db(at(10 + DOWN_S / 2)) == pytest.approx(-6.0)
    assert glide.moves(at(10 + DOWN_S / 2))
    assert glide.level_db(at(10 + DOWN_S)) == -12.0
    assert not glide.moves(at(10 + DOWN_S))

    glide.up(at(15))
    assert glide.rests_s(at(15)) == pytest.approx(HOLD_S)
    assert glide.level_db(at(15 + HOLD_S * 0.99)) == -12.0
    assert glide.level_db(at(15 + HOLD_S + UP_S / 2)) == pytest.approx(-6.0)
    assert glide.level_db(at(15 + HOLD_S + UP_S)) == 0.0
    assert glide.rests_s(at(15 + HOLD_S + UP_S)) is None


def test_between_two_clauses_it_stays_down() -> None:
    glide = Glide(-12.0)
    glide.down(0)
    glide.up(at(3))
    glide.down(at(3 + HOLD_S / 2))
    assert [glide.level_db(at(3 + tenth / 10)) for tenth in range(100)] == [-12.0] * 100


def test_from_wherever_it_is() -> None:
    glide = Glide(-12.0)
    glide.down(0)
    glide.up(at(DOWN_S / 2), at_once=True)
    assert glide.level_db(at(DOWN_S / 2)) == pytest.approx(-6.0)
    assert glide.level_db(at(DOWN_S / 2 + UP_S / 2)) == pytest.approx(-3.0)
    glide.down(at(DOWN_S / 2 + UP_S / 2))
    assert glide.level_db(at(DOWN_S / 2 + UP_S / 2)) == pytest.approx(-3.0)
    assert glide.level_db(at(DOWN_S * 1.5 + UP_S / 2)) == -12.0


def test_a_stop_does_not_hold() -> None:
    glide = Glide(-12.0)
    glide.down(0)
    glide.up(at(5), at_once=True)
    assert glide.level_db(at(5 + UP_S)) == 0.0


def test_an_end_that_is_never_told_is_an_end() -> None:
    glide = Glide(-12.0)
    glide.down(0)
    assert glide.level_db(at(AT_MOST_S - 1)) == -12.0
    assert glide.level_db(at(AT_MOST_S + UP_S)) == 0.0


def test_looked_at_late_it_is_where_it_would_be() -> None:
    glide = Glide(-12.0)
    glide.down(0)
    glide.up(at(5))
    assert glide.level_db(at(100)) == 0.0
    assert not glide.moves(at(100))


def test_it_never_leaves_its_bounds() -> None:
    glide = Glide(-60.0)
    for tenth in range(600):
        now = at(tenth / 10)
        if tenth % 37 == 0:
            glide.down(now)
        if tenth % 23 == 0:
            glide.up(now, at_once=tenth % 2 == 0)
        assert -60.0 <= glide.level_db(now) <= 0.0
