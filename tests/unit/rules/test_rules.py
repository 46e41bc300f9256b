"""The rules in a show, in virtual time: what is done of them, in which order, and what becomes of words that are removed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.rules import MIKA, MOD, Hands, raid, rules_of, wrote
from fakes.samples import TURN
from sidecast.clock import LoopClock
from sidecast.flow.action import Engine, ShoutOut, Target, Write
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Author, Removal, RemovalScope, Role
from sidecast.flow.line import LedgerLine, Outcome
from sidecast.flow.mark import Audible
from sidecast.flow.moderation import Care, Storm, StormKind
from sidecast.flow.obs import ObsEvent, ObsState
from sidecast.flow.obs_act import PlayMedia, SaveReplay, SetText, SwitchScene
from sidecast.flow.order import Say
from sidecast.flow.rule import RunEnding
from sidecast.flow.twitch import Feature
from sidecast.flow.verdict import Decision, Verdict
from sidecast.rules.rules import MOST_TOLD, Rules
from sidecast.rules.run import REMOVED
from sidecast.rules.runs import MOST_OF_ONE, MOST_RUNNING, MOST_WAITING
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

WELCOME = """
[[rule]]
name = "Raid welcome"
when = { event = "raid", at_least = 5 }
cooldown = "30 s"
do = [
  { scene = "Raid" },
  { play = "Airhorn", wait_for_end = true },
  { say = "What a crowd of {amount}!" },
  { shout_out = true },
  { wait = "2 s" },
  { scene = "Game" },
]
"""
SHOWN = """
[[rule]]
name = "Alert"
when = [{ event = "raid" }, { command = "!alert", by = "everyone" }]
while_running = "wait"
do = [ { set_text = "Label", to = "{who}: {text}" } ]
"""


@asynccontextmanager
async def going(path: Path, text: str) -> AsyncIterator[tuple[Rules, Hands, LoopClock]]:
    clock = loop_clock()
    hands = Hands(clock)
    rules = rules_of(path / "rules.toml", text, hands, clock)
    task = asyncio.create_task(rules.run())
    await clock.sleep(0.01)
    try:
        yield rules, hands, clock
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_a_rule_does_its_steps_in_order_and_a_line_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, WELCOME) as (rules, hands, clock):
            rules.heard(raid(clock, 42))
            await clock.sleep(1)
            assert [type(each) for each in hands.done] == [SwitchScene]
            await clock.sleep(10)
            said = hands.done[2]
            assert isinstance(said, Say)
            assert (said.text, said.by, said.by_id) == ("What a crowd of 42!", "rule: Raid welcome", "rule:Raid welcome")
            assert [each for each in hands.done if each is not said] == [
                SwitchScene(scene="Raid"),
                PlayMedia(source="Airhorn", wait=True),
                ShoutOut(target=Target(id="4711", name="mika")),
                SwitchScene(scene="Game"),
            ]
            assert {(cause.engine, cause.name, cause.features) for cause in hands.causes} == {
                (Engine.RULE, "Raid welcome", frozenset({Feature.SHOUT_OUT}))
            }
            (line,) = hands.lines
            assert (line.rule, line.trigger, line.ending, line.told) == ("Raid welcome", "raid of 42", RunEnding.DONE, "")
            assert (line.steps, line.done, line.took_ms, line.viewer_id) == (6, 6, 5000, "4711")

    run_virtual(main())


def test_a_step_that_is_refused_keeps_no_other_from_being_done(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, WELCOME) as (rules, hands, clock):
            hands.refuses = lambda act: "No such scene." if act == SwitchScene(scene="Raid") else ""
            rules.heard(raid(clock))
            await clock.sleep(10)
            assert hands.done[-1] == SwitchScene(scene="Game")
            (line,) = hands.lines
            assert (line.ending, line.told, line.steps, line.done) == (RunEnding.PART, "No such scene.", 6, 5)
            hands.refuses = lambda _: "OBS is not connected."
            await clock.sleep(60)
            rules.heard(raid(clock))
            await clock.sleep(10)
            assert (hands.lines[-1].ending, hands.lines[-1].done) == (RunEnding.REFUSED, 1)

    run_virtual(main())


def test_what_breaks_in_a_step_breaks_no_run_and_leaves_no_words_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN + WELCOME) as (rules, hands, clock):

            def broken(act: object) -> str:
                if isinstance(act, SetText):
                    raise RuntimeError(f"cannot do {act}")  # noqa: TRY004 - whatever breaks
                return ""

            hands.refuses = broken
            rules.heard(replace(raid(clock), text="a viewer's secret"))
            await clock.sleep(10)
            assert [(line.rule, line.ending) for line in hands.lines] == [
                ("Alert", RunEnding.REFUSED),
                ("Raid welcome", RunEnding.DONE),
            ]
            assert hands.lines[0].told == "This step failed; the log says where."

    run_virtual(main())
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_commands_cheers_and_rewards_come_of_messages(tmp_path: Path) -> None:
    text = """
