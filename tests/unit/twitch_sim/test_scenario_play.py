"""Scenarios as they are played, in virtual time: what happens, when, and that all of it can happen."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from typing import Any

import pytest

from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.scenario.file import load, parse, shipped
from sidecast.twitch_sim.scenario.play import Playing, play
from sidecast.twitch_sim.scenario.scene import Scene
from sidecast.twitch_sim.world.cast import furnished
from sidecast.twitch_sim.world.happenings import Banned, Cleared, Deleted, Happening, Noticed, Occurred, Said, SettingsChanged
from sidecast.twitch_sim.world.world import World
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


class Stage:
    """A world that keeps what happened in it, with its times; faults and IRC are only noted."""

    def __init__(self) -> None:
        self.clock = loop_clock()
        self.world: World = furnished(self.clock, Ids(1))
        self.happened: list[tuple[float, Happening]] = []
        self.faults: list[tuple[float, str, dict[str, Any]]] = []
        self.world.listen(lambda happening: self.happened.append((self.now_s, happening)))
        self.scene = Scene(self.world, self._inject, self)

    @property
    def now_s(self) -> float:
        return self.clock.now_ns() / 1e9

    def _inject(self, name: str, **arguments: Any) -> None:
        self.faults.append((self.now_s, name, arguments))

    def reconnect(self) -> None:
        self._inject("irc reconnect")

    def hang_up(self) -> None:
        self._inject("irc hang_up")

    def occurred(self, kind: str) -> list[float]:
        return [at_s for at_s, each in self.happened if isinstance(each, Occurred) and each.type == kind]

    def said(self) -> list[tuple[float, str, str]]:
        return [(at_s, each.message.author.login, each.message.text) for at_s, each in self.happened if isinstance(each, Said)]


def played(text_or_name: str, seed: int = 1) -> tuple[Stage, Playing]:
    async def run() -> tuple[Stage, Playing]:
        stage = Stage()
        known = shipped()
        scenario = load(known[text_or_name]) if text_or_name in known else parse(text_or_name, "x.toml")
        return stage, await play(scenario, stage.scene, stage.clock, random.Random(seed))

    return run_virtual(run())


@pytest.mark.parametrize("name", shipped())
def test_all_of_what_comes_along_can_happen(name: str) -> None:
    stage, playing = played(name)
    assert playing.remarks == []
    assert playing.done > 5
    assert stage.happened


def test_things_happen_when_they_are_due() -> None:
    stage, _ = played(
        '[[step]]\nat = 5\nraid = { from = "captain_quill", viewers = 120 }\n[[step]]\nat = 2\nfollow = { from = "ninefold" }'
    )
    assert stage.occurred("channel.raid") == [5.0]
    assert stage.occurred("channel.follow") == [2.0]
    [notice] = [each for _, each in stage.happened if isinstance(each, Noticed)]
    assert notice.details["viewer_count"] == 120


def test_a_burst_has_its_number_its_pace_and_its_words() -> None:
    stage, _ = played('[[step]]\nat = 10\nburst = { per_s = 50, for_s = 20, viewers = 400, texts = ["a", "b"] }')
    said = stage.said()
    assert len(said) == 1000
    assert (said[0][0] >= 10, said[-1][0] <= 30) == (True, True)
    assert all(40 <= count <= 60 for count in Counter(int(at_s) for at_s, _, _ in said).values())
    assert len({login for _, login, _ in said}) > 300
    assert Counter(text for _, _, text in said) == {"a": 500, "b": 500}


def test_steps_that_overlap_keep_the_order_of_time() -> None:
    burst = '[[step]]\nat = {}\nburst = {{ per_s = 5, for_s = 10, texts = ["{}"] }}\n'
    stage, _ = played(burst.format(0, "a") + burst.format(5, "b") + '[[step]]\nat = 7\nsay = { from = "wren", text = "c" }')
    times = [at_s for at_s, _, _ in stage.said()]
    assert times == sorted(times)
    assert Counter(text for _, _, text in stage.said()) == {"a": 50, "b": 50, "c": 1}
    assert next(at_s for at_s, _, text in stage.said() if text == "c") == 7.0


def test_a_crowd_has_names_as_people_choose_them_and_a_hate_raid_has_not() -> None:
    async def run() -> tuple[list[str], list[str]]:
        scene = Stage().scene
        return scene.strangers(2000), scene.strangers(5, new=True)

    crowd, made = run_virtual(run())
    assert len(set(crowd)) == 2000
    assert all(len(login) <= 25 and login.isascii() and login.replace("_", "").isalnum() for login in crowd)
    patterns = Counter(re.sub(r"\d+", "#", login) for login in crowd[:300])
    assert max(patterns.values()) == 1
    assert {re.sub(r"\d+", "#", login) for login in made} == {"acct_#"}


def test_a_hate_raid_is_of_new_accounts_that_follow_and_write() -> None:
    stage, _ = played('[[step]]\nat = 1\nhate_raid = { accounts = 200, for_s = 30, texts = ["x"] }')
    writers = {login for _, login, _ in stage.said()}
    assert len(writers) == 200
    assert len(stage.occurred("channel.follow")) == 200
    assert all(each.message.first for _, each in stage.happened if isinstance(each, Said))
    assert (stage.said()[0][0] >= 1, stage.said()[-1][0] <= 31) == (True, True)


def test_a_train_a_poll_and_a_prediction_run_their_course() -> None:
    stage, _ = played(
        "[[step]]\nat = 0\nhype_train = { contributions = 10, for_s = 30 }\n"
        "[[step]]\nat = 0\npoll = { title = 'x', choices = ['a', 'b'], seconds = 60, votes = 7 }\n"
        "[[step]]\nat = 0\nprediction = { title = 'x', outcomes = ['a', 'b'], seconds = 30, winner = 2 }\n"
    )
    assert (stage.occurred("channel.hype_train.begin"), stage.occurred("channel.hype_train.end")) == ([0.0], [30.0])
    assert len(stage.occurred("channel.hype_train.progress")) == 9
    assert (stage.occurred("channel.poll.begin"), stage.occurred("channel.poll.end")) == ([0.0], [60.0])
    [poll] = stage.world.room().polls.values()
    assert sum(choice["votes"] for choice in poll["choices"]) == 7
    assert (stage.occurred("channel.prediction.lock"), stage.occurred("channel.prediction.end")) == ([30.0], [60.0])
    [prediction] = stage.world.room().predictions.values()
    assert prediction["winning_outcome_id"] == prediction["outcomes"][1]["id"]


def test_moderators_at_work() -> None:
    stage, _ = played("moderation")
    kinds = [type(each) for _, each in stage.happened if not isinstance(each, Occurred | Said)]
    assert kinds == [Deleted, Banned, SettingsChanged, SettingsChanged, Banned, Cleared]
    assert len(stage.occurred("automod.message.hold")) == 2
    assert len(stage.occurred("automod.message.update")) == 2


def test_faults_come_when_they_are_due() -> None:
    stage, _ = played("bad-network")
    assert stage.faults[:2] == [(10.0, "close", {"code": 4006}), (25.0, "reconnect", {"late_welcome_s": 2.0})]
    assert [name for _, name, _ in stage.faults if name.startswith("irc")] == ["irc reconnect", "irc hang_up"]


def test_what_is_impossible_is_remarked_and_the_rest_goes_on() -> None:
    stage, playing = played('[[step]]\nat = 1\ndelete = { of = "wren" }\n[[step]]\nat = 2\nsay = { from = "wren", text = "hi" }')
    assert playing.impossible == 1
    assert playing.remarks == ["at 1 s: “wren” has written nothing that still stands. Let them write first."]
    assert [text for _, _, text in stage.said()] == ["hi"]


def test_the_same_seed_plays_the_same() -> None:
    assert played("raid", 3)[0].said() == played("raid", 3)[0].said()
    assert played("raid", 3)[0].said() != played("raid", 4)[0].said()


def test_it_can_be_ended_at_any_time() -> None:
    async def run() -> int:
        stage = Stage()
        playing = Playing()
        task = asyncio.create_task(
            play(load(shipped()["busy-chat"]), stage.scene, stage.clock, random.Random(1), playing=playing)
        )
        await asyncio.sleep(5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        done = playing.done
        await asyncio.sleep(60)
        assert playing.done == done
        return done

    assert 100 < run_virtual(run()) < 200
