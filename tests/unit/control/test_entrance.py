"""The entrance: links work once and for ten minutes, and are bounded."""

from __future__ import annotations

import pytest

from sidecast.clock import LoopClock
from sidecast.control.entrance import LINK_MINUTES, MAX_LINKS, Entrance

pytestmark = pytest.mark.unit


class Times:
    now_s = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def entrance(times: Times) -> Entrance:
    return Entrance(LoopClock(lambda: times.now_s))


def test_a_link_lets_in_once(entrance: Entrance) -> None:
    key = entrance.mint()
    assert entrance.use(key)
    assert not entrance.use(key)


def test_keys_are_long_and_never_alike(entrance: Entrance) -> None:
    keys = {entrance.mint() for _ in range(100)}
    assert len(keys) == 100
    assert min(map(len, keys)) >= 32


@pytest.mark.parametrize("key", ["", "x", "\ud800", "é" * 100])
def test_what_is_no_key_does_not_let_in(entrance: Entrance, key: str) -> None:
    entrance.mint()
    assert not entrance.use(key)


def test_a_link_is_too_old_after_ten_minutes(entrance: Entrance, times: Times) -> None:
    early, late = entrance.mint(), entrance.mint()
    times.now_s = LINK_MINUTES * 60 - 0.001
    assert entrance.use(early)
    times.now_s = LINK_MINUTES * 60
    assert not entrance.use(late)


def test_only_the_newest_links_are_kept(entrance: Entrance) -> None:
    keys = [entrance.mint() for _ in range(MAX_LINKS + 1)]
    assert not entrance.use(keys[0])
    assert all(entrance.use(key) for key in keys[1:])


def test_nothing_in_memory_shows_a_key(entrance: Entrance) -> None:
    key = entrance.mint()
    assert key not in repr(entrance)
    assert key not in str(vars(entrance))