[[rule]]
name = "Brb"
when = { command = "!brb" }
do = { scene = "Brb" }
[[rule]]
name = "Bits"
when = { event = "cheer", at_least = 100 }
do = { scene = "Bits" }
[[rule]]
name = "Water"
when = { event = "reward", reward = "Hydrate" }
do = { scene = "Water" }
"""

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            rules.heard(wrote(clock, "!BRB in five"))
            rules.heard(wrote(clock, "!brb", MIKA))
            rules.heard(wrote(clock, "please !brb"))
            rules.heard(wrote(clock, "!brbx"))
            rules.heard(wrote(clock, "Cheer100", MIKA, bits=100))
            rules.heard(wrote(clock, "gulp", MIKA, reward="hydrate"))
            await clock.sleep(1)
            assert hands.done == [SwitchScene(scene=name) for name in ("Brb", "Bits", "Water")]

    run_virtual(main())


def test_the_hosts_own_line_and_what_was_removed_at_once_command_nothing(tmp_path: Path) -> None:
    text = SHOWN.replace("while_running", 'cooldown = "0 s"\nwhile_running')

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            own, gone, held = (wrote(clock, f"!alert {n}", number=n) for n in (1, 2, 3))
            rules.heard(own)
            rules.settled(own, Reason.OWN, None)
            rules.heard(gone)
            rules.heard(Removal(scope=RemovalScope.MESSAGE, message_id="m2", arrived_ns=clock.now_ns()))
            rules.heard(held)
            rules.settled(held, Reason.REMOVED, None)
            await clock.sleep(1)
            assert hands.done == []

    run_virtual(main())


@pytest.mark.parametrize("scope", [RemovalScope.MESSAGE, RemovalScope.USER, RemovalScope.CHAT, RemovalScope.HELD])
def test_words_that_are_removed_are_not_shown_and_shown_ones_are_taken_away(tmp_path: Path, scope: RemovalScope) -> None:
    text = SHOWN.replace("do = [", 'do = [ { wait = "2 s" },')
    removal = Removal(scope=scope, message_id="m1", author_id=MIKA.id, arrived_ns=1)

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            rules.heard(wrote(clock, "!alert hi", MIKA))
            await clock.sleep(1)
            rules.heard(removal)
            await clock.sleep(5)
            assert hands.done == []
            assert (hands.lines[0].ending, hands.lines[0].told) == (RunEnding.REFUSED, REMOVED)
            rules.heard(wrote(clock, "!alert hello", MIKA))
            await clock.sleep(5)
            assert hands.done == [SetText(source="Label", text="mika: !alert hello")]
            rules.heard(removal)
            await clock.sleep(1)
            assert hands.done[1:] == [SetText(source="Label", text="")]
            rules.heard(removal)
            await clock.sleep(1)
            assert len(hands.done) == 2

    run_virtual(main())


def test_a_removal_while_obs_is_asked_empties_what_it_shows_then(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN) as (rules, hands, clock):
            removal = Removal(scope=RemovalScope.USER, author_id=MIKA.id, arrived_ns=1)

            def removed_meanwhile(act: object) -> str:
                if isinstance(act, SetText) and act.text:
                    rules.heard(removal)
                return ""

            hands.refuses = removed_meanwhile
            rules.heard(wrote(clock, "!alert hi", MIKA))
            await clock.sleep(1)
            assert [act.text for act in hands.done if isinstance(act, SetText)] == ["mika: !alert hi", ""]

    run_virtual(main())


def test_a_removal_of_others_changes_nothing_nor_does_one_after_other_words_are_shown(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN) as (rules, hands, clock):
            rules.heard(wrote(clock, "!alert hi", MIKA))
            await clock.sleep(1)
            rules.heard(Removal(scope=RemovalScope.USER, author_id="99", arrived_ns=1))
            rules.heard(Removal(scope=RemovalScope.MESSAGE, message_id="m9", arrived_ns=1))
            rules.heard(wrote(clock, "!alert mine", MOD, number=2))
            await clock.sleep(1)
            rules.heard(Removal(scope=RemovalScope.USER, author_id=MIKA.id, arrived_ns=1))
            await clock.sleep(1)
            assert [act.text for act in hands.done if isinstance(act, SetText)] == ["mika: !alert hi", "Torben: !alert mine"]

    run_virtual(main())


def test_viewers_words_go_through_the_gate_and_the_streamers_do_not(tmp_path: Path) -> None:
    text = """
