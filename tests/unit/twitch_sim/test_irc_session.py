"""What Twitch's chat server says to a client: log-in, rooms, writing, and its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.irc_room import ALL, ROOM, Client, IrcRoom
from sidecast.twitch_sim.irc.reading import MAX_LINE, ClientLines
from sidecast.twitch_sim.irc.session import PENDING, PING_S, PONG_S
from sidecast.twitch_sim.world.cast import BOT, STREAMER

pytestmark = pytest.mark.unit


@pytest.fixture
def room() -> IrcRoom:
    return IrcRoom()


def test_an_anonymous_reader_joins(room: IrcRoom) -> None:
    client = room.client("")
    client.say("CAP LS 302", f"CAP REQ :{ALL}", "PASS SCHMOOPIIE", "NICK justinfan123", f"JOIN {ROOM}")
    assert client.raw() == [
        ":tmi.twitch.tv CAP * LS :twitch.tv/commands twitch.tv/membership twitch.tv/tags",
        f":tmi.twitch.tv CAP * ACK :{ALL}",
        ":tmi.twitch.tv 001 justinfan123 :Welcome, GLHF!",
        ":tmi.twitch.tv 002 justinfan123 :Your host is tmi.twitch.tv",
        ":tmi.twitch.tv 003 justinfan123 :This server is rather new",
        ":tmi.twitch.tv 004 justinfan123 :-",
        ":tmi.twitch.tv 375 justinfan123 :-",
        ":tmi.twitch.tv 372 justinfan123 :You are in a maze of twisty passages, all alike.",
        ":tmi.twitch.tv 376 justinfan123 :>",
        f":justinfan123!justinfan123@justinfan123.tmi.twitch.tv JOIN {ROOM}",
        f":justinfan123.tmi.twitch.tv 353 justinfan123 = {ROOM} :justinfan123",
        f":justinfan123.tmi.twitch.tv 366 justinfan123 {ROOM} :End of /NAMES list",
        f"@emote-only=0;followers-only=-1;r9k=0;slow=0;subs-only=0;room-id=100001 :tmi.twitch.tv ROOMSTATE {ROOM}",
    ]


@pytest.mark.parametrize("order", [("PASS oauth:sidecast_bot", "NICK anything"), ("NICK anything", "PASS oauth:sidecast_bot")])
def test_the_token_says_who_one_is(room: IrcRoom, order: tuple[str, str]) -> None:
    client = room.client()
    client.told()
    client.say(*order, f"JOIN {ROOM}")
    told = client.told()
    assert [line.command for line in told if not line.command.isdigit()] == ["GLOBALUSERSTATE", "JOIN", "USERSTATE", "ROOMSTATE"]
    assert told[0].params == [BOT, "Welcome, GLHF!"]
    state = next(line.tags for line in told if line.command == "USERSTATE")
    assert state is not None
    assert (state["badges"], state["mod"], state["user-type"], state["display-name"]) == (
        "moderator/1",
        "1",
        "mod",
        "Sidecast_Bot",
    )


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("oauth:nobody-has-this", "Login authentication failed"),
        ("oauth:none-sidecast_bot", "Login authentication failed"),
        ("oauth:", "Improperly formatted auth"),
        ("sidecast_bot", "Improperly formatted auth"),
    ],
)
def test_a_token_that_is_no_good(room: IrcRoom, password: str, why: str) -> None:
    client = room.client("")
    client.say(f"PASS {password}", "NICK sidecast_bot", f"JOIN {ROOM}", "PING :more")
    assert client.raw() == [f":tmi.twitch.tv NOTICE * :{why}"]
    assert client.session.over


def test_without_capabilities_there_are_no_tags_and_no_commands(room: IrcRoom) -> None:
    client = room.reader("")
    room.world.chat.say(room.world.user("wren"), "hello")
    room.world.chat.clear()
    assert client.raw() == [f":wren!wren@wren.tmi.twitch.tv PRIVMSG {ROOM} :hello"]


def test_what_is_no_capability_is_refused_whole(room: IrcRoom) -> None:
    client = room.client("")
    client.say("CAP REQ :twitch.tv/tags sasl")
    assert client.raw() == [":tmi.twitch.tv CAP * NAK :twitch.tv/tags sasl"]
    assert not client.session.capabilities


def test_a_message_goes_to_all_but_the_connection_that_wrote_it(room: IrcRoom) -> None:
    bot, bot_elsewhere, reader = room.member(), room.member(), room.reader()
    for client in (bot, bot_elsewhere):  # who have seen the others come
        client.told()
    bot.say(f"@client-nonce=n1 PRIVMSG {ROOM} :hello Kappa there")
    [state] = bot.told()
    [heard], [heard_elsewhere] = reader.told(), bot_elsewhere.told()
    assert state.command == "USERSTATE"
    assert heard.tags is not None and state.tags is not None
    assert state.tags["id"] == heard.tags["id"]
    assert state.tags["client-nonce"] == heard.tags["client-nonce"] == "n1"
    assert (heard.params, heard.tags["emotes"]) == ([ROOM, "hello Kappa there"], "25:6-10")
    assert heard_elsewhere == heard


def test_a_reply_names_what_it_answers(room: IrcRoom) -> None:
    bot, reader = room.member(), room.reader()
    asked = room.world.chat.say(room.world.user("wren"), "what; time is it?")
    bot.say(f"@reply-parent-msg-id={asked.id} PRIVMSG {ROOM} :late")
    tags = reader.told()[-1].tags
    assert tags is not None
    assert (tags["reply-parent-msg-id"], tags["reply-parent-msg-body"]) == (asked.id, "what; time is it?")
    assert (tags["reply-parent-user-login"], tags["reply-thread-parent-msg-id"]) == ("wren", asked.id)


@pytest.mark.parametrize("written", ["\x01ACTION waves Kappa\x01", "/me waves Kappa"])
def test_an_action(room: IrcRoom, written: str) -> None:
    bot, reader = room.member(), room.reader()
    bot.say(f"PRIVMSG {ROOM} :{written}")
    [line] = reader.told()
    assert line.tags is not None
    assert (line.params[1], line.tags["emotes"]) == ("\x01ACTION waves Kappa\x01", "25:6-10")


def test_who_may_not_write_is_told_why(room: IrcRoom) -> None:
    world = room.world
    reader, wren = room.member("wren", "read-wren"), room.member("wren")
    kinds = []

    def refused(text: str, client: Client = wren) -> None:
        client.told()
        client.say(f"PRIVMSG {ROOM} :{text}")
        kinds.append((client.told()[-1].tags or {}).get("msg-id"))

    refused("hello", reader)
    refused("/ban somebody")
    world.chat.set(emote_only=True)
    refused("words")
    world.chat.set(emote_only=False)
    world.moderation.ban(world.user("wren"), seconds=30)
    refused("let me in")
    room.now_s += 31
    refused("hello again")
    refused("hello again")
    world.moderation.ban(world.user("wren"))
    refused("let me in")
    assert kinds == ["no_permission", "unrecognized_cmd", "msg_emoteonly", "msg_timedout", None, "msg_duplicate", "msg_banned"]


def test_an_anonymous_reader_cannot_write(room: IrcRoom) -> None:
    bot, reader = room.member(), room.reader()
    bot.told()
    reader.say(f"PRIVMSG {ROOM} :hello")
    assert not reader.raw()
    assert not bot.raw()


def test_more_messages_than_the_pace_allows_are_refused(room: IrcRoom) -> None:
    wren = room.member("wren")
    for number in range(21):
        wren.say(f"PRIVMSG {ROOM} :message {number}")
    assert wren.commands() == ["USERSTATE"] * 20 + ["NOTICE"]
    room.now_s += 31
    wren.say(f"PRIVMSG {ROOM} :at last")
    assert wren.commands() == ["USERSTATE"]


def test_twenty_joins_in_ten_seconds(room: IrcRoom) -> None:
    client = room.client()
    client.say("NICK justinfan123")
    client.told()
    client.say("JOIN " + ",".join(f"#nobody{number}" for number in range(25)))
    assert client.commands().count("JOIN") == 20
    assert client.session.refused_joins == 5
    room.now_s += 10
    client.say(f"JOIN {ROOM}")
    assert client.commands() == ["JOIN", "353", "366", "ROOMSTATE"]


def test_twenty_logins_in_ten_seconds(room: IrcRoom) -> None:
    said = []
    for _ in range(21):
        client = room.client("")
        client.say(f"PASS oauth:{BOT}", f"NICK {BOT}")
        said.append(client.raw()[0])
    assert all(" 001 " in line for line in said[:20])
    assert said[20] == ":tmi.twitch.tv NOTICE * :Login unsuccessful"


def test_rooms_that_are_not_there(room: IrcRoom) -> None:
    room.hall.suspended.add("gone")
    client = room.client()
    client.say("NICK justinfan123", "JOIN #gone,#neverwas")
    told = [line for line in client.told() if line.command in ("NOTICE", "ROOMSTATE")]
    assert [(line.command, (line.tags or {})["msg-id"]) for line in told] == [("NOTICE", "msg_channel_suspended")]


def test_leaving(room: IrcRoom) -> None:
    reader, other = room.reader(), room.reader()
    reader.told()
    reader.say(f"PART {ROOM}")
    assert reader.commands() == ["PART"]
    assert other.commands() == ["PART"]
    room.world.chat.say(room.world.user("wren"), "anybody?")
    assert not reader.raw()
    assert other.commands() == ["PRIVMSG"]


def test_membership_tells_of_others_and_who_is_there(room: IrcRoom) -> None:
    first = room.member()
    second = room.client()
    second.say(f"PASS oauth:{STREAMER}", "NICK x", f"JOIN {ROOM}")
    names = next(line for line in second.told() if line.command == "353")
    assert names.params[-1].split() == [STREAMER, BOT]
    [joined] = first.told()
    assert joined.hostmask.nickname == STREAMER


def test_ping_and_silence(room: IrcRoom) -> None:
    client = room.reader()
    client.say("PING :abc def")
    assert client.raw() == [":tmi.twitch.tv PONG tmi.twitch.tv :abc def"]
    room.now_s = PING_S
    room.hall.tick()
    assert client.raw() == ["PING :tmi.twitch.tv"]
    client.say("PONG :tmi.twitch.tv")
    room.now_s += PONG_S
    room.hall.tick()
    assert not client.session.over
    room.now_s += PING_S
    room.hall.tick()
    room.now_s += PONG_S
    room.hall.tick()
    assert client.session.over


def test_a_client_that_does_not_read_is_let_go(room: IrcRoom) -> None:
    client = room.reader()
    for _ in range(PENDING // 500 + 1):
        room.world.chat.say(room.world.user("wren"), "x" * 500)
    assert client.session.over
    assert client.session.slow
    assert len(client.session.take()) < 1000
    room.hall.leave(client.session)
    assert (room.hall.let_go, room.hall.sessions) == (1, [])


def test_an_unknown_command(room: IrcRoom) -> None:
    client = room.reader()
    client.say("WHOIS wren")
    assert client.raw() == [":tmi.twitch.tv 421 justinfan123 WHOIS :Unknown command"]


def test_a_server_that_wants_its_clients_to_move(room: IrcRoom) -> None:
    client = room.reader()
    room.hall.reconnect(grace_s=30)
    assert client.raw() == [":tmi.twitch.tv RECONNECT"]
    room.now_s += 29
    room.hall.tick()
    later = room.reader()
    assert not client.session.over
    room.now_s += 1
    room.hall.tick()
    assert (client.session.over, later.session.over) == (True, False)
    room.hall.hang_up()
    assert later.session.over


def test_lines_may_be_cut_anywhere() -> None:
    data = "PRIVMSG #kit :über 😂\r\nPING :x\nJOIN #kit\r\n".encode()
    for at in range(len(data)):
        lines = ClientLines()
        found = lines.feed(data[:at]) + lines.feed(data[at:])
        assert [line.params[-1] for line in found] == ["über 😂", "x", "#kit"]
        assert lines.malformed == 0


def test_a_line_without_end_is_left_out() -> None:
    lines = ClientLines()
    assert not lines.feed(b"PRIVMSG #kit :" + b"x" * MAX_LINE)
    assert not lines.feed(b"y" * MAX_LINE)
    assert [line.command for line in lines.feed(b"yy\r\nPING :x\r\n")] == ["PING"]
    assert lines.malformed == 1


NEARLY_LINES = st.sampled_from([b"\r\n", b"@", b" :", b"PRIVMSG #larkandpine :", b"JOIN #", b"CAP REQ", b"PASS oauth:"])


@given(st.lists(st.one_of(st.binary(max_size=80), NEARLY_LINES)))
def test_whatever_a_client_sends_nothing_raises(pieces: list[bytes]) -> None:
    room = IrcRoom()
    client = room.member()
    for piece in pieces:
        for line in client.lines.feed(piece):
            client.session.receive(line)
    client.told()
