"""At Twitch's pace, bounded, with patience, tried again only where twice is as once, and refusals in plain words."""

from __future__ import annotations

import asyncio

import pytest

from fakes.acts import EVERY_ACT, MIKA, MIRA
from fakes.twitch_api import Asked
from sidecast.flow import action as acts
from sidecast.flow.action import Act, Ending, Obstacle, Performed, Target
from sidecast.flow.chat import Author, ChatMessage, Role
from sidecast.flow.twitch import Account, Answer
from sidecast.twitch.acting.performing import MOST_WRITING

from .conftest import Bench, Play

pytestmark = pytest.mark.unit

LONG = "This is a sentence of a fair length, and another one. " * 30


async def write(bench: Bench, text: str) -> Performed:
    return await bench.acting.do(acts.Write(text=text), MIRA)


def most_in(asked: list[Asked], seconds: float) -> int:
    times = [each.at_ns / 1e9 for each in asked]
    return max(sum(1 for other in times if at <= other < at + seconds) for at in times)


def test_never_more_than_20_messages_in_30_seconds_or_two_in_one(play: Play) -> None:
    async def work(bench: Bench) -> None:
        for batch in range(6):
            done = await asyncio.gather(*(write(bench, f"line {batch} {number}") for number in range(MOST_WRITING)))
            assert {each.ending for each in done} == {Ending.DONE}
        assert len(bench.api.asked) == 60
        assert most_in(bench.api.asked, 30.0) == 20
        assert most_in(bench.api.asked, 1.0) == 1

    play(work)


