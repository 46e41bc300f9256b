"""What the control room shows of rules, and how it tries them: nothing is done but by the test button."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.rules import MIKA, MOD, Hands, raid, rules_of, wrote
from sidecast.clock import LoopClock
from sidecast.errors import RulesError
from sidecast.flow.action import ShoutOut, Target
from sidecast.flow.chat import Removal, RemovalScope, Role
from sidecast.flow.obs import ObsState
from sidecast.flow.obs_act import SetText, SwitchScene
from sidecast.flow.rule import RunEnding
from sidecast.rules.happening import Situation, What
from sidecast.rules.hour import MOST
from sidecast.rules.rules import Rules
from sidecast.rules.trying import MadeUp, Trying
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

TEXT = """
[[rule]]
name = "Raid welcome"
when = { event = "raid", at_least = 5 }
if = { scene = "Game" }
cooldown = "30 s"
note = "mine"
do = [ { scene = "Raid" }, { set_text = "Label", to = "{who} and {amount}" }, { shout_out = true } ]

[[rule]]
name = "Clip"
enabled = true
when = { command = "!clip", by = "vip" }
if = { chance = 0.5 }
do = { save_replay = true }

[[rule]]
name = "Quiet"
when = { silence = "5 min", of = "chat" }
do = { say = "So quiet." }
"""
ON_AIR = ObsState(connected=True, scene="Game")


@asynccontextmanager
async def going(path: Path, text: str = TEXT) -> AsyncIterator[tuple[Rules, Trying, Hands, LoopClock]]:
    clock = loop_clock()
    hands = Hands(clock)
    rules = rules_of(path / "rules.toml", text, hands, clock)
    task = asyncio.create_task(rules.run())
    await clock.sleep(0.01)
    yield rules, Trying(rules, hands.given(clock)), hands, clock
    task.cancel()
    await asyncio.wait({task})


def test_every_rule_is_shown_in_words_with_what_stands_in_its_way(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path) as (rules, trying, hands, clock):
            rules.heard(raid(clock))
            await clock.sleep(1)
            hands.refuses = lambda act: "There is no scene “Raid”." if isinstance(act, SwitchScene) else ""
            shown = trying.shown()
            raided = shown.rules[0]
            assert (raided.name, raided.enabled, raided.line, raided.note) == ("Raid welcome", True, 2, "mine")
            assert raided.when == "A raid comes (5 or more viewers)."
            assert raided.conditions == ("The scene is “Game”.",)
            assert raided.often == "At most every 30 s."
            assert raided.do[0] == "Switches to the scene “Raid”."
            assert raided.hindrances == ("There is no scene “Raid”.",)
            assert raided.passed == {"obs": 1}
            assert (raided.runs, raided.last_ms) == (0, 0)
            assert (shown.trouble, shown.problems, shown.dropped) == ("", (), 0)
            assert hands.done == []
            rules.file.path.write_text("[[rule]]\n", "utf-8")
            await clock.sleep(2)
            shown = trying.shown()
            assert len(shown.rules) == 3
            assert [each.line for each in shown.problems] == [1, 1, 1]
            assert "has no name" in shown.trouble

    run_virtual(main())


def test_the_test_button_does_it_whatever_the_conditions_and_says_how_it_ended(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path) as (_, trying, hands, clock):
            hands.refuses = lambda act: "Nobody to show." if isinstance(act, ShoutOut) else ""
            tested = await trying.test("raid WELCOME")
            assert tested.line is not None
            assert (tested.line.ending, tested.line.tested, tested.line.trigger) == (RunEnding.PART, True, "test")
            assert [step.trouble for step in tested.steps] == ["", "", "Nobody to show."]
            assert hands.done == [SwitchScene(scene="Raid"), SetText(source="Label", text="Viewer and 42")]
            # neither does a test cost a cool-down
            again = await trying.test("Raid welcome")
            assert again.line is not None
            with pytest.raises(RulesError, match="no rule “Nothing”"):
                await trying.test("Nothing")
            assert len(hands.lines) == 2
            await clock.sleep(1)

    run_virtual(main())


def test_a_test_that_takes_long_is_told_as_going_on(tmp_path: Path) -> None:
    text = '[[rule]]\nname = "Slow"\nwhen = { mood = "sad" }\ndo = [{ scene = "A" }, { wait = "1 min" }, { scene = "B" }]\n'

    async def main() -> None:
        async with going(tmp_path, text) as (_, trying, hands, clock):
            tested = await trying.test("Slow", wait_s=2)
            assert tested.line is None
            assert [step.trouble for step in tested.steps] == ["", None, None]
            assert trying.shown().rules[0].running
            await clock.sleep(61)
            assert hands.done == [SwitchScene(scene="A"), SwitchScene(scene="B")]
            assert trying.shown().rules[0].runs == 1

    run_virtual(main())


def test_a_made_up_event_says_which_rules_it_would_set_off(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path) as (rules, trying, hands, _clock):
            hands.refuses = lambda act: f"No {act.target.name}." if isinstance(act, ShoutOut) else ""
            event = MadeUp(what=What.EVENT, name="raid", amount=9)
            (tried,) = trying.made_up(event)
            assert (tried.rule, tried.why_not) == ("Raid welcome", "obs")
            rules.state(ObsState(), ON_AIR)
            (tried,) = trying.made_up(event)
            assert tried.why_not == ""
            assert [step.hindrances for step in tried.steps] == [(), (), ("No Viewer.",)]
            assert trying.made_up(MadeUp(what=What.EVENT, name="raid", amount=4)) == []
            elsewhere = MadeUp(what=What.EVENT, name="raid", amount=9, situation=Situation(obs=True, scene="End"))
            assert trying.made_up(elsewhere)[0].why_not == "scene"
            clip = MadeUp(what=What.COMMAND, name="!clip", roles=frozenset({Role.MODERATOR}))
            assert [each.why_not for each in trying.made_up(clip)] == ["chance"]
            assert trying.made_up(MadeUp(what=What.COMMAND, name="!clip")) == []
            assert (hands.done, hands.lines) == ([], [])

    run_virtual(main())


def test_the_last_hour_says_what_the_rules_as_they_stand_would_have_done(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, "# none yet\n") as (rules, trying, hands, clock):
            rules.state(ObsState(), ON_AIR)
            await clock.sleep(60)
            rules.heard(raid(clock, 9, number=1))
            await clock.sleep(10)
            rules.heard(raid(clock, 8, number=2))
            rules.heard(wrote(clock, "!clip now"))
            await clock.sleep(600)
            assert trying.last_hour() == []
            rules.file.path.write_text(TEXT, "utf-8")
            await clock.sleep(2)
            would = trying.last_hour()
            assert [(each.rule, each.trigger, each.why_not) for each in would] == [
                ("Raid welcome", "raid of 9", ""),
                ("Raid welcome", "raid of 8", "cooldown"),
                ("Clip", "command !clip", "chance"),
                ("Quiet", "silence", ""),
            ]
            assert would[3].at_ms - would[2].at_ms == pytest.approx(300_000, abs=1500)
            assert hands.done == []
            rules.heard(Removal(scope=RemovalScope.USER, author_id=MIKA.id, arrived_ns=1))
            assert [each.rule for each in trying.last_hour()] == ["Clip", "Quiet"]
            rules.forget(MOD.id)
            assert [each.rule for each in trying.last_hour()] == ["Quiet"]
            await clock.sleep(3600)
            assert [each.rule for each in trying.last_hour()] == []

    run_virtual(main())


def test_the_last_hour_is_bounded(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path) as (rules, _, _hands, clock):
            for number in range(MOST // 500 + 2):
                for _ in range(500):
                    rules.heard(raid(clock, number=number))
                await clock.sleep(0.5)
            assert len(rules.hour) == MOST

    run_virtual(main())


def test_a_shout_out_is_of_whoever_caused_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path) as (rules, _, hands, clock):
            rules.state(ObsState(), ON_AIR)
            rules.heard(raid(clock, 9))
            await clock.sleep(1)
            assert hands.done[-1] == ShoutOut(target=Target(id=MIKA.id, name=MIKA.name))

    run_virtual(main())
