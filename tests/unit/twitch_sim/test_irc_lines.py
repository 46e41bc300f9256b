"""What happens in the simulated world as lines of IRC: with Twitch's own tags, and as our source understands them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest
from irctokens.line import Line, tokenise

from benchmarks.irc_frames import SNAPSHOTS, snapshots
from fakes.irc_room import Client, IrcRoom
from sidecast.chat.irc.items import item_of
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope, Role
from sidecast.twitch_sim.irc.wire import server
from sidecast.twitch_sim.world.cast import STREAMER
from sidecast.twitch_sim.world.people import Badge

pytestmark = pytest.mark.unit

_HISTORY = {"historical", "rm-received-ts", "rm-deleted", "sent-ts"}
"""Tags of the log that the snapshots come from."""


@pytest.fixture
def room() -> IrcRoom:
    return IrcRoom()


@pytest.fixture
def reader(room: IrcRoom) -> Client:
    return room.reader()


def items(lines: list[Line]) -> Iterator[Incoming]:
    numbers = count()
    for line in lines:
        item = item_of(line, STREAMER, 0, lambda: f"unnamed-{next(numbers)}")
        if isinstance(item, ChatMessage | ChannelEvent | Removal):
            yield item


def tags(line: Line) -> dict[str, str]:
    assert line.tags is not None
    return line.tags


def test_values_are_escaped() -> None:
    line = server("X", "y", tags={"a": "one; two\\ three\r\nfour"}).seen_by(frozenset({"twitch.tv/tags"}))
    assert line == r"@a=one\:\stwo\\\sthree\r\nfour :tmi.twitch.tv X :y"
    assert tokenise(line).tags == {"a": "one; two\\ three\r\nfour"}


def test_a_text_cannot_begin_a_second_line(room: IrcRoom, reader: Client) -> None:
    room.world.chat.say(room.world.user("wren"), "hello\r\n:tmi.twitch.tv CLEARCHAT #larkandpine")
    assert len(reader.raw()) == 1


def test_messages_as_our_source_understands_them(room: IrcRoom, reader: Client) -> None:
    world = room.world
    wren, mod, stranger = world.user("wren"), world.user("marlow_mods"), world.user("somebody_new")
    first = world.chat.say(wren, "@tessellate Kappa 😂 Kappa hi")
    world.chat.say(mod, "careful", reply_to=first.id)
    world.chat.cheer(stranger, "Cheer100 nice")
    world.chat.say(world.channel, "thanks")
    world.points.redeem(stranger, world.points.add_reward("Say it", 100, asks=True)["id"], "hello")
    a, b, c, d, e = items(reader.told())
    assert isinstance(a, ChatMessage) and isinstance(b, ChatMessage) and isinstance(c, ChatMessage)
    assert isinstance(d, ChatMessage) and isinstance(e, ChatMessage)
    assert (a.id, a.author.id, a.author.name, a.author.colour) == (first.id, wren.id, "Wren", "#1E90FF")
    assert a.author.roles == {Role.SUBSCRIBER}
    assert [(part.kind.value, part.text, part.id) for part in a.fragments] == [
        ("mention", "@tessellate", ""),
        ("text", " ", ""),
        ("emote", "Kappa", "25"),
        ("text", " 😂 ", ""),
        ("emote", "Kappa", "25"),
        ("text", " hi", ""),
    ]
    assert (b.reply_to, b.author.roles, a.first) == (first.id, frozenset({Role.MODERATOR}), False)
    assert (c.bits, c.first) == (100, True)
    assert d.author.roles == {Role.BROADCASTER}
    assert e.reward_id


def test_events_as_our_source_understands_them(room: IrcRoom, reader: Client) -> None:
    world = room.world
    wren, viewers = world.user("wren"), [world.user("ninefold"), world.user("old_harbour")]
    world.support.subscribe(viewers[0])
    world.support.resubscribe(wren, 15, text="still here; always", streak=15)
    world.support.gift(wren, viewers)
    world.support.gift(None, viewers[:1], community=False)
    world.support.raid(world.user("captain_quill"), 120)
    found = [item for item in items(reader.told()) if isinstance(item, ChannelEvent)]
    told = [(item.kind, item.author.name if item.author else "", item.amount, item.text) for item in found]
    assert told[0] == (EventKind.SUB, "ninefold", told[0][2], "")
    assert told[1] == (EventKind.RESUB, "Wren", 15, "still here; always")
    assert told[2] == (EventKind.GIFT, "Wren", 2, "")
    assert [entry[0] for entry in told[3:-1]] == [EventKind.GIFT] * 3
    assert told[-1] == (EventKind.RAID, "CaptainQuill", 120, "")


def test_removals_as_our_source_understands_them(room: IrcRoom, reader: Client) -> None:
    world = room.world
    wren = world.user("wren")
    bad = world.chat.say(wren, "something bad")
    world.chat.delete(bad.id)
    world.moderation.ban(wren, seconds=600)
    world.moderation.ban(wren)
    world.chat.clear()
    lines = reader.told()
    removals = [item for item in items(lines) if isinstance(item, Removal)]
    assert [(item.scope, item.message_id, item.author_id) for item in removals] == [
        (RemovalScope.MESSAGE, bad.id, ""),
        (RemovalScope.USER, "", wren.id),
        (RemovalScope.USER, "", wren.id),
        (RemovalScope.CHAT, "", ""),
    ]
    assert lines[1].params[-1] == "something bad"
    assert [tags(line).get("ban-duration") for line in lines[2:4]] == ["600", None]


def test_a_change_of_the_room_names_only_what_changed(room: IrcRoom, reader: Client) -> None:
    room.world.chat.set(slow_seconds=30, followers_minutes=0)
    room.world.chat.set(slow_seconds=None)
    told = [(line.command, tags(line)) for line in reader.told()]
    assert told == [
        ("NOTICE", {"msg-id": "followers_on_zero"}),
        ("NOTICE", {"msg-id": "slow_on"}),
        ("ROOMSTATE", {"followers-only": "0", "slow": "30", "room-id": "100001"}),
        ("NOTICE", {"msg-id": "slow_off"}),
        ("ROOMSTATE", {"slow": "0", "room-id": "100001"}),
    ]


def test_shared_chat_says_where_it_was_written(room: IrcRoom, reader: Client) -> None:
    elsewhere = room.world.user("captain_quill")
    room.world.chat.say(room.world.user("wren"), "from over there", source=elsewhere, source_badges=(Badge("vip", "1"),))
    [line] = reader.told()
    assert (tags(line)["source-room-id"], tags(line)["source-badges"]) == (elsewhere.id, "vip/1")
    assert tags(line)["source-id"] not in ("", tags(line)["id"])


def test_a_notice_that_is_not_known_here_keeps_its_name(room: IrcRoom, reader: Client) -> None:
    room.world.support.notice("sunrise", room.world.user("wren"), "The sun rises.", {}, text="look")
    [line] = reader.told()
    assert (tags(line)["msg-id"], tags(line)["system-msg"], line.params[-1]) == ("sunrise", "The sun rises.", "look")


def emitted(room: IrcRoom) -> dict[str, set[str]]:
    """Tags of each kind of line that the simulator can make, all in one."""
    world, reader = room.world, room.reader()
    wren, ninefold = world.user("wren"), world.user("ninefold")
    first = world.chat.say(wren, "Kappa")
    world.chat.say(ninefold, "yes", reply_to=first.id, client_nonce="n", source=world.user("captain_quill"))
    world.chat.cheer(wren, "Cheer1")
    world.chat.say(wren, "seen?", kind="channel_points_highlighted", reward_id="r")
    world.chat.say(world.user("tessellate"), "vip")
    world.support.subscribe(ninefold)
    world.support.resubscribe(wren, 3, streak=3)
    world.support.gift(wren, [ninefold])
    world.support.raid(world.user("captain_quill"), 5)
    world.support.announce(world.user("marlow_mods"), "news")
    world.support.notice("watch_streak", wren, "", {"streak_count": 15, "channel_points_awarded": 450})
    world.moderation.ban(wren, seconds=5)
    world.chat.delete(world.chat.say(ninefold, "gone").id)
    world.chat.clear()
    found: dict[str, set[str]] = {}
    for line in reader.told():
        kind = tags(line)["msg-id"] if line.command == "USERNOTICE" else ""
        found.setdefault(f"{line.command} {kind}".strip(), set()).update(tags(line))
    return found


@pytest.mark.skipif(not SNAPSHOTS.is_dir(), reason="the snapshots of real lines are not here (SIDECAST_DATA)")
def test_real_lines_have_no_tag_that_ours_lack() -> None:
    ours = emitted(IrcRoom())
    checked, missing = 0, {}
    for name, raw in snapshots():
        line = tokenise(raw)
        kind = tags(line).get("msg-id", "") if line.command == "USERNOTICE" else ""
        known = ours.get(f"{line.command} {kind}".strip())
        if known is None:
            continue
        checked += 1
        lacking = set(tags(line)) - known - _HISTORY
        if lacking:
            missing[name] = sorted(lacking)
    assert checked > 40
    lacking = {tag for each in missing.values() for tag in each if not tag.startswith(NOT_SHOWN)}
    assert not lacking, json.dumps(missing, indent=1)


NOT_SHOWN = (
    "pinned-chat-paid-",  # hype chat, which Twitch has ended
    "msg-param-goal-",  # goals, which are not simulated
    "msg-param-id",  # of a watch streak
    "msg-param-recipient-name",  # a line of 2018; today it is recipient-user-name
    "vip",  # where a line says vip=0; it is left out today
)
