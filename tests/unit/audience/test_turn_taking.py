from __future__ import annotations

import pytest

from sidecast.audience.turn_taking import Floor

pytestmark = pytest.mark.unit

S = 1_000_000_000


def test_there_is_a_pause_after_each_turn() -> None:
    floor = Floor(pause_s=1.5)
    assert floor.may_speak(0)
    assert floor.wait_s(0) == 0
    floor.turn_started()
    assert not floor.may_speak(5 * S)
    floor.turn_ended(10 * S)
    assert floor.wait_s(10 * S) == 1.5
    assert floor.wait_s(11 * S) == 0.5
    assert not floor.may_speak(11 * S)
    assert floor.may_speak(round(11.5 * S))
    assert floor.wait_s(20 * S) == 0


def test_what_arrives_in_the_pause_did_not_find_the_host_free() -> None:
    floor = Floor(pause_s=1.0)
    floor.turn_started()
    floor.turn_ended(10 * S)
    assert floor.free_since_ns == 11 * S


def test_mute_and_stop_close_the_floor_each_on_its_own() -> None:
    floor = Floor(pause_s=0)
    floor.muted = floor.stopped = True
    floor.muted = False
    assert not floor.open
    assert not floor.may_speak(0)
    floor.stopped = False
    assert floor.open
    assert floor.may_speak(0)


def test_whoever_hurries_ends_the_pause_that_is_on() -> None:
    floor = Floor(1.0)
    floor.turn_started()
    floor.turn_ended(10 * S)
    floor.hurry(10 * S + S // 2)
    assert floor.wait_s(10 * S + S // 2) == 0
    floor.hurry(20 * S)
    assert floor.free_since_ns == 10 * S + S // 2, "who was free already was free since then"


def test_whoever_hurries_while_the_host_speaks_ends_the_pause_after_that_turn_only() -> None:
    floor = Floor(1.0)
    floor.turn_started()
    floor.hurry(5 * S)
    floor.turn_ended(6 * S)
    assert floor.wait_s(6 * S) == 0
    floor.turn_started()
    floor.turn_ended(8 * S)
    assert floor.wait_s(8 * S) == 1
