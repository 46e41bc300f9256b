"""A live channel's chat through the whole show in virtual time: the server's lines in, answers, thanks and silences out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from fakes.irc_server import FakeTwitch, deleted, privmsg, timed_out, usernotice
from sidecast.chat.irc.source import TwitchChat
from sidecast.clock import Clock
from sidecast.flow.candidate import Reason
from sidecast.flow.line import Outcome
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

LONG = "Well, this is a long answer, and here is a second part, and there comes a third one. The end is far away."


def evening(script: Callable[[FakeTwitch], Awaitable[None]], seconds: float) -> Evening:
    server = FakeTwitch()

    def begin(show: Show, clock: Clock) -> asyncio.Task[None]:
        async def play() -> None:
            await script(server)

        return asyncio.get_running_loop().create_task(play())

    return Evening(
        [],
        reply=lambda prompt: (
            LONG if "long" in prompt.text else f"Thank you for asking, {prompt.name}! That is a lovely question."
        ),
        make_source=lambda clock: TwitchChat("kit", server.in_memory, clock, random.Random(1)),
        meanwhile=begin,
        seconds=seconds,
    )


def test_a_question_and_a_raid_are_answered_and_one_big_gift_is_thanked_for_once() -> None:
    async def script(server: FakeTwitch) -> None:
        await asyncio.sleep(1)
        server.tell(privmsg("hey Kit, how are you?"))
        await asyncio.sleep(9)
        server.tell(usernotice("raid", who="bo", number=2, msg_param_viewerCount=40))
        await asyncio.sleep(9)
        server.tell(usernotice("submysterygift", who="cy", number=3, msg_param_mass_gift_count=5, msg_param_origin_id="o"))
        server.tell(*(usernotice("subgift", who="cy", number=4 + n, msg_param_origin_id="o") for n in range(5)))

    seen = evening(script, 40).play()
    assert [line.author_name for line in seen.lines] == ["Mika", "Bo", "Cy"]
    assert all(line.outcome is Outcome.HEARD for line in seen.lines)
    assert seen.lines[0].heard.startswith("Thank you for asking, Mika")
    assert len(seen.received) == len(seen.fates) == 3


@pytest.mark.parametrize("removal", [deleted(1), timed_out("mika"), "@room-id=1 :tmi.twitch.tv CLEARCHAT #kit"])
@pytest.mark.parametrize("after_s", [0.0, 0.02, 1.0])
def test_what_a_moderator_takes_away_is_silenced(removal: str, after_s: float) -> None:
    async def script(server: FakeTwitch) -> None:
        await asyncio.sleep(1)
        server.tell(privmsg("Kit, tell me something long, will you?"))
        await asyncio.sleep(after_s)
        server.tell(removal)

    seen = evening(script, 20).play()
    assert seen.reasons[Reason.REMOVED] == 1
    assert all(line.outcome is not Outcome.HEARD for line in seen.lines)
    assert max((cut.at_ns for cut in seen.cuts), default=0) / 1e9 <= 1 + after_s + 0.1


def test_a_moderator_s_badge_gives_orders_and_a_text_does_not() -> None:
    async def script(server: FakeTwitch) -> None:
        await asyncio.sleep(1)
        server.tell(privmsg("Kit, tell me something long, will you?"))
        await asyncio.sleep(0.5)
        server.tell(privmsg("!skip", who="eve", number=2, display_name="moderator/1"))
        await asyncio.sleep(1)
        server.tell(privmsg("!skip", who="rowan", number=3, badges="moderator/1"))

    seen = evening(script, 20).play()
    (line,) = seen.lines
    assert line.outcome is Outcome.CUT
    assert 2.5 <= seen.cuts[0].at_ns / 1e9 <= 2.6


def test_across_reconnects_every_message_gets_its_one_reason() -> None:
    async def script(server: FakeTwitch) -> None:
        for number in range(600):
            await asyncio.sleep(0.2)
            server.tell(privmsg(f"Kit, what about number {number}?", who=f"v{number % 13}", number=number))
            if number % 200 == 180:
                server.tell(":tmi.twitch.tv RECONNECT")

    seen = evening(script, 130).play()
    ids = [item.id for item in seen.received]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids)) == len(seen.fates) > 590
    assert seen.reasons[Reason.ANSWERED] > 10
