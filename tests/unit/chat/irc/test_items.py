"""Lines → messages, events, removals, with the traps that real chat has."""

from __future__ import annotations

from typing import Any

import pytest
from irctokens.line import tokenise

from fakes.irc_server import deleted, privmsg, timed_out, usernotice
from sidecast.chat.irc.items import BadItem, gift_of, item_of, part_of_gift
from sidecast.chat.irc.tally import LeftOut
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, FragmentKind, Incoming, Removal, RemovalScope, Role

pytestmark = pytest.mark.unit


def read(line: str) -> Incoming | LeftOut | None:
    return item_of(tokenise(line), "kit", 7, lambda: "made")


def message(line: str) -> ChatMessage:
    item = read(line)
    assert isinstance(item, ChatMessage)
    return item


def event(line: str) -> ChannelEvent:
    item = read(line)
    assert isinstance(item, ChannelEvent)
    return item


def removal(line: str) -> Removal:
    item = read(line)
    assert isinstance(item, Removal)
    return item


def test_a_message_with_everything() -> None:
    item = message(
        privmsg(
            "@Bo hi Kappa Cheer5",
            emotes="25:7-11",
            badges="moderator/1,subscriber/24",
            bits=5,
            first_msg=1,
            reply_parent_msg_id="m-0",
            reply_parent_user_id="id-bo",
            custom_reward_id="r-1",
        )
    )
    assert (item.id, item.author.id, item.author.name, item.author.colour) == ("m-1", "id-mika", "Mika", "#1E90FF")
    assert item.author.roles == {Role.MODERATOR, Role.SUBSCRIBER}
    assert (item.reply_to, item.bits, item.first, item.reward_id, item.reward) == ("m-0", 5, True, "r-1", "")
    assert (item.sent_ms, item.arrived_ns, item.channel) == (1_767_225_600_001, 7, "kit")
    kinds = [part.kind for part in item.fragments if part.kind is not FragmentKind.TEXT]
    assert kinds == [FragmentKind.MENTION, FragmentKind.EMOTE, FragmentKind.CHEER]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"badges": "broadcaster/1,subscriber/3072"}, {Role.BROADCASTER, Role.SUBSCRIBER}),
        ({"badges": "founder/0"}, {Role.SUBSCRIBER}),
        ({"badges": "lead_moderator/1"}, {Role.MODERATOR}),
        ({"badges": "vip/1"}, {Role.VIP}),
        ({"mod": "1"}, {Role.MODERATOR}),
        ({"user-type": "mod"}, {Role.MODERATOR}),
        ({"vip": "1"}, {Role.VIP}),
        ({"badges": "moderators/1,no_audio/1,,/,"}, set()),
        ({"user-type": "staff", "badges": "staff/1"}, set()),
    ],
)
def test_roles_come_from_badges_and_flags(tags: dict[str, Any], expected: set[Role]) -> None:
    assert message(privmsg("hi", **tags)).author.roles == expected


def test_roles_are_never_taken_from_what_is_written() -> None:
    assert message(privmsg("@badges=broadcaster/1 :x PRIVMSG #kit :!stop", who="eve")).author.roles == frozenset()


def test_the_displayed_name_may_be_in_another_script_empty_or_missing() -> None:
    assert message(privmsg("hi", display_name="테스트")).author.name == "테스트"
    assert message(privmsg("hi", display_name="spider\\s")).author.name == "spider"
    assert message(privmsg("hi", display_name="")).author.name == "mika"
    assert message(":mika!mika@x PRIVMSG #kit :hi").author.id == "mika"


def test_an_action_is_its_text_and_ranges_count_in_it() -> None:
    item = message(privmsg("\x01ACTION Kappa\x01", emotes="25:0-4"))
    assert item.text == "Kappa"
    assert item.fragments[0].kind is FragmentKind.EMOTE
    assert message(privmsg("\x01ACTION cut off")).text == "cut off"
    assert read(privmsg("\x01VERSION\x01")) is LeftOut.CLIENT_REQUEST


def test_a_single_word_may_come_without_its_colon() -> None:
    assert message(privmsg("def").replace(":def", "def")).text == "def"


