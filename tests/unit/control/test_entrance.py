"""The entrance: links work once and for ten minutes; sessions are known, bounded, and end."""

from __future__ import annotations

import pytest

from sidecast.clock import LoopClock
from sidecast.control.entrance import LINK_MINUTES, MAX_LINKS, MAX_SESSIONS, SESSION_HOURS, Entrance

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
    token = entrance.use(key)
    assert token is not None
    assert entrance.knows(token)
    assert entrance.use(key) is None
    assert entrance.knows(token)


def test_keys_are_long_and_never_alike(entrance: Entrance) -> None:
    keys = {entrance.mint() for _ in range(100)}
    assert len(keys) == 100
    assert min(map(len, keys)) >= 32


@pytest.mark.parametrize("key", ["", "x", "\ud800", "é" * 100])
def test_what_is_no_key_does_not_let_in(entrance: Entrance, key: str) -> None:
    entrance.mint()
    assert entrance.use(key) is None
    assert not entrance.knows(key)


def test_a_key_is_no_session_and_a_session_is_no_key(entrance: Entrance) -> None:
    key = entrance.mint()
    assert not entrance.knows(key)
    token = entrance.use(key)
    assert token is not None
    assert entrance.use(token) is None


def test_a_link_is_too_old_after_ten_minutes(entrance: Entrance, times: Times) -> None:
    early, late = entrance.mint(), entrance.mint()
    times.now_s = LINK_MINUTES * 60 - 0.001
    assert entrance.use(early) is not None
    times.now_s = LINK_MINUTES * 60
    assert entrance.use(late) is None


def test_a_session_ends_after_a_day(entrance: Entrance, times: Times) -> None:
    token = entrance.use(entrance.mint())
    assert token is not None
    times.now_s = SESSION_HOURS * 3600 - 1
    assert entrance.knows(token)
    times.now_s += 1
    assert not entrance.knows(token)


def test_only_the_newest_links_and_sessions_are_kept(entrance: Entrance) -> None:
    keys = [entrance.mint() for _ in range(MAX_LINKS + 1)]
    assert entrance.use(keys[0]) is None
    tokens = [entrance.use(entrance.mint()) or "" for _ in range(MAX_SESSIONS + 1)]
    assert not entrance.knows(tokens[0])
    assert all(entrance.knows(token) for token in tokens[1:])


def test_nothing_in_memory_shows_a_key(entrance: Entrance) -> None:
    key = entrance.mint()
    token = entrance.use(entrance.mint()) or ""
    assert token
    assert key not in repr(entrance)
    assert key not in str(vars(entrance))
    assert token not in str(vars(entrance))
