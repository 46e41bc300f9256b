"""Who may have what done, and what else must be so: every act × every cause × everything that may be missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.acts import AYLA, EVERY_ACT, MIRA, RULE, TORBEN
from fakes.twitch_api import BOT
from sidecast.flow import action as acts
from sidecast.flow.action import Act, Ending, Granted, Obstacle, Person
from sidecast.flow.twitch import Account, Feature
from sidecast.twitch.acting.kinds import KINDS, in_words, kind_of
from sidecast.twitch.scopes import BY_FEATURE

from .conftest import Bench, Play

pytestmark = pytest.mark.unit

MODERATING = (acts.Delete, acts.TimeOut, acts.LetBack, acts.Warn, acts.Shield)
IDS = [type(act).__name__ for act in EVERY_ACT]


def test_there_is_one_kind_for_every_act_and_its_scope_is_one_of_its_feature() -> None:
    assert {type(act) for act in EVERY_ACT} == set(KINDS) == set(Act.__args__)
    for act in EVERY_ACT:
        kind = kind_of(act)
        wants = BY_FEATURE[kind.feature]
        assert kind.scope in wants.scopes[kind.account]
        assert wants.acts
        assert in_words(act).endswith(".")


@pytest.mark.parametrize("act", EVERY_ACT, ids=IDS)
def test_the_streamer_may_everything_a_moderator_what_moderates_an_onlooker_nothing(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        for cause, may in ((MIRA, True), (TORBEN, isinstance(act, MODERATING)), (AYLA, False)):
            checked = bench.acting.dry_run(act, cause)
            assert checked.possible is may, cause.name
            assert bool(checked.sendings)
            performed = await bench.acting.do(act, cause)
            assert (performed.ending is Ending.DONE) is may
            assert performed.hindrance is None if may else performed.hindrance.obstacle is Obstacle.ROLE  # type: ignore[union-attr]
            bench.api.asked.clear()
            await bench.clock.sleep(4000)
        assert bench.api.changes == []

    play(work)


@pytest.mark.parametrize("act", EVERY_ACT, ids=IDS)
def test_a_rule_may_what_it_was_granted_and_never_ban(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        feature = kind_of(act).feature
        bare = replace(RULE, features=frozenset(Feature) - {feature})
        assert bench.acting.dry_run(act, RULE).possible is not isinstance(act, acts.Ban)
        assert [each.obstacle for each in bench.acting.dry_run(act, bare).hindrances] == [Obstacle.ROLE]

    play(work)


@pytest.mark.parametrize("act", EVERY_ACT, ids=IDS)
def test_nothing_is_done_that_is_switched_off_not_allowed_by_twitch_or_while_nobody_is_logged_in(act: Act, play: Play) -> None:
    async def work(bench: Bench) -> None:
        kind = kind_of(act)
        bench.features = set(Feature) - {kind.feature}
        assert obstacles(bench, act) == [Obstacle.FEATURE]
        bench.features = set(Feature)
        granted = bench.api.granted
        bench.api.granted = {each: scopes - {kind.scope} for each, scopes in granted.items()}
        assert obstacles(bench, act) == [Obstacle.SCOPE]
        bench.api.granted = granted
        bench.api.identities = {}
        assert obstacles(bench, act) == [Obstacle.ACCOUNT]
        assert (await bench.acting.do(act, MIRA)).ending is Ending.REFUSED
        assert bench.api.asked == []

    play(work)


def test_without_a_bot_account_the_streamers_own_writes(play: Play) -> None:
    async def work(bench: Bench) -> None:
        act = acts.Write(text="hello")
        (sending,) = bench.acting.dry_run(act, MIRA).sendings
        assert (sending.account, sending.body["sender_id"]) == (Account.BOT, BOT.user_id)
        del bench.api.identities[Account.BOT]
        (sending,) = bench.acting.dry_run(act, MIRA).sendings
        assert (sending.account, sending.body["sender_id"]) == (Account.BROADCASTER, "1000")

    play(work)


def test_a_moderator_cannot_take_back_what_only_the_streamer_may_do(play: Play) -> None:
    async def work(bench: Bench) -> None:
        begun = await bench.acting.do(acts.StartPoll(title="Which way?", choices=("left", "right"), seconds=60), MIRA)
        tried = await bench.acting.undo(begun.action.id, TORBEN)
        assert tried is not None
        assert tried.ending is Ending.REFUSED
        taken_back = await bench.acting.undo(begun.action.id, MIRA)
        assert taken_back is not None
        assert taken_back.ending is Ending.DONE

    play(work)


@pytest.mark.parametrize("wrong", ["id-mika", "4711", "twitch:4711", "", "rule:calm"])
def test_nobody_but_members_and_their_keys_is_a_person(wrong: str) -> None:
    with pytest.raises(ValueError, match="nobody in the control room"):
        Person(id=wrong, name="mika", standing=MIRA.standing)


def obstacles(bench: Bench, act: Act, cause: Person | Granted = MIRA) -> list[Obstacle]:
    return [each.obstacle for each in bench.acting.dry_run(act, cause).hindrances]