[[rule]]
name = "Alert"
when = { event = "raid" }
do = [ { set_text = "Label", to = "{who}" }, { write = "Hi {who}!" }, { set_text = "Other", to = "{amount}" } ]
"""

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            hands.forbids = lambda text: "The gate does not let this be shown: swearing." if "mika" in text else ""
            rules.heard(raid(clock))
            await clock.sleep(1)
            assert hands.judged == ["mika", "Hi mika!"]
            assert hands.done == [SetText(source="Other", text="7")]
            (line,) = hands.lines
            assert (line.ending, line.done) == (RunEnding.PART, 1)
            assert line.told == "The gate does not let this be shown: swearing."
            rules.heard(raid(clock, author=None))
            await clock.sleep(1)
            assert hands.done[1:3] == [SetText(source="Label", text="somebody"), Write(text="Hi somebody!")]

    run_virtual(main())


def test_what_the_gate_in_blocks_is_taken_away_when_it_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN) as (rules, hands, clock):
            message = wrote(clock, "!alert xxx", MIKA)
            rules.heard(message)
            await clock.sleep(0.1)
            rules.settled(message, Reason.BLOCKED, Verdict(Decision.BLOCK, message.text))
            await clock.sleep(0.1)
            assert [act.text for act in hands.done if isinstance(act, SetText)] == ["mika: !alert xxx", ""]

    run_virtual(main())


def test_a_rule_that_runs_is_not_begun_again_unless_it_is_to_wait(tmp_path: Path) -> None:
    text = WELCOME.replace('cooldown = "30 s"\n', "")

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            for _ in range(3):
                rules.heard(raid(clock))
            await clock.sleep(30)
            assert len(hands.lines) == 1
            assert rules.engine.passed["Raid welcome"]["running"] == 2
        waiting = text.replace("do = [", 'while_running = "wait"\ndo = [')
        async with going(tmp_path, waiting) as (rules, hands, clock):
            for _ in range(MOST_OF_ONE + 3):
                rules.heard(raid(clock))
            await clock.sleep(100)
            endings = [line.ending for line in hands.lines]
            assert endings.count(RunEnding.DONE) == MOST_OF_ONE + 1
            assert endings.count(RunEnding.DROPPED) == rules.runs.dropped == 2

    run_virtual(main())


def test_runs_are_bounded_and_each_is_told_once(tmp_path: Path) -> None:
    many = MOST_RUNNING + MOST_WAITING + 10
    text = "".join(
        f'[[rule]]\nname = "R{n}"\nwhen = {{ event = "raid" }}\ndo = [{{ wait = "1 s" }}, {{ save_replay = true }}]\n'
        for n in range(many)
    )

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            rules.heard(raid(clock))
            await clock.sleep(0.5)
            assert (len(rules.runs.running), rules.runs.waiting) == (MOST_RUNNING, MOST_WAITING)
            await clock.sleep(30)
            assert hands.done == [SaveReplay()] * (many - 10)
            assert sorted(line.rule for line in hands.lines) == sorted(f"R{n}" for n in range(many))
            assert sum(line.ending is RunEnding.DROPPED for line in hands.lines) == 10
            assert len({line.run_id for line in hands.lines}) == many

    run_virtual(main())


def test_the_end_of_the_show_ends_what_runs_and_says_so(tmp_path: Path) -> None:
    text = WELCOME.replace('cooldown = "30 s"', 'while_running = "wait"')
    told = []

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            rules.heard(raid(clock))
            rules.heard(raid(clock))
            await clock.sleep(1)
            told.append(hands.lines)
        await clock.sleep(60)
        assert hands.done == [SwitchScene(scene="Raid")]
        rules.heard(raid(clock))

    run_virtual(main())
    assert [(line.ending, line.done, line.told) for line in told[0]] == [
        (RunEnding.CUT, 0, "The show ended."),
        (RunEnding.CUT, 1, "The show ended."),
    ]


def test_held_rules_are_not_set_off(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, WELCOME + '[[rule]]\nname = "T"\nwhen = { every = "5 s" }\ndo = { scene = "T" }\n') as (
            rules,
            hands,
            clock,
        ):
            rules.hold(True)
            rules.heard(raid(clock))
            await clock.sleep(12)
            assert hands.done == []
            rules.hold(False)
            await clock.sleep(5)
            assert hands.done == [SwitchScene(scene="T")]

    run_virtual(main())


def line_of(heard: str, cause: str = "said", asked_by: str = "Ada") -> LedgerLine:
    return LedgerLine(
        turn_id="t1",
        wall_ms=1,
        author_id="",
        author_name="",
        text=heard,
        cause=cause,
        score=0,
        heard=heard,
        outcome=Outcome.HEARD,
        asked_by=asked_by,
    )


SAYS = '[[rule]]\nname = "Night"\nwhen = { says = "good night" }\ndo = { scene = "End" }\n'


@pytest.mark.parametrize(
    ("line", "sets_off"),
    [
        (line_of("Well, good night!"), True),
        (line_of("Good morning"), False),
        (line_of("Good night!", cause="message", asked_by=""), False),
        (line_of("Good night!", cause="message"), False),
        (line_of("Good night!", cause="raid"), False),
        (line_of("Good night!", cause="stream_off", asked_by=""), False),
        (line_of("Good night!", asked_by="rule: Sleepy"), False),
        (replace(line_of("Good night!"), heard=""), False),
    ],
)
def test_the_hosts_words_count_only_where_no_viewer_and_no_rule_has_caused_them(
    tmp_path: Path, line: LedgerLine, sets_off: bool
) -> None:
    async def main() -> None:
        async with going(tmp_path, SAYS) as (rules, hands, clock):
            rules.ended(line)
            await clock.sleep(1)
            assert hands.done == [SwitchScene(scene="End")] * sets_off

    run_virtual(main())


def test_speech_starts_with_the_first_sound_of_a_turn_and_ends_with_it(tmp_path: Path) -> None:
    text = """
