"""The chat of a live channel in virtual time: kept up through everything that a network and a server do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise
from typing import cast

import pytest

from fakes.irc_server import Client, FakeTwitch, deleted, privmsg, timed_out, usernotice
from sidecast.chat.irc.connection import Connection
from sidecast.chat.irc.link import LINGER_S
from sidecast.chat.irc.pace import LOGINS, WINDOW_S, Pace
from sidecast.chat.irc.recent import Recent
from sidecast.chat.irc.source import LAST_RETRY_S, TwitchChat
from sidecast.chat.irc.tally import LeftOut
from sidecast.flow.chat import ChannelEvent, ChatMessage, Incoming
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


class Reading:
    """A source that is read while a test's script runs."""

    def __init__(self, server: FakeTwitch, opener: Callable[[], Awaitable[Connection]] | None = None) -> None:
        self.server = server
        self.clock = loop_clock()
        self.items: list[Incoming] = []
        self.notes: list[tuple[float, str]] = []
        self.source = TwitchChat("kit", opener or server.in_memory, self.clock, random.Random(7), self._note)

    @property
    def now_s(self) -> float:
        return self.clock.now_ns() / 1e9

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items if isinstance(item, ChatMessage | ChannelEvent)]

    def _note(self, sentence: str) -> None:
        self.notes.append((self.now_s, sentence))

    async def read(self) -> None:
        async with aclosing(cast(AsyncGenerator[Incoming, None], self.source.incoming())) as items:
            async for item in items:
                self.items.append(item)


def play(
    script: Callable[[Reading], Awaitable[None]],
    server: FakeTwitch | None = None,
    opener: Callable[[], Awaitable[Connection]] | None = None,
) -> Reading:
    """Runs the script beside the reading, then ends the reading as the show does."""

    async def run() -> Reading:
        reading = Reading(server or FakeTwitch(), opener)
        task = asyncio.create_task(reading.read())
        await script(reading)
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not reading.server.clients, "a connection was left open"
        assert len(asyncio.all_tasks()) == 1
        return reading

    return run_virtual(run())


def test_it_logs_in_as_nobody_and_joins() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(1)
        reading.server.tell(privmsg("hello"))

    reading = play(script)
    request, password, nick, join = reading.server.heard
    assert request == "CAP REQ :twitch.tv/tags twitch.tv/commands"
    assert password.startswith("PASS ")
    assert nick.startswith("NICK justinfan")
    assert join == "JOIN #kit"
    assert reading.ids == ["m-1"]
    assert reading.items[0].arrived_ns == 1_000_000_000
    assert [sentence for _, sentence in reading.notes] == [""]


def test_lines_come_together_split_and_broken() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(1)
        reading.server.tell(privmsg("one", number=1), "PING :tmi.twitch.tv", "@@@ \x01", privmsg("two", number=2))
        for byte in f"{privmsg('drei 😂', number=3)}\r\n".encode():
            reading.server.write(bytes([byte]))
            await asyncio.sleep(0.001)
        reading.server.write(b"PRIVMSG #kit :\xff\r\n")
        reading.server.tell(privmsg("four", number=4))

    reading = play(script)
    assert reading.ids == ["m-1", "m-2", "m-3", "m-4"]
    assert "PONG tmi.twitch.tv" in reading.server.heard
    assert reading.source.malformed == 1


def test_removals_and_events_are_handed_on_in_order() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(1)
        reading.server.tell(privmsg("bad"), deleted(1), usernotice("raid", msg_param_viewerCount=5), timed_out("mika"))

    kinds = [type(item).__name__ for item in play(script).items]
    assert kinds == ["ChatMessage", "Removal", "ChannelEvent", "Removal"]


def test_a_big_gift_is_one_event() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(1)
        reading.server.tell(usernotice("submysterygift", number=0, msg_param_mass_gift_count=20, msg_param_origin_id="o"))
        reading.server.tell(*(usernotice("subgift", number=n, msg_param_origin_id="o") for n in range(1, 21)))
        reading.server.tell(usernotice("subgift", number=21, msg_param_origin_id="another"))

    reading = play(script)
    assert reading.ids == ["n-0", "n-21"]
    assert reading.source.left_out == {LeftOut.PART_OF_GIFT: 20}


def test_a_lost_connection_is_made_anew_and_says_so_meanwhile() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(100)
        reading.server.tell(privmsg("before", number=1))
        reading.server.away = True
        reading.server.hang_up()
        await asyncio.sleep(20)
        assert reading.notes[-1][1].startswith("The chat is away: it refuses connections; trying again in ")
        reading.server.away = False
        await asyncio.sleep(60)
        assert reading.notes[-1][1] == ""
        reading.server.tell(privmsg("after", number=2))

    reading = play(script)
    assert reading.ids == ["m-1", "m-2"]
    assert reading.notes[1][1] == "The chat is away; trying again in 1 s."


def test_pauses_grow_to_a_minute_and_it_never_gives_up() -> None:
    tries: list[float] = []

    async def script(reading: Reading) -> None:
        await asyncio.sleep(24 * 3600)

    async def refuse() -> Connection:
        tries.append(asyncio.get_running_loop().time())
        raise OSError

    play(script, opener=refuse)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[0] < 1
    assert max(pauses) <= LAST_RETRY_S
    assert min(pauses[10:]) >= LAST_RETRY_S / 2
    assert tries[-1] > 24 * 3600 - LAST_RETRY_S


def test_a_silent_server_is_asked_and_one_that_answers_is_kept() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(3600)
        reading.server.tell(privmsg("still here"))

    reading = play(script)
    assert reading.server.logins == 1
    assert 100 <= reading.server.heard.count("PING :sidecast") <= 120
    assert reading.ids == ["m-1"]


