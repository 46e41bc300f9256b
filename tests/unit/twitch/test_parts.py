"""The pure parts: points, permissions, hidden values."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.chat.eventsub.wanted import WANTED
from sidecast.flow.twitch import Account, Feature
from sidecast.twitch.hidden import Hidden, hidden
from sidecast.twitch.pace import LONGEST_S, Pace
from sidecast.twitch.scopes import FEATURES, PLAIN, asked_for, lacking, needed

pytestmark = pytest.mark.unit

SECOND = 10**9
ALL = frozenset(Feature)


def test_every_feature_has_words_and_every_permission_has() -> None:
    assert {each.feature for each in FEATURES} == ALL
    assert all(each.title and each.what.endswith(".") for each in FEATURES)
    assert {scope for each in FEATURES for scopes in each.scopes.values() for scope in scopes} == set(PLAIN)


def test_with_all_features_on_all_events_can_be_had() -> None:
    own = needed(ALL, Account.BROADCASTER, own_bot=True)
    assert not {each.type: each.missing(own) for each in WANTED if each.missing(own)}


@given(st.frozensets(st.sampled_from(Feature)), st.frozensets(st.sampled_from(sorted(PLAIN))), st.booleans())
def test_never_less_is_asked_for_than_is_granted(features: frozenset[Feature], granted: frozenset[str], own_bot: bool) -> None:
    wanted = needed(features, Account.BROADCASTER, own_bot=own_bot)
    asked = asked_for(wanted, granted)
    assert asked == wanted | granted
    assert not lacking(wanted, asked)


@given(st.frozensets(st.sampled_from(Feature)))
def test_without_a_bot_the_streamer_does_its_part(features: frozenset[Feature]) -> None:
    both = needed(features, Account.BROADCASTER, own_bot=True) | needed(features, Account.BOT, own_bot=True)
    assert needed(features, Account.BROADCASTER, own_bot=False) == both
    assert ("user:write:chat" in both) is (Feature.WRITE in features)


def test_the_permission_to_change_something_contains_that_to_see_it() -> None:
    assert not lacking(["channel:read:polls"], frozenset({"channel:manage:polls"}))
    assert lacking(["channel:manage:polls"], frozenset({"channel:read:polls"})) == {"channel:manage:polls"}


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=3000))
def test_no_more_points_are_used_than_twitch_gives(pauses_ms: list[int]) -> None:
    """Its bucket: 800 points, filled again within a minute."""
    pace, now, bucket, filled = Pace(), 0, 800.0, 0
    for pause in pauses_ms * 2:
        now += pause * 1_000_000
        now += round(pace.wait_s(now) * 1e9)
        pace.take(now)
        bucket = min(800.0, bucket + (now - filled) / 1e9 * 800 / 60) - 1
        filled = now
        assert bucket >= 0


def test_what_others_use_of_the_bucket_is_heard_of() -> None:
    pace = Pace()
    pace.heard({"ratelimit-limit": "800", "ratelimit-remaining": "10"}, SECOND)
    assert pace.wait_s(SECOND) == pytest.approx((1 + 20 - 10) * 60 / 800)
    pace.heard({"ratelimit-limit": "800", "ratelimit-remaining": "700"}, SECOND)
    assert pace.wait_s(SECOND) > 0, "an answer that was overtaken gives nothing back"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"ratelimit-reset": "1030"}, 30.0),
        ({"ratelimit-reset": "900"}, 1.0),
        ({"ratelimit-reset": "99999999"}, LONGEST_S),
        ({"retry-after": "7", "ratelimit-reset": "1030"}, 7.0),
        ({"retry-after": "nan"}, 1.0),
        ({"ratelimit-reset": "soon"}, 1.0),
        ({}, 1.0),
    ],
)
def test_a_429_stops_everything_for_as_long_as_it_says_and_no_clock_stops_it_for_good(
    headers: dict[str, str], seconds: float
) -> None:
    pace = Pace()
    assert pace.told_to_wait(headers, 5 * SECOND, 1_000_000) == seconds
    assert pace.wait_s(5 * SECOND) >= seconds
    assert pace.wait_s(5 * SECOND + round((seconds + 0.1) * SECOND)) == 0


@given(st.dictionaries(st.sampled_from(["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"]), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    pace = Pace()
    pace.heard(headers, SECOND)
    assert 0 <= pace.told_to_wait(headers, SECOND, 0) <= LONGEST_S
    assert pace.wait_s(200 * SECOND) <= LONGEST_S


def test_a_hidden_value_shows_itself_to_nobody() -> None:
    value = Hidden("abcdefghij0123456789")
    told = [repr(value), str(value), f"{value}", repr([value]), repr({"a": value}), f"{value!r:>10}"]
    assert not any("abcdef" in each for each in told)
    assert value == Hidden("abcdefghij0123456789") != Hidden("another")
    with pytest.raises(TypeError):
        pickle.dumps(value)


@pytest.mark.parametrize("value", ["", "two words", "line\nbreak", "ümlaut", "x" * 3000, None, 7, ["x"]])
def test_what_is_no_token_is_none(value: object) -> None:
    assert hidden(value) is None
