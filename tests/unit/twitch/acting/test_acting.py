"""What is sent for each act, how it is taken back, and what is said and kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.acts import EVERY_ACT, MIKA, MIRA, RULE, TORBEN
from fakes.twitch_api import BOT, STREAMER
from sidecast.flow import action as acts
from sidecast.flow.action import Act, Ending, Hindrance, Obstacle, Target
from sidecast.flow.chat import Author, ChatMessage
from sidecast.flow.twitch import Account, Answer, Identity

from .conftest import Bench, Play

pytestmark = pytest.mark.unit

OWN = {"broadcaster_id": "1000"}
MODERATOR = {**OWN, "moderator_id": "1000"}
REDEMPTIONS = "channel_points/custom_rewards/redemptions"
SENT: dict[type, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    acts.Write: (
        "POST",
        "chat/messages",
        {},
        {**OWN, "sender_id": "2000", "message": "Hello everybody!", "reply_parent_message_id": "m1"},
    ),
    acts.Delete: ("DELETE", "moderation/chat", {**MODERATOR, "message_id": "m1"}, {}),
    acts.TimeOut: ("POST", "moderation/bans", MODERATOR, {"data": {"user_id": "4711", "duration": 600, "reason": "spoilers"}}),
    acts.LetBack: ("DELETE", "moderation/bans", {**MODERATOR, "user_id": "4711"}, {}),
    acts.Ban: ("POST", "moderation/bans", MODERATOR, {"data": {"user_id": "4711", "reason": "threats"}}),
    acts.Warn: ("POST", "moderation/warnings", MODERATOR, {"data": {"user_id": "4711", "reason": "no spoilers, please"}}),
    acts.Shield: ("PUT", "moderation/shield_mode", MODERATOR, {"is_active": True}),
    acts.ShoutOut: (
        "POST",
        "chat/shoutouts",
        {"from_broadcaster_id": "1000", "to_broadcaster_id": "4711", "moderator_id": "1000"},
        {},
    ),
    acts.StartPoll: (
        "POST",
        "polls",
        {},
        {**OWN, "title": "Which way?", "choices": [{"title": "left"}, {"title": "right"}], "duration": 60},
    ),
    acts.EndPoll: ("PATCH", "polls", {}, {**OWN, "id": "p1", "status": "TERMINATED"}),
    acts.StartPrediction: (
        "POST",
        "predictions",
        {},
        {**OWN, "title": "Do we make it?", "outcomes": [{"title": "yes"}, {"title": "no"}], "prediction_window": 120},
    ),
    acts.LockPrediction: ("PATCH", "predictions", {}, {**OWN, "id": "v1", "status": "LOCKED"}),
    acts.ResolvePrediction: (
        "PATCH",
        "predictions",
        {},
        {**OWN, "id": "v1", "status": "RESOLVED", "winning_outcome_id": "o1"},
    ),
    acts.CancelPrediction: ("PATCH", "predictions", {}, {**OWN, "id": "v1", "status": "CANCELED"}),
    acts.Settle: ("PATCH", REDEMPTIONS, {**OWN, "id": "r1", "reward_id": "w1"}, {"status": "FULFILLED"}),
}
UNDO: dict[type, Act | None] = dict.fromkeys(SENT) | {
    acts.Write: acts.Delete(message_ids=("m-1",), target=Target(id="2000", name="Kit")),
    acts.TimeOut: acts.LetBack(target=MIKA),
    acts.Ban: acts.LetBack(target=MIKA),
    acts.Shield: acts.Shield(on=False),
    acts.StartPoll: acts.EndPoll(poll_id="v-1", show=False),
    acts.StartPrediction: acts.CancelPrediction(prediction_id="v-1"),
}


@pytest.mark.parametrize("act", EVERY_ACT, ids=lambda act: type(act).__name__)
def test_a_dry_run_says_exactly_what_is_sent_then_and_sends_nothing_itself(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        (would,) = bench.acting.dry_run(act, MIRA).sendings
        assert bench.api.asked == []
        assert bench.lines == []
        performed = await bench.acting.do(act, MIRA)
        (asked,) = bench.api.asked
        assert (asked.method, asked.path, asked.query, asked.body) == SENT[type(act)]
        assert (would.method, would.path, would.query, would.body) == SENT[type(act)]
        assert asked.account is would.account is (Account.BOT if isinstance(act, acts.Write) else Account.BROADCASTER)
        assert performed.ending is Ending.DONE
        assert performed.words.endswith(".")

    play(work)


@pytest.mark.parametrize("act", EVERY_ACT, ids=lambda act: type(act).__name__)
def test_it_is_taken_back_once_where_twitch_has_a_way(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        promised = bench.acting.dry_run(act, MIRA).undo
        done = await bench.acting.do(act, MIRA)
        assert done.undo == UNDO[type(act)]
        assert bool(promised) is (done.undo is not None)
        taken_back = await bench.acting.undo(done.action.id, MIRA)
        if done.undo is None:
            assert taken_back is None
            return
        assert taken_back is not None
        assert (taken_back.ending, taken_back.action.act, taken_back.action.undoes) == (Ending.DONE, done.undo, done.action.id)
        assert await bench.acting.undo(done.action.id, MIRA) is None
        assert await bench.acting.undo(taken_back.action.id, MIRA) is None
        assert [line.undoes for line in bench.lines] == ["", done.action.id]

    play(work)


def test_an_undo_that_was_refused_can_be_tried_again(play: Play) -> None:
    async def work(bench: Bench) -> None:
        done = await bench.acting.do(acts.Shield(on=True), TORBEN)
        bench.api.answers = [Answer(status=403, message="no")]
        first = await bench.acting.undo(done.action.id, TORBEN)
        assert first is not None
        assert first.ending is Ending.REFUSED
        second = await bench.acting.undo(done.action.id, TORBEN)
        assert second is not None
        assert second.ending is Ending.DONE

    play(work)


def test_every_action_has_a_line_also_one_that_was_refused(play: Play) -> None:
    async def work(bench: Bench) -> None:
        await bench.acting.do(acts.TimeOut(target=MIKA, seconds=600, reason="spoilers"), TORBEN)
        await bench.acting.do(acts.Ban(target=MIKA, reason="threats"), TORBEN)
        await bench.acting.do(acts.Shield(on=True), RULE)
        done, refused, by_rule = bench.lines
        assert (done.kind, done.by_id, done.by, done.ending, done.told) == ("time_out", "member:2", "Torben", Ending.DONE, "")
        assert (done.viewer_id, done.viewer_name, done.detail) == ("4711", "mika", "10 minutes: spoilers")
        assert (refused.kind, refused.ending, refused.told) == ("ban", Ending.REFUSED, "Your role may not do this at Twitch.")
        assert (by_rule.by_id, by_rule.by) == ("rule:calm", "calm")

    play(work)


@pytest.mark.parametrize(
    "act",
    [
        acts.TimeOut(target=Target(id="1000"), seconds=5),
        acts.Ban(target=Target(id="1000")),
        acts.ShoutOut(target=Target(id="1000")),
    ],
    ids=lambda act: type(act).__name__,
)
def test_the_streamer_is_never_the_target(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        assert [each.obstacle for each in bench.acting.dry_run(act, MIRA).hindrances] == [Obstacle.TARGET]
        assert STREAMER.user_id == "1000"

    play(work)


@pytest.mark.parametrize("user_id", ["mossy", "", "12/../34", "4711&broadcaster_id=2", "４７１１"])
def test_somebody_of_the_demo_or_with_a_made_up_id_is_nobody_at_twitch(user_id: str, play: Play) -> None:
    async def work(bench: Bench) -> None:
        performed = await bench.acting.do(acts.TimeOut(target=Target(id=user_id, name="mossy"), seconds=5), MIRA)
        assert performed.hindrance is not None
        assert performed.hindrance.obstacle is Obstacle.TARGET
        assert bench.api.asked == []

    play(work)


WRONG: list[tuple[Act, str]] = [
    (acts.Write(text=" \n"), "nothing to write"),
    (acts.Write(text="word " * 600), "messages; at most 5"),
    (acts.Write(text="https://example.org/" + "a" * 600), "link"),
    (acts.Write(text="/ban mika"), "command"),
    (acts.Delete(message_ids=()), "1 to 20"),
    (acts.Delete(message_ids=("",)), "which message"),
    (acts.TimeOut(target=MIKA, seconds=0), "1 second to 14 days"),
    (acts.TimeOut(target=MIKA, seconds=1_209_601), "14 days"),
    (acts.TimeOut(target=MIKA, seconds=60, reason="x" * 501), "501"),
    (acts.Warn(target=MIKA, reason=""), "reason"),
    (acts.StartPoll(title="", choices=("a", "b"), seconds=60), "question"),
    (acts.StartPoll(title="x" * 61, choices=("a", "b"), seconds=60), "61 characters"),
    (acts.StartPoll(title="x", choices=("a",), seconds=60), "2 to 5 choices"),
    (acts.StartPoll(title="x", choices=("a",) * 6, seconds=60), "2 to 5 choices"),
    (acts.StartPoll(title="x", choices=("a", "A "), seconds=60), "the same"),
    (acts.StartPoll(title="x", choices=("a", "b" * 26), seconds=60), "26 characters"),
    (acts.StartPoll(title="x", choices=("a", " "), seconds=60), "needs a choice"),
    (acts.StartPoll(title="x", choices=("a", "b"), seconds=14), "15 seconds to 30 minutes"),
    (acts.StartPoll(title="x", choices=("a", "b"), seconds=60, points=-1), "channel points"),
    (acts.StartPrediction(title="x" * 46, outcomes=("a", "b"), seconds=60), "46 characters"),
    (acts.StartPrediction(title="x", outcomes=tuple("abcdefghijk"), seconds=60), "2 to 10 outcomes"),
    (acts.StartPrediction(title="x", outcomes=("a", "b"), seconds=29), "30 seconds"),
    (acts.EndPoll(poll_id=""), "which poll"),
    (acts.ResolvePrediction(prediction_id="v1", outcome_id=""), "outcome"),
    (acts.Settle(redemption_id="", reward_id="w1", fulfil=True, target=MIKA), "redeemed reward"),
]


@pytest.mark.parametrize(("act", "says"), WRONG, ids=[f"{type(act).__name__}: {says}" for act, says in WRONG])
def test_what_twitch_would_never_take_is_said_before_it_is_asked(act: Act, says: str, play: Play) -> None:
    async def work(bench: Bench) -> None:
        checked = bench.acting.dry_run(act, MIRA)
        assert [each.obstacle for each in checked.hindrances] == [Obstacle.WRONG]
        assert says in checked.hindrances[0].what
        assert checked.sendings == ()
        assert (await bench.acting.do(act, MIRA)).ending is Ending.REFUSED
        assert bench.api.asked == []

    play(work)


def test_what_the_host_writes_passes_the_gate_and_a_rules_words_do_so_everywhere(play: Play) -> None:
    async def work(bench: Bench) -> None:
        assert obstacles(bench, acts.Write(text="all is gloom"), MIRA) == [Obstacle.GATE]
        performed = await bench.acting.do(acts.Write(text="all is gloom"), MIRA)
        assert performed.hindrance is not None
        assert performed.hindrance.obstacle is Obstacle.GATE
        poll = acts.StartPoll(title="gloom?", choices=("yes", "no"), seconds=60)
        assert obstacles(bench, poll, MIRA) == []
        assert obstacles(bench, poll, RULE) == [Obstacle.GATE]
        assert ("all is gloom", True) in bench.judged
        assert ("gloom?", False) in bench.judged
        assert bench.api.asked == []

    play(work)


def test_names_are_asked_of_twitch_and_odd_ones_are_not(play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.answers = [Answer(status=200, data={"data": [{"id": "4711", "login": "mika", "display_name": "Mika"}]})]
        assert await bench.acting.named(" @Mika ") == Target(id="4711", name="Mika")
        assert bench.api.asked[0].query == {"login": "mika"}
        for odd in ("no such name", "ünïcode", "a" * 30, ""):
            assert isinstance(await bench.acting.named(odd), Hindrance)
        assert len(bench.api.asked) == 1
        unknown = await bench.acting.named("nobody_at_all")
        assert isinstance(unknown, Hindrance)
        assert unknown.what == "Twitch knows nobody called nobody_at_all."

    play(work)


def test_how_things_stand_says_what_is_missing_what_runs_and_who_writes(play: Play) -> None:
    poll = {"id": "p1", "title": "Which way?", "status": "ACTIVE", "started_at": "2026-01-01T00:00:00Z", "duration": 60}
    choices = [{"id": "c1", "title": "left", "votes": 3, "channel_points_votes": 1}, {"id": "c2", "title": "right", "votes": 0}]
    rows = {
        "polls": {**poll, "choices": choices},
        "predictions": {"status": "RESOLVED"},
        "moderation/shield_mode": {"is_active": True},
    }

    async def work(bench: Bench) -> None:
        bench.api.respond = lambda asked: Answer(status=200, data={"data": [rows[asked.path]]})
        now = await bench.acting.now()
        assert (now.streamer, now.writer, now.shield, now.prediction) == ("Mira", "Kit", True, None)
        assert now.poll is not None
        assert [(each.title, each.count) for each in now.poll.options] == [("left", 3), ("right", 0)]
        assert now.poll.until_ms == 1_767_225_660_000
        assert all(each.missing is None for each in now.could)
        await bench.acting.now()
        assert len(bench.api.asked) == 3, "many pages are one question"
        bench.features.clear()
        later = await bench.acting.now()
        assert (later.poll, later.shield) == (None, None)
        assert {each.missing.obstacle for each in later.could if each.missing} == {Obstacle.FEATURE}
        bench.api.identities = {}
        assert (await bench.acting.now()).streamer == ""

    play(work)


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": ["x"]}, {"data": [{"status": "ACTIVE", "choices": 5}]}])
def test_an_answer_that_is_no_table_breaks_nothing(data: dict[str, Any], play: Play) -> None:
    async def work(bench: Bench) -> None:
        bench.api.respond = lambda asked: Answer(status=200, data=data)
        await bench.acting.now()
        for act in EVERY_ACT:
            assert (await bench.acting.do(act, MIRA)).ending is Ending.DONE
            await bench.clock.sleep(4000)

    play(work)


def obstacles(bench: Bench, act: Act, cause: Any) -> list[Obstacle]:
    return [each.obstacle for each in bench.acting.dry_run(act, cause).hindrances]


def test_the_hosts_own_lines_are_known_when_they_come_back(play: Play) -> None:
    def comes(text: str, by: Identity, reply_to: str = "") -> ChatMessage:
        author = Author(id=by.user_id, name=by.name)
        return ChatMessage(id="m", author=author, text=text, arrived_ns=1, reply_to=reply_to)

    async def work(bench: Bench) -> None:
        acting = bench.acting
        assert acting.wrote(comes("whatever", BOT))
        assert not acting.wrote(comes("hello there", STREAMER))
        # one account for both: only what was written from here is the host's
        bench.api.identities[Account.BOT] = STREAMER
        assert (await acting.do(acts.Write(text="hello there"), MIRA)).ending is Ending.DONE
        assert acting.wrote(comes("hello there", STREAMER))
        assert acting.wrote(comes("@bo hello there", STREAMER, reply_to="x"))
        assert not acting.wrote(comes("hello", STREAMER))
        assert not acting.wrote(comes("hello there", Identity(user_id="3", login="bo", name="Bo")))

    play(work)
