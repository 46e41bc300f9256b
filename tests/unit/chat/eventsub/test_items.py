"""Notifications → messages, events and removals: every type that is asked for, and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.eventsub_frames import BO, CHANNEL, CHEER, KAPPA, REPLY, chat, fragment, notification
from fakes.eventsub_payloads import EVENTS, moderate, notice
from sidecast.chat.eventsub.envelope import Bad, Envelope, read
from sidecast.chat.eventsub.items import items_of
from sidecast.chat.eventsub.wanted import WANTED, Ids
from sidecast.chat.left_out import LeftOut
from sidecast.flow.chat import (
    Author,
    ChannelEvent,
    ChatMessage,
    EventKind,
    Fragment,
    FragmentKind,
    Incoming,
    Removal,
    RemovalScope,
    Role,
)

pytestmark = pytest.mark.unit

SENT_MS = 1_763_920_800_123
MESSAGE = "97c28382-e8d2-45a0-bb5d-2305fc4ef139"


def item(subscription: str, event: dict[str, Any]) -> Incoming | LeftOut | Bad | None:
    envelope = read(json.dumps(notification(subscription, event, id_="n-1")))
    assert isinstance(envelope, Envelope)
    return items_of(envelope, "1", 7)


def message(*fragments: dict[str, Any], **more: Any) -> ChatMessage:
    found = item("channel.chat.message", chat(*fragments, **more))
    assert isinstance(found, ChatMessage)
    return found


def event(subscription: str, given: dict[str, Any]) -> ChannelEvent:
    found = item(subscription, given)
    assert isinstance(found, ChannelEvent)
    return found


def removal(subscription: str, given: dict[str, Any]) -> Removal:
    found = item(subscription, given)
    assert isinstance(found, Removal)
    return found


def test_there_is_an_event_of_every_wanted_type_and_each_is_read() -> None:
    assert set(EVENTS) == {wanted.type for wanted in WANTED}
    for subscription, given in EVENTS.items():
        found = item(subscription, given)
        assert isinstance(found, ChatMessage | ChannelEvent | Removal), subscription
        assert not isinstance(found, ChannelEvent) or found.kind is not EventKind.UNKNOWN, subscription
        assert (found.channel, found.sent_ms, found.arrived_ns) == ("kit", SENT_MS, 7), subscription


def test_a_message_is_whole() -> None:
    found = message(
        BO,
        fragment("text", " gg "),
        KAPPA,
        fragment("text", " "),
        CHEER,
        reply=REPLY,
        cheer={"bits": 100},
        message_type="user_intro",
        channel_points_custom_reward_id="reward-1",
        badges=[{"set_id": name, "id": "1", "info": ""} for name in ("moderator", "vip", "founder", "sub-gifter", "new-badge")],
    )
    assert found == ChatMessage(
        id=MESSAGE,
        author=Author(id="2", name="Mika", roles=frozenset({Role.MODERATOR, Role.VIP, Role.SUBSCRIBER}), colour="#FF0000"),
        text="@bo gg Kappa Cheer100",
        arrived_ns=7,
        channel="kit",
        fragments=(
            Fragment(FragmentKind.MENTION, "@bo", "3"),
            Fragment(FragmentKind.TEXT, " gg "),
            Fragment(FragmentKind.EMOTE, "Kappa", "25"),
            Fragment(FragmentKind.TEXT, " "),
            Fragment(FragmentKind.CHEER, "Cheer100"),
        ),
        reply_to="b7f3f0d4-3c3a-4a11-9a31-8a3f6e0c1d52",
        sent_ms=SENT_MS,
        first=True,
        bits=100,
        reward_id="reward-1",
    )


def test_a_message_of_nothing_but_text_has_no_fragments() -> None:
    assert message(fragment("text", "hi "), fragment("text", "Kit")).fragments == ()
    assert message(fragment("text", "hi "), fragment("sticker", "Kit")).fragments == ()


def test_fragments_that_do_not_add_up_are_left_out_and_the_text_stays() -> None:
    found = message(KAPPA, fragment("text", " gg"), message={"text": "other", "fragments": [KAPPA]})
    assert (found.text, found.fragments) == ("other", ())


def test_an_action_is_what_it_says() -> None:
    found = message(fragment("text", "\x01ACTION waves "), KAPPA, fragment("text", "\x01"))
    assert found.text == "waves Kappa"
    assert [part.text for part in found.fragments] == ["waves ", "Kappa"]
    assert item("channel.chat.message", chat(fragment("text", "\x01VERSION\x01"))) is LeftOut.CLIENT_REQUEST


def test_a_broadcaster_without_a_badge_is_one_all_the_same() -> None:
    found = message(fragment("text", "hi"), chatter_user_id="1", chatter_user_name="Kit", badges=[])
    assert found.author.roles == {Role.BROADCASTER}


def test_twitch_s_own_rewards_are_rewards() -> None:
    assert message(fragment("text", "hi"), message_type="channel_points_highlighted").reward_id == "send_highlighted_message"
    assert message(fragment("text", "hi"), message_type="power_ups_message_effect").reward_id == ""


def test_names_and_colours_that_are_none_are_made_up_for() -> None:
    found = message(fragment("text", "hi"), chatter_user_name="  ", color="red")
    assert (found.author.name, found.author.colour) == ("mika", "")


def test_what_is_too_long_is_cut() -> None:
    found = message(KAPPA, fragment("text", "x" * 9000), chatter_user_name="y" * 900)
    assert len(found.text) == 4096
    assert found.fragments == ()
    assert len(found.author.name) == 128


def test_shared_chat_is_read_once_and_never_moderated_for_the_other_channel() -> None:
    elsewhere = {"source_broadcaster_user_id": "5", "source_broadcaster_user_login": "ayla", "source_message_id": "s-1"}
    own = {**elsewhere, "source_broadcaster_user_id": "1"}
    assert item("channel.chat.message", chat(fragment("text", "hi"), **elsewhere)) is LeftOut.SHARED_CHAT
    assert message(fragment("text", "hi"), **own).text == "hi"
    assert item("channel.chat.notification", notice("shared_chat_resub", {}, **elsewhere)) is LeftOut.SHARED_CHAT
    for action in ("shared_chat_ban", "shared_chat_timeout", "shared_chat_delete", "shared_chat_unban"):
        given = moderate(action, {"user_id": "2", "message_id": MESSAGE}, **elsewhere)
        assert item("channel.moderate", given) is LeftOut.SHARED_CHAT


def test_what_is_addressed_to_another_channel_is_left_out() -> None:
    assert item("channel.follow", {**EVENTS["channel.follow"], "broadcaster_user_id": "8"}) is LeftOut.OTHER_CHANNEL
    assert item("channel.raid", {**EVENTS["channel.raid"], "to_broadcaster_user_id": "8"}) is LeftOut.OTHER_CHANNEL
    assert item("channel.tomorrow", {"broadcaster_user_id": "8"}) is LeftOut.OTHER_CHANNEL


@pytest.mark.parametrize(
    ("given", "kind", "amount"),
    [
        (notice("sub", {"sub_tier": "1000", "is_prime": False, "duration_months": 1}), EventKind.SUB, 0),
        (notice("resub", {"cumulative_months": 14}), EventKind.RESUB, 14),
        (notice("sub_gift", {"community_gift_id": None, "recipient_user_id": "4"}), EventKind.GIFT, 1),
        (notice("community_sub_gift", {"id": "g", "total": 5}), EventKind.GIFT, 5),
        (notice("gift_paid_upgrade", {"gifter_is_anonymous": True}), EventKind.SUB, 0),
        (notice("raid", {"user_id": "2", "viewer_count": 42}), EventKind.RAID, 42),
        (notice("announcement", {"color": "PRIMARY"}), EventKind.ANNOUNCEMENT, 0),
        (notice("bits_badge_tier", {"tier": 1000}), EventKind.NOTICE, 1000),
        (notice("watch_a_thon", {"minutes": 3}), EventKind.UNKNOWN, 0),
    ],
)
def test_notices_are_events(given: dict[str, Any], kind: EventKind, amount: int) -> None:
    found = event("channel.chat.notification", given)
    assert (found.kind, found.amount, found.raw_kind) == (kind, amount, given["notice_type"])
    assert found.id == given["message_id"]  # as IRC numbers it
    assert found.author is not None
    assert found.author.roles == {Role.SUBSCRIBER}


def test_one_of_many_gifts_is_left_out_however_it_is_told() -> None:
    given = notice("sub_gift", {"community_gift_id": "g", "recipient_user_id": "4"})
    assert item("channel.chat.notification", given) is LeftOut.PART_OF_GIFT
    assert item("channel.subscribe", {**EVENTS["channel.subscribe"], "is_gift": True}) is LeftOut.PART_OF_GIFT


@pytest.mark.parametrize(
    ("subscription", "given"),
    [
        (
            "channel.chat.notification",
            notice("community_sub_gift", {"total": 2}, chatter_user_id=None, chatter_user_name=None, chatter_is_anonymous=True),
        ),
        (
            "channel.chat.notification",
            notice("sub_gift", {}, chatter_user_id="274598607", chatter_user_name="AnAnonymousGifter"),
        ),
        (
            "channel.subscription.gift",
            {**EVENTS["channel.subscription.gift"], "is_anonymous": True, "user_id": None, "user_name": None},
        ),
        ("channel.cheer", {**EVENTS["channel.cheer"], "is_anonymous": True, "user_id": None, "user_name": None}),
    ],
)
def test_who_gives_without_a_name_has_none(subscription: str, given: dict[str, Any]) -> None:
    assert event(subscription, given).author is None


def test_a_donation_says_how_much() -> None:
    given = notice("charity_donation", {"amount": {"value": 1250, "decimal_place": 2, "currency": "USD"}})
    assert event("channel.chat.notification", given).title == "12.50 USD"


@pytest.mark.parametrize(
    ("subscription", "kind", "amount", "words"),
    [  # words: title, text, what it is about
        ("channel.follow", EventKind.FOLLOW, 0, ("", "", "")),
        ("channel.subscribe", EventKind.SUB, 0, ("", "", "")),
        ("channel.subscription.gift", EventKind.GIFT, 5, ("", "", "")),
        ("channel.subscription.message", EventKind.RESUB, 14, ("", "still here Kappa", "")),
        ("channel.cheer", EventKind.CHEER, 100, ("", "Cheer100 wow", "")),
        ("channel.raid", EventKind.RAID, 42, ("", "", "")),
        (
            "channel.channel_points_custom_reward_redemption.add",
            EventKind.REDEMPTION,
            0,
            ("Ask for a poem", "a poem about foxes", "redemption-1"),
        ),
        ("channel.poll.begin", EventKind.POLL, 0, ("What next?", "Puzzle, Race", "poll-1")),
        ("channel.poll.end", EventKind.POLL, 17, ("What next?", "Puzzle 12, Race 5", "poll-1")),
        ("channel.prediction.progress", EventKind.PREDICTION, 12, ("Will Kit win?", "Yes 10, No 2", "prediction-1")),
        ("channel.prediction.end", EventKind.PREDICTION, 10, ("Will Kit win?", "Yes 10", "prediction-1")),
        ("channel.hype_train.progress", EventKind.HYPE_TRAIN, 2, ("golden kappa", "", "train-1")),
        ("channel.ad_break.begin", EventKind.AD_BREAK, 60, ("", "", "")),
        ("channel.shoutout.receive", EventKind.SHOUT_OUT, 860, ("", "", "")),
        ("stream.online", EventKind.STREAM_ON, 0, ("", "", "9001")),
        ("stream.offline", EventKind.STREAM_OFF, 0, ("", "", "")),
        ("channel.shield_mode.begin", EventKind.MODERATION, 0, ("shield mode on", "", "")),
        ("channel.shield_mode.end", EventKind.MODERATION, 0, ("shield mode off", "", "")),
        ("channel.chat_settings.update", EventKind.MODERATION, 0, ("slow mode 30 s, followers of 10 min only", "", "")),
        ("channel.suspicious_user.message", EventKind.MODERATION, 0, ("suspicious user: active monitoring", "", "m-suspicious")),
    ],
)
def test_happenings_are_events(subscription: str, kind: EventKind, amount: int, words: tuple[str, str, str]) -> None:
    found = event(subscription, EVENTS[subscription])
    assert (found.kind, found.amount, (found.title, found.text, found.about)) == (kind, amount, words)
    assert (found.id, found.raw_kind) == ("n-1", subscription)


def test_a_redemption_names_its_reward() -> None:
    subscription = "channel.channel_points_custom_reward_redemption.add"
    assert event(subscription, EVENTS[subscription]).reward_id == "reward-1"


@pytest.mark.parametrize(
    ("subscription", "given", "scope", "message_id", "author_id"),
    [
        ("channel.chat.message_delete", EVENTS["channel.chat.message_delete"], RemovalScope.MESSAGE, MESSAGE, ""),
        ("channel.chat.clear", EVENTS["channel.chat.clear"], RemovalScope.CHAT, "", ""),
        ("channel.chat.clear_user_messages", EVENTS["channel.chat.clear_user_messages"], RemovalScope.USER, "", "2"),
        ("automod.message.hold", EVENTS["automod.message.hold"], RemovalScope.HELD, "held-1", ""),
        ("automod.message.update", EVENTS["automod.message.update"], RemovalScope.MESSAGE, "held-1", ""),
        (
            "automod.message.update",
            {**EVENTS["automod.message.update"], "status": "Expired"},
            RemovalScope.MESSAGE,
            "held-1",
            "",
        ),
        ("channel.ban", {**CHANNEL, "user_id": "2", "is_permanent": True}, RemovalScope.USER, "", "2"),
        ("channel.moderate", moderate("clear"), RemovalScope.CHAT, "", ""),
        ("channel.moderate", moderate("ban", {"user_id": "2", "reason": ""}), RemovalScope.USER, "", "2"),
        ("channel.moderate", moderate("timeout", {"user_id": "2"}), RemovalScope.USER, "", "2"),
        ("channel.moderate", moderate("delete", {"user_id": "2", "message_id": "m-2"}), RemovalScope.MESSAGE, "m-2", ""),
    ],
)
def test_what_is_taken_away_is_a_removal(
    subscription: str, given: dict[str, Any], scope: RemovalScope, message_id: str, author_id: str
) -> None:
    found = removal(subscription, given)
    assert (found.scope, found.message_id, found.author_id) == (scope, message_id, author_id)
    assert found.reason


def test_a_removal_hits_the_message_that_came_before() -> None:
    written = message(fragment("text", "hi Kit"))
    assert removal("channel.chat.message_delete", EVENTS["channel.chat.message_delete"]).hits(written)
    assert removal("channel.chat.clear_user_messages", EVENTS["channel.chat.clear_user_messages"]).hits(written)


def test_acts_that_take_nothing_away_are_told_without_whom_they_are_done_to() -> None:
    found = event("channel.moderate", EVENTS["channel.moderate"])
    assert (found.kind, found.title, found.about) == (EventKind.MODERATION, "warn", "")
    assert found.author == Author(id="9", name="Mo", roles=frozenset({Role.MODERATOR}))
    let_through = event("automod.message.update", {**EVENTS["automod.message.update"], "status": "Approved"})
    assert (let_through.title, let_through.about, let_through.text) == ("approved", "held-1", "")
    assert event("channel.moderate", moderate("summon", None)).kind is EventKind.UNKNOWN


def test_what_twitch_adds_tomorrow_is_kept_under_its_own_name() -> None:
    found = event("channel.tomorrow.begin", {**CHANNEL, "user_id": "3", "user_name": "Bo", "surprise": [1, {"a": None}]})
    assert (found.kind, found.raw_kind, found.author) == (EventKind.UNKNOWN, "channel.tomorrow.begin", Author(id="3", name="Bo"))
    assert event("drop.entitlement.grant", {"user_id": 3}).author is None


@pytest.mark.parametrize(
    ("subscription", "broken"),
    [
        ("channel.chat.message", {"message": None}),
        ("channel.chat.message", {"message": {"text": 1}}),
        ("channel.chat.message", {"message": {"text": "x", "fragments": ["x"]}}),
        ("channel.chat.message", {"chatter_user_id": ""}),
        ("channel.chat.message", {"chatter_user_name": "", "chatter_user_login": None}),
        ("channel.chat.message", {"message_id": 5}),
        ("channel.chat.message", {"message_id": "x" * 300}),
        ("channel.chat.message", {"cheer": {"bits": -1}}),
        ("channel.chat.message", {"cheer": {"bits": 1e300}}),
        ("channel.chat.message", {"cheer": {"bits": True}}),
        ("channel.chat.message", {"badges": {}}),
        ("channel.follow", {"user_id": None}),
        ("channel.raid", {"viewers": [3]}),
        ("channel.poll.end", {"choices": "x"}),
        ("channel.moderate", {"action": None}),
        ("channel.chat.message_delete", {"message_id": None}),
        ("channel.chat.clear_user_messages", {"target_user_id": {}}),
        ("channel.channel_points_custom_reward_redemption.add", {"reward": None}),
    ],
)
def test_a_broken_payload_is_told_by_its_reason(subscription: str, broken: dict[str, Any]) -> None:
    assert item(subscription, {**EVENTS[subscription], **broken}) is Bad.FIELDS


def test_a_notification_of_nothing_is_bad() -> None:
    envelope = read(json.dumps(notification("channel.follow", None)))  # type: ignore[arg-type]
    assert isinstance(envelope, Envelope)
    assert items_of(envelope, "1", 1) is Bad.NO_PAYLOAD


def test_digits_in_a_text_are_a_number() -> None:
    assert event("channel.ad_break.begin", {**EVENTS["channel.ad_break.begin"], "duration_seconds": "60"}).amount == 60


def test_conditions_name_the_channel_and_the_reader() -> None:
    ids = Ids(channel="1", reader="9")
    for wanted in WANTED:
        condition = wanted.condition(ids)
        assert "1" in condition.values(), wanted.type
        assert set(condition) <= {"broadcaster_user_id", "to_broadcaster_user_id", "user_id", "moderator_user_id"}
    assert len({(wanted.type, wanted.version) for wanted in WANTED}) == len(WANTED)


def test_a_scope_to_manage_is_one_to_read() -> None:
    redemptions = next(wanted for wanted in WANTED if "redemption" in wanted.type)
    assert redemptions.allowed(frozenset({"channel:manage:redemptions"}))
    assert not redemptions.allowed(frozenset({"channel:read:polls"}))
    assert redemptions.missing(frozenset()) == {"channel:read:redemptions"}