[[rule]]
name = "On"
when = { speech = "starts" }
do = { scene = "On" }
[[rule]]
name = "Off"
when = { speech = "ends" }
do = { scene = "Off" }
[[rule]]
name = "Quiet"
when = { silence = "10 s", of = "host" }
do = { scene = "Quiet" }
"""

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            rules.chosen(TURN, ())
            rules.ended(line_of(""))
            rules.marked(Audible(utterance=1, at_ns=1))
            rules.marked(Audible(utterance=2, at_ns=1))
            await clock.sleep(20)
            assert hands.done == [SwitchScene(scene="On")]
            rules.ended(line_of("Hello."))
            await clock.sleep(9)
            assert hands.done[1:] == [SwitchScene(scene="Off")]
            await clock.sleep(3)
            assert hands.done[2:] == [SwitchScene(scene="Quiet")]

    run_virtual(main())


def test_moods_and_storms_are_told_when_they_change(tmp_path: Path) -> None:
    text = """
[[rule]]
name = "Red"
when = { mood = "angry" }
do = { filter_on = "Red", of = "Avatar" }
[[rule]]
name = "Doors"
when = [{ storm = "begins", kind = "hate" }, { storm = "ends" }]
do = { save_replay = true }
"""
    storm = Storm(care=Care.KNOWN, kind=StormKind.HATE)

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):
            for mood in ("angry", "neutral", "angry", "angry", "neutral"):
                rules.mood(mood, "")
            await clock.sleep(1)
            assert len(hands.lines) == 1
            for each in (storm, replace(storm, why="more of it"), Storm()):
                rules.storm(each)
                await clock.sleep(1)
            assert [line.trigger for line in hands.lines[1:]] == ["storm begins", "storm ends"]
            assert rules.situation.storm == ""
            # a rush of friends that turns into hate
            rules.storm(replace(storm, kind=StormKind.RAID))
            await clock.sleep(1)
            assert len(hands.lines) == 3
            rules.storm(storm)
            await clock.sleep(1)
            assert len(hands.lines) == 4

    run_virtual(main())


def test_obs_sets_rules_off_and_conditions_see_the_scene_that_it_tells_of(tmp_path: Path) -> None:
    text = """