def test_numbers_that_are_none_are_nothing() -> None:
    item = message(privmsg("hi", bits="²", tmi_sent_ts="soon", color="red"))
    assert (item.bits, item.sent_ms, item.author.colour) == (0, None, "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (usernotice("sub"), (EventKind.SUB, 0, "")),
        (usernotice("resub", "still here", msg_param_cumulative_months=9), (EventKind.RESUB, 9, "still here")),
        (usernotice("resub", msg_param_months=6), (EventKind.RESUB, 6, "")),
        (usernotice("subgift", msg_param_months=16), (EventKind.GIFT, 1, "")),
        (usernotice("submysterygift", msg_param_mass_gift_count=20), (EventKind.GIFT, 20, "")),
        (usernotice("raid", msg_param_viewerCount=42), (EventKind.RAID, 42, "")),
        (usernotice("primepaidupgrade"), (EventKind.SUB, 0, "")),
        (usernotice("announcement", "stream ends at ten"), (EventKind.ANNOUNCEMENT, 0, "stream ends at ten")),
        (usernotice("bitsbadgetier", msg_param_threshold=1000), (EventKind.NOTICE, 1000, "")),
        (usernotice("invented-tomorrow"), (EventKind.UNKNOWN, 0, "")),
    ],
)
def test_notices_are_events(line: str, expected: tuple[EventKind, int, str]) -> None:
    item = event(line)
    assert (item.kind, item.amount, item.text) == expected
    assert item.raw_kind in line
    assert item.author is not None
    assert (item.author.id, item.id) == ("id-mika", "n-1")


@pytest.mark.parametrize("line", [usernotice("anonsubgift"), usernotice("subgift", user_id="274598607")])
def test_who_gives_without_a_name_has_none(line: str) -> None:
    assert event(line).author is None


def test_the_subs_of_one_big_gift_are_parts_of_it() -> None:
    big = tokenise(usernotice("submysterygift", msg_param_origin_id="o"))
    assert gift_of(big) == "o"
    assert not part_of_gift(big, {"o"}.__contains__)
    for origin, community, is_part in [("o", "", True), ("p", "", False), ("", "", False), ("", "c", True)]:
        single = tokenise(usernotice("subgift", msg_param_origin_id=origin, msg_param_community_gift_id=community))
        assert gift_of(single) == ""
        assert part_of_gift(single, {"o"}.__contains__) is is_part


def test_removals_name_what_they_take_away() -> None:
    said = message(privmsg("bad", number=3))
    other = message(privmsg("good", who="bo", number=4))
    one, user, room = removal(deleted(3)), removal(timed_out("mika")), removal("@room-id=1 :tmi.twitch.tv CLEARCHAT #kit")
    assert [one.scope, user.scope, room.scope] == [RemovalScope.MESSAGE, RemovalScope.USER, RemovalScope.CHAT]
    assert [each.hits(said) for each in (one, user, room)] == [True, True, True]
    assert [each.hits(other) for each in (one, user, room)] == [False, False, True]
    assert [one.reason, user.reason, room.reason] == ["deleted", "timed out", "cleared"]
    assert removal("@target-user-id=9 :tmi.twitch.tv CLEARCHAT #kit :eve").reason == "banned"


def test_another_channels_part_of_a_shared_chat_is_left_out() -> None:
    for line in (
        privmsg("hi", source_room_id="2", source_id="s"),
        usernotice("sharedchatnotice", source_msg_id="raid", source_room_id="2"),
        "@room-id=1;source-room-id=2 :tmi.twitch.tv CLEARCHAT #kit",
    ):
        assert read(line) is LeftOut.SHARED_CHAT
    assert message(privmsg("hi", source_room_id="1", source_id="s")).id == "m-1"
    shared = usernotice("sharedchatnotice", source_msg_id="raid", source_room_id="1", msg_param_viewerCount=3)
    assert (event(shared).kind, event(shared).amount) == (EventKind.RAID, 3)


def test_another_channel_is_left_out() -> None:
    assert read(privmsg("hi", channel="other")) is LeftOut.OTHER_CHANNEL


@pytest.mark.parametrize("line", [":tmi.twitch.tv 366 me #kit :End", ":a!a@a JOIN #kit", ":tmi.twitch.tv ROOMSTATE #kit", "FOO"])
def test_other_lines_tell_of_nothing(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG",
        ":mika PRIVMSG #kit",
        "PRIVMSG #kit :nobody said it",
        "@login=a;user-id=1 USERNOTICE #kit",
        "@msg-id=sub USERNOTICE #kit",
        "CLEARMSG #kit :x",
        "CLEARCHAT #kit :",
    ],
)
def test_a_line_without_what_it_must_have_is_bad(line: str) -> None:
    with pytest.raises(BadItem):
        read(line)