def test_a_moderator_or_the_streamer_writes_up_to_100(play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.acting.recent.heard(
            ChatMessage(id="m", author=Author(id="2000", name="Kit", roles=frozenset({Role.MODERATOR})), text="hi", arrived_ns=0)
        )
        for batch in range(15):
            await asyncio.gather(*(write(bench, f"line {batch} {number}") for number in range(MOST_WRITING)))
        assert len(bench.api.asked) == 150
        assert most_in(bench.api.asked, 30.0) == 100
        bench.acting.recent.heard(ChatMessage(id="n", author=Author(id="2000", name="Kit"), text="hi", arrived_ns=0))
        assert (await write(bench, "too soon")).hindrance is None
        assert (await write(bench, "too soon")).ending is Ending.REFUSED

    play(work)


def test_a_long_text_goes_out_in_order_as_several_messages_and_only_the_first_replies(play: Play) -> None:
    async def work(bench: Bench) -> None:
        performed = await bench.acting.do(acts.Write(text=LONG, reply_to="m1"), MIRA)
        texts = [str(each.body["message"]) for each in bench.api.asked]
        assert " ".join(texts) == " ".join(LONG.split())
        assert len(texts) == 4
        assert ["reply_parent_message_id" in each.body for each in bench.api.asked] == [True, False, False, False]
        assert performed.words == "Written in chat, as 4 messages."
        assert performed.undo == acts.Delete(message_ids=("m-1", "m-2", "m-3", "m-4"), target=Target(id="2000", name="Kit"))

    play(work)


def test_two_long_texts_do_not_mix(play: Play) -> None:
    async def work(bench: Bench) -> None:
        await asyncio.gather(write(bench, "A" + LONG), write(bench, "B" + LONG))
        starts = [str(each.body["message"])[0] for each in bench.api.asked]
        assert starts == ["A", "T", "T", "T", "B", "T", "T", "T"]

    play(work)


def test_the_same_text_again_within_30_seconds_is_refused_with_the_time_to_wait(play: Play) -> None:
    async def work(bench: Bench) -> None:
        await write(bench, "hello")
        await bench.clock.sleep(10)
        again = await write(bench, "hello")
        assert again.hindrance is not None
        assert again.hindrance.obstacle is Obstacle.LIMIT
        assert 20 <= again.hindrance.wait_s <= 21
        assert (await write(bench, "something else")).ending is Ending.DONE
        assert (await write(bench, "hello")).ending is Ending.DONE, "only the last one counts"
        await bench.clock.sleep(31)
        assert (await write(bench, "hello")).ending is Ending.DONE

    play(work)


def test_pieces_that_are_alike_wait_for_each_other(play: Play) -> None:
    async def work(bench: Bench) -> None:
        performed = await write(bench, "ha" * 500)
        assert performed.ending is Ending.DONE
        first, second = bench.api.asked
        assert first.body == second.body
        assert second.at_ns - first.at_ns > 30e9

    play(work)


def test_too_many_that_wait_are_turned_away_and_counted(play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.takes_s = 0.1
        done = await asyncio.gather(*(write(bench, f"line {number}") for number in range(MOST_WRITING + 3)))
        assert [each.ending for each in done].count(Ending.REFUSED) == 3
        assert bench.acting.turned_away == 3

    play(work)


def test_moderation_does_not_wait_behind_what_is_written(play: Play) -> None:
    async def work(bench: Bench) -> None:
        writing = [asyncio.create_task(write(bench, f"line {number}")) for number in range(10)]
        await bench.clock.sleep(0.5)
        begun = bench.clock.now_ns()
        assert (await bench.acting.do(acts.TimeOut(target=MIKA, seconds=60), MIRA)).ending is Ending.DONE
        assert bench.clock.now_ns() == begun
        await asyncio.gather(*writing)

    play(work)


def test_what_twitch_does_not_show_is_said_in_words_and_ends_the_text(play: Play) -> None:
    def drop(code: str, message: str = "") -> Answer:
        row = {"message_id": "", "is_sent": False, "drop_reason": {"code": code, "message": message}}
        return Answer(status=200, data={"data": [row]})

    async def work(bench: Bench) -> None:
        bench.api.answers = [drop("msg_slowmode")]
        performed = await write(bench, "hello")
        assert performed.ending is Ending.REFUSED
        assert performed.words == "Twitch did not show this: slow mode is on, and the account has just written."
        assert performed.hindrance is not None
        assert performed.hindrance.remedy == "Make the account a moderator of your channel, or wait."
        bench.api.answers = [drop("something_new", "The moon is\x07 full.")]
        assert (await write(bench, "hi")).words == "Twitch did not show this: “The moon is full.”."
        sent = Answer(status=200, data={"data": [{"message_id": "m-7", "is_sent": True}]})
        bench.api.answers = [sent, drop("msg_rejected")]
        part = await write(bench, LONG)
        assert part.ending is Ending.PART
        assert part.words.startswith("1 of 4 messages went out. Twitch did not show this: AutoMod holds it")
        assert part.undo == acts.Delete(message_ids=("m-7",), target=Target(id="2000", name="Kit"))

    play(work)


def test_shout_outs_keep_their_two_minutes_and_the_hour_of_each_streamer(play: Play) -> None:
    async def work(bench: Bench) -> None:
        other = Target(id="99", name="wren")
        assert (await bench.acting.do(acts.ShoutOut(target=MIKA), MIRA)).ending is Ending.DONE
        soon = await bench.acting.do(acts.ShoutOut(target=other), MIRA)
        assert soon.hindrance is not None
        assert soon.hindrance.remedy.startswith("Try again in 2 minutes")
        await bench.clock.sleep(126)
        assert (await bench.acting.do(acts.ShoutOut(target=other), MIRA)).ending is Ending.DONE
        await bench.clock.sleep(200)
        same = await bench.acting.do(acts.ShoutOut(target=MIKA), MIRA)
        assert same.hindrance is not None
        assert same.hindrance.wait_s > 3000
        await bench.clock.sleep(3300)
        bench.api.answers = [Answer(status=400, message="The broadcaster is not streaming live")]
        refused = await bench.acting.do(acts.ShoutOut(target=MIKA), MIRA)
        assert "live" in refused.words
        assert (await bench.acting.do(acts.ShoutOut(target=MIKA), MIRA)).ending is Ending.DONE, "a refused one does not count"

    play(work)


SAME_TWICE = {acts.Delete, acts.LetBack, acts.TimeOut, acts.Ban, acts.EndPoll}


@pytest.mark.parametrize("status", [0, 500, 503])
@pytest.mark.parametrize("act", EVERY_ACT, ids=lambda act: type(act).__name__)
def test_only_what_does_no_harm_twice_is_tried_again(act: Act, status: int, play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.answers = [Answer(status=status)]
        performed = await bench.acting.do(act, MIRA)
        if type(act) in SAME_TWICE:
            assert performed.ending is Ending.DONE
            assert len(bench.api.asked) == 2
        else:
            assert performed.ending is (Ending.REFUSED if status == 503 else Ending.UNSURE)
            assert len(bench.api.asked) == 1

    play(work)


@pytest.mark.parametrize(
    ("act", "second"),
    [
        (acts.Delete(message_ids=("m1",)), Answer(status=404)),
        (acts.LetBack(target=MIKA), Answer(status=400, message="The user is not banned.")),
        (acts.Ban(target=MIKA), Answer(status=400, message="The user specified in the user_id field is already banned.")),
        (acts.EndPoll(poll_id="p1"), Answer(status=400)),
    ],
)
def test_a_second_try_that_finds_nothing_left_to_do_had_been_heard_the_first_time(act: Act, second: Answer, play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.answers = [Answer(status=0), second]
        assert (await bench.acting.do(act, MIRA)).ending is Ending.DONE
        bench.api.answers = [second]
        assert (await bench.acting.do(act, MIRA)).ending is Ending.REFUSED

    play(work)


def test_an_answer_that_does_not_come_ends_in_time_and_says_that_nobody_knows(play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.takes_s = 10_000
        begun = bench.clock.now_ns()
        performed = await bench.acting.do(acts.Warn(target=MIKA, reason="no spoilers"), MIRA)
        assert performed.ending is Ending.UNSURE
        assert performed.hindrance is not None
        assert performed.hindrance.remedy == "Look at Twitch before you try again."
        assert bench.clock.now_ns() - begun < 30e9

    play(work)


REFUSALS = [
    (EVERY_ACT[2], 400, "The user specified in the user_id field may not be banned.", "a moderator or its own staff"),
    (EVERY_ACT[2], 401, "Invalid OAuth token", "does not take the log-in any more"),
    (EVERY_ACT[2], 403, "nope", "does not let your account do this"),
    (EVERY_ACT[2], 429, "slow down", "asked too much"),
    (EVERY_ACT[3], 400, "The user in the user_id query parameter is not banned.", "neither timed out nor banned"),
    (EVERY_ACT[1], 404, "not found", "gone already, or older than six hours"),
    (EVERY_ACT[7], 429, "", "one shout-out every 2 minutes"),
    (EVERY_ACT[8], 400, "The broadcaster already has a poll that's running", "A poll is on already"),
    (EVERY_ACT[8], 403, "not a partner or affiliate", "Affiliates and Partners"),
    (EVERY_ACT[14], 403, "The client ID must match", "only by the program that made it"),
    (EVERY_ACT[6], 400, "something odd", "It says: “something odd”"),
    (EVERY_ACT[6], 302, "", "status 302"),
]


@pytest.mark.parametrize(("act", "status", "message", "says"), REFUSALS, ids=[f"{each[1]} {each[3]}" for each in REFUSALS])
def test_refusals_are_in_plain_words(act: Act, status: int, message: str, says: str, play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.respond = lambda asked: Answer(status=status, message=message)
        performed = await bench.acting.do(act, MIRA)
        assert performed.ending is Ending.REFUSED
        assert says in performed.words
        assert bench.lines[-1].told == performed.words

    play(work)


def test_who_is_logged_in_anew_has_a_pace_of_their_own(play: Play) -> None:
    async def work(bench: Bench) -> None:
        await write(bench, "hello")
        del bench.api.identities[Account.BOT]
        performed = await write(bench, "hello")
        assert performed.ending is Ending.DONE
        assert bench.api.asked[-1].account is Account.BROADCASTER
        assert performed.undo is None, "Twitch lets nobody delete the streamer's own"

    play(work)
