"""What may be subscribed to, by whom, how often; and which events a subscription hears of."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.hand_clock import HandClock
from fakes.simulated import EVERY_SCOPE
from sidecast.twitch_sim.eventsub.subscriptions import COST, PER_SESSION, TRANSPORTS, Subscription, Subscriptions
from sidecast.twitch_sim.eventsub.told import Told
from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.oauth.grants import Grants, Token
from sidecast.twitch_sim.refusal import Refused
from sidecast.twitch_sim.world.cast import BOT, furnished

pytestmark = pytest.mark.unit


class Desk:
    def __init__(self) -> None:
        self.world = furnished(HandClock(), Ids(1))
        self.grants = Grants(self.world, Ids(2), (PUBLIC,))
        self.subscriptions = Subscriptions(self.world, Ids(3))
        self.channel = self.world.channel
        self.token = self.grants.issue(PUBLIC, self.channel, EVERY_SCOPE)
        self.sessions: dict[str, str] = {"s1": "", "s2": "", "s3": "", "s4": ""}

    def add(self, kind: str, condition: dict[str, str], *, token: Token | None = None, session: str = "s1") -> Subscription:
        name, _, version = kind.partition("@")
        transport = {"method": "websocket", "session_id": session}
        body = {"type": name, "version": version or "1", "condition": condition, "transport": transport}
        return self.subscriptions.add(token or self.token, body, self.sessions)

    def refusal(self, *given: Any, **more: Any) -> tuple[int, str]:
        with pytest.raises(Refused) as caught:
            self.add(*given, **more)
        return caught.value.status, caught.value.message

    @property
    def here(self) -> dict[str, str]:
        return {"broadcaster_user_id": self.channel.id}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_subscription_is_there_once_on_a_session(desk: Desk) -> None:
    first = desk.add("channel.cheer", desk.here)
    assert (first.status, first.cost) == ("enabled", 0)
    assert desk.refusal("channel.cheer", desk.here) == (409, "subscription already exists")
    assert desk.add("channel.cheer", desk.here, session="s2").session_id == "s2"


def test_what_is_wrong_is_said_with_twitchs_status(desk: Desk) -> None:
    assert desk.refusal("channel.cheer", desk.here, session="gone")[0] == 400
    assert desk.refusal("channel.nonsense", desk.here) == (400, "invalid subscription type and version")
    assert desk.refusal("channel.follow@1", desk.here) == (400, "invalid subscription type and version")
    assert desk.refusal("channel.cheer", {}) == (400, "invalid condition")
    assert desk.refusal("channel.cheer", {"broadcaster_user_id": "1", "reward_id": "2"}) == (400, "invalid condition")
    assert desk.refusal("channel.chat.message", desk.here) == (400, "invalid condition")
    app_token = desk.grants.issue(PUBLIC, None)
    assert desk.refusal("channel.cheer", desk.here, token=app_token) == (400, "invalid transport and auth combination")
    desk.sessions["s1"] = "somebody:else"
    assert desk.refusal("channel.cheer", desk.here)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": 1, "version": "1", "condition": {}, "transport": {}},
        {"type": "channel.cheer", "version": "1", "condition": [], "transport": {}},
        {"type": "channel.cheer", "version": "1", "condition": {"broadcaster_user_id": "1"}, "transport": {"method": "webhook"}},
        {
            "type": "channel.cheer",
            "version": "1",
            "condition": {"broadcaster_user_id": "1"},
            "transport": {"method": "websocket"},
        },
    ],
)
def test_a_malformed_request_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    with pytest.raises(Refused, check=lambda error: error.status == 400):
        desk.subscriptions.add(desk.token, body, desk.sessions)


def test_the_right_scope_of_the_right_person_is_needed(desk: Desk) -> None:
    bare = desk.grants.issue(PUBLIC, desk.channel, ["user:read:chat"])
    assert desk.refusal("channel.cheer", desk.here, token=bare)[0] == 403
    bot = desk.world.user(BOT)
    of_bot = desk.grants.issue(PUBLIC, bot, EVERY_SCOPE)
    assert desk.refusal("channel.cheer", desk.here, token=of_bot)[0] == 403
    reads = {**desk.here, "user_id": bot.id}
    assert desk.add("channel.chat.message", reads, token=of_bot)
    assert desk.refusal("channel.chat.message", reads)[0] == 403
    assert desk.add("channel.follow@2", {**desk.here, "moderator_user_id": bot.id}, token=of_bot)
    wren = desk.world.user("wren")
    of_wren = desk.grants.issue(PUBLIC, wren, EVERY_SCOPE)
    assert desk.refusal("channel.follow@2", {**desk.here, "moderator_user_id": wren.id}, token=of_wren, session="s2")[0] == 403


def test_channel_moderate_needs_a_scope_of_each_kind(desk: Desk) -> None:
    condition = {**desk.here, "moderator_user_id": desk.channel.id}
    assert desk.add("channel.moderate@2", condition)
    for left_out in ("moderator:read:vips", "moderator:manage:warnings", "moderator:read:blocked_terms"):
        less = desk.grants.issue(PUBLIC, desk.channel, [scope for scope in EVERY_SCOPE if scope != left_out])
        assert desk.refusal("channel.moderate@2", condition, token=less, session="s2")[0] == 403


def test_three_transports_with_subscriptions_and_no_more(desk: Desk) -> None:
    for session in ("s1", "s2", "s3"):
        desk.add("channel.cheer", desk.here, session=session)
    assert TRANSPORTS == 3
    assert desk.refusal("channel.cheer", desk.here, session="s4")[0] == 429
    desk.subscriptions.end("websocket_disconnected", session_id="s2")
    assert desk.add("channel.cheer", desk.here, session="s4")


def test_what_others_have_not_consented_to_costs(desk: Desk) -> None:
    for number in range(COST):
        stranger = desk.world.user(f"stranger{number}")
        assert desk.add("stream.online", {"broadcaster_user_id": stranger.id}).cost == 1
    one_more = {"broadcaster_user_id": desk.world.user("one_more").id}
    assert desk.refusal("stream.online", one_more)[0] == 429
    assert desk.add("stream.online", desk.here).cost == 0
    assert desk.add("channel.raid", {"to_broadcaster_user_id": desk.world.user("one_more").id}).cost == 0


def test_a_session_has_so_many_and_no_more(desk: Desk) -> None:
    for number in range(PER_SESSION):
        rival = desk.world.user(f"rival{number}")
        desk.add("channel.raid", {"to_broadcaster_user_id": rival.id})
    assert desk.refusal("channel.cheer", desk.here)[0] == 429


def test_an_event_reaches_those_whose_condition_it_fits(desk: Desk) -> None:
    to, away = (
        desk.add("channel.raid", {"to_broadcaster_user_id": "1"}),
        desk.add("channel.raid", {"from_broadcaster_user_id": "1"}),
    )
    raid = Told("channel.raid", "1", {"from_broadcaster_user_id": "2", "to_broadcaster_user_id": "1"})
    assert desk.subscriptions.hearing(raid) == [to]
    leaving = Told("channel.raid", "1", {"from_broadcaster_user_id": "1", "to_broadcaster_user_id": "2"})
    assert desk.subscriptions.hearing(leaving) == [away]
    kind = "channel.channel_points_custom_reward_redemption.add"
    every, one = desk.add(kind, desk.here), desk.add(kind, {**desk.here, "reward_id": "r1"})
    event = {**desk.here, "reward": {"id": "r1"}}
    assert desk.subscriptions.hearing(Told(kind, "1", event)) == [every, one]
    assert desk.subscriptions.hearing(Told(kind, "1", {**event, "reward": {"id": "r2"}})) == [every]
    assert desk.subscriptions.hearing(Told(kind, "2", event)) == []
    assert desk.subscriptions.hearing(Told(kind, "1", {**event, "broadcaster_user_id": "9"})) == []


def test_ended_ones_are_listed_and_hear_nothing(desk: Desk) -> None:
    subscription = desk.add("channel.cheer", desk.here)
    [ended] = desk.subscriptions.end("authorization_revoked", user_id=desk.channel.id)
    assert ended.status == "authorization_revoked"
    assert desk.subscriptions.hearing(Told("channel.cheer", "1", desk.here)) == []
    assert [each.status for each in desk.subscriptions.owned(desk.token)] == ["authorization_revoked"]
    assert desk.subscriptions.remove(subscription.id, desk.token)
    assert not desk.subscriptions.remove(subscription.id, desk.token)