def test_a_dead_connection_is_noticed_within_forty_seconds() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(100)
        reading.server.tell(privmsg("last words"))
        reading.server.mute = True
        await asyncio.sleep(41)
        assert "trying again" in reading.notes[-1][1]
        reading.server.mute = False
        await asyncio.sleep(30)
        reading.server.tell(privmsg("again", number=2))

    assert play(script).ids == ["m-1", "m-2"]


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    server = FakeTwitch()
    server.mute = True

    async def script(reading: Reading) -> None:
        await asyncio.sleep(120)

    reading = play(script, server)
    assert reading.notes[0] == (10.0, "The chat does not answer; trying again in 1 s.")


def test_an_opener_that_hangs_is_given_up() -> None:
    async def hang() -> Connection:
        await asyncio.Event().wait()
        raise AssertionError

    async def script(reading: Reading) -> None:
        await asyncio.sleep(30)

    assert play(script, opener=hang).notes[0][1].startswith("The chat does not answer")


@pytest.mark.parametrize("how", ["suspended", "unknown", "no tags", "no login"])
def test_what_is_refused_is_said_and_tried_again_slowly(how: str) -> None:
    server = FakeTwitch()
    sentences = {
        "suspended": "Twitch says that there is no channel “kit”, or that it is suspended; trying again in 30 s.",
        "unknown": "Twitch says nothing about the channel “kit” (is the name right?); trying again in 30 s.",
        "no tags": "The chat server does not give out what is needed (tags and commands); trying again in 30 s.",
        "no login": "The chat server refuses the login; trying again in 30 s.",
    }
    server.suspended = {"kit"} if how == "suspended" else set()
    server.channels = set() if how == "unknown" else {"kit"}
    server.gives_tags = how != "no tags"
    server.takes_anybody = how != "no login"

    async def script(reading: Reading) -> None:
        await asyncio.sleep(200)
        assert reading.server.logins <= 7
        server.suspended, server.channels, server.gives_tags, server.takes_anybody = set(), {"kit"}, True, True
        await asyncio.sleep(LAST_RETRY_S + 1)
        reading.server.tell(privmsg("open again"))

    reading = play(script, server)
    assert reading.notes[0][1] == sentences[how]
    assert reading.notes[-1][1] == ""
    assert reading.ids == ["m-1"]


def test_a_change_of_connection_loses_nothing_and_doubles_nothing() -> None:
    """Twenty messages a second while the server sends everybody to a new connection 10 times."""
    count = 0

    async def script(reading: Reading) -> None:
        nonlocal count
        server = reading.server
        await asyncio.sleep(1)
        for second in range(10 * 40):
            if second % 40 == 35:
                for client in server.joined:
                    client.tell(":tmi.twitch.tv RECONNECT")
                    asyncio.get_running_loop().call_later(10, client.close)
            for _ in range(20):
                count += 1
                server.tell(privmsg(f"number {count}", number=count))
                await asyncio.sleep(0.05)

    reading = play(script)
    assert reading.server.logins == 11
    assert reading.ids == [f"m-{number + 1}" for number in range(count)]
    assert reading.source.left_out[LeftOut.TWICE] > 10 * 20 * 5
    assert [sentence for _, sentence in reading.notes] == [""] * 11


def test_over_both_connections_a_removal_comes_once_too() -> None:
    async def script(reading: Reading) -> None:
        await asyncio.sleep(40)
        reading.server.tell(privmsg("bad"), ":tmi.twitch.tv RECONNECT")
        await asyncio.sleep(1)
        assert len(reading.server.joined) == 2
        reading.server.tell(deleted(1), timed_out("mika"), usernotice("raid"))
        await asyncio.sleep(LINGER_S)
        assert len(reading.server.joined) == 1

    reading = play(script)
    assert len(reading.items) == 4
    assert reading.source.left_out == {LeftOut.TWICE: 3}


def test_a_server_that_sends_everybody_away_at_once_is_not_stormed() -> None:
    server = FakeTwitch()
    logins: list[float] = []

    def away(client: Client) -> None:
        logins.append(asyncio.get_running_loop().time())
        client.tell(":tmi.twitch.tv RECONNECT")

    server.on_joined = away

    async def script(reading: Reading) -> None:
        for _ in range(600):
            await asyncio.sleep(1)
            assert len(reading.server.clients) < 10

    play(script, server)
    assert len(logins) < 40


def test_a_server_that_hangs_up_after_each_join_is_not_stormed() -> None:
    server = FakeTwitch()
    server.on_joined = lambda client: client.close()

    async def script(reading: Reading) -> None:
        await asyncio.sleep(600)

    assert play(script, server).server.logins < 40


def test_logins_keep_the_server_s_limit() -> None:
    async def run() -> list[float]:
        clock = loop_clock()
        pace = Pace(clock)
        times = []
        for _ in range(95):
            await pace.turn()
            times.append(clock.now_ns() / 1e9)
        return times

    times = run_virtual(run())
    assert all(later - earlier >= WINDOW_S for earlier, later in zip(times, times[LOGINS:], strict=False))
    assert times[-1] <= 95 / LOGINS * WINDOW_S


def test_what_was_seen_is_forgotten_in_time() -> None:
    recent = Recent(100)
    assert all(recent.add(str(number)) for number in range(10_000))
    assert len(recent) == 100
    assert not recent.add("9999")
    assert "9899" not in recent


def test_a_failure_of_our_own_is_not_swallowed() -> None:
    async def wrong() -> Connection:
        raise ZeroDivisionError

    async def run() -> None:
        reading = Reading(FakeTwitch(), wrong)
        await reading.read()

    with pytest.raises(ExceptionGroup) as caught:
        run_virtual(run())
    assert caught.group_contains(ZeroDivisionError)