[[rule]]
name = "Scene"
when = { obs = "scene", to = "Game" }
if = { scene = "Game" }
do = { scene = "scene" }
[[rule]]
name = "Ends"
when = { obs = "media_ends", source = "Intro" }
do = { scene = "ends" }
[[rule]]
name = "Live"
when = [{ obs = "stream_starts" }, { obs = "connected" }, { obs = "muted", source = "Mic" }, { obs = "streamer_speaks" }]
do = { scene = "live" }
[[rule]]
name = "Raw"
when = { obs_event = "InputMuteStateChanged", where = { inputMuted = false } }
do = { scene = "raw" }
"""
    on = ObsState(connected=True, scene="Start")

    async def main() -> None:
        async with going(tmp_path, text) as (rules, hands, clock):

            async def told(name: str, **data: object) -> list[object]:
                before = len(hands.done)
                rules.obs(ObsEvent(name, data, clock.now_ns()))
                await clock.sleep(0.1)
                return hands.done[before:]

            async def stands(old: ObsState, new: ObsState) -> list[object]:
                before = len(hands.done)
                rules.state(old, new)
                await clock.sleep(0.1)
                return hands.done[before:]

            live = [SwitchScene(scene="live")]
            # what ran already when OBS was found has not just begun
            assert await stands(ObsState(), replace(on, streaming=True, playing=frozenset({"Intro"}))) == live
            assert await told("CurrentProgramSceneChanged", sceneName="Game") == [SwitchScene(scene="scene")]
            assert await told("CurrentProgramSceneChanged", sceneName="Other") == []
            # the protocol's own end of media may be none
            assert await told("MediaInputPlaybackEnded", inputName="Intro") == []
            assert await stands(replace(on, playing=frozenset({"Intro"})), on) == [SwitchScene(scene="ends")]
            assert await told("StreamStateChanged", outputState="OBS_WEBSOCKET_OUTPUT_STARTING") == []
            assert await told("StreamStateChanged", outputState="OBS_WEBSOCKET_OUTPUT_STARTED") == live
            assert await told("InputMuteStateChanged", inputName="Mic", inputMuted=True) == live
            assert await told("InputMuteStateChanged", inputName="Mic", inputMuted=False) == [SwitchScene(scene="raw")]
            assert await told("InputVolumeMeters", inputs=[]) == []
            assert await told("SourceFilterEnableStateChanged") == []
            assert await stands(on, replace(on, streamer_speaks=True)) == live
            assert await stands(replace(on, playing=frozenset({"Intro"})), ObsState()) == []

    run_virtual(main())


def test_a_changed_file_holds_at_once_and_keeps_cooldowns_and_a_broken_one_keeps_the_last_good(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"

    async def main() -> None:
        async with going(tmp_path, WELCOME) as (rules, hands, clock):
            rules.heard(raid(clock))
            await clock.sleep(8)
            file.write_text(WELCOME.replace('"Raid" }', '"Other" }'), "utf-8")
            await clock.sleep(1.5)
            rules.heard(raid(clock))
            await clock.sleep(1)
            assert rules.engine.passed["Raid welcome"]["cooldown"] == 1
            await clock.sleep(30)
            rules.heard(raid(clock))
            await clock.sleep(1)
            assert hands.done[-1] == SwitchScene(scene="Other")
            assert hands.notes == ["", ""]

            file.write_text(WELCOME.replace("when", "wen"), "utf-8")
            await clock.sleep(40)
            assert "Line 2, rule “Raid welcome”" in hands.notes[-1]
            assert "The rules that were read before go on (1)." in hands.notes[-1]
            assert len(rules.file.book.problems) == 2
            before = len(hands.lines)
            rules.heard(raid(clock))
            await clock.sleep(8)
            assert len(hands.lines) == before + 1

            file.unlink()
            await clock.sleep(1.5)
            assert hands.notes[-1] == ""
            assert rules.engine.rules == ()

    run_virtual(main())


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, WELCOME) as (rules, hands, clock):
            rules.file.path.write_bytes(b"\xff\xfe")
            await clock.sleep(1.5)
            assert "cannot be read" in hands.notes[-1]
            rules.file.path.unlink()
            os.mkfifo(rules.file.path)
            await clock.sleep(1.5)
            assert "is no file" in hands.notes[-1]
            assert len(rules.engine.rules) == 1

    run_virtual(main())


def test_an_erased_viewer_is_named_nowhere(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN) as (rules, _hands, clock):
            rules.heard(wrote(clock, "!alert hi", MIKA))
            rules.heard(wrote(clock, "!alert hi", MOD, number=2))
            await clock.sleep(1)
            kept = len(rules.hour)
            rules.forget(MIKA.id)
            assert [line.viewer_id for line in rules.lines] == ["", MOD.id]
            assert len(rules.hour) == kept - 1

    run_virtual(main())


def test_what_is_told_is_bounded(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN) as (rules, hands, clock):
            for number in range(MOST_TOLD + 7):
                rules.heard(raid(clock, number=number))
            assert rules.dropped == 7
            await clock.sleep(1)
            assert len(hands.lines) <= 60

    run_virtual(main())


def test_a_viewer_who_says_to_be_somebody_is_not(tmp_path: Path) -> None:
    async def main() -> None:
        async with going(tmp_path, SHOWN.replace('by = "everyone"', 'by = "vip"')) as (rules, hands, clock):
            liar = Author(id="7", name="moderator", roles=frozenset({Role.SUBSCRIBER}))
            rules.heard(wrote(clock, "!alert by = everyone, I am the broadcaster", liar))
            await clock.sleep(1)
            assert hands.done == []

    run_virtual(main())
