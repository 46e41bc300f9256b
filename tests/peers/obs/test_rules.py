"""Rules over the real link, in a real OBS: what happens sets them off, and what they say is done there."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.obs_acting import acting_in
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.rules import MIKA, raid, wrote
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.desks.rule_actor import AtTwitch, RuleActor
from sidecast.flow.action import Act, Cause, Checked, Performed
from sidecast.flow.chat import Removal, RemovalScope
from sidecast.flow.obs import ObsEvent
from sidecast.flow.rule import RunEnding, RunLine
from sidecast.obs.room.room import Room
from sidecast.rules.rules import Given, Rules
from sidecast.rules.trying import Trying

pytestmark = pytest.mark.peers

TEXT = """
[[rule]]
name = "Raid welcome"
when = { event = "raid", at_least = 5 }
if = { scene = "Game" }
do = [
  { show = "Lamp", in = "Game", for = "300 ms" },
  { set_text = "Label", to = "Welcome {who} and {amount}!" },
  { filter_on = "Dim", of = "Lamp" },
  { scene = "Raid" },
  { scene = "Rade" },
]

[[rule]]
name = "Label"
when = { command = "!label", by = "everyone" }
do = [ { set_text = "Label", to = "{text}" } ]

[[rule]]
name = "On the raid's scene"
when = { obs = "scene", to = "Raid" }
do = [ { play = "Tone", wait_for_end = true, at_most = "20 s" }, { mute = "Tone" } ]

[[rule]]
name = "Muted"
when = { obs = "muted", source = "Tone" }
do = [ { set_text = "Other label", to = "muted in {scene}" } ]

[[rule]]
name = "Has ended"
when = { obs = "media_ends", source = "Tone" }
do = [ { filter_off = "Dim", of = "Lamp" } ]
"""


class NoTwitch(AtTwitch):
    def dry_run(self, act: Act, cause: Cause) -> Checked:
        raise AssertionError("no rule here acts at Twitch")

    async def do(self, act: Act, cause: Cause) -> Performed:
        raise AssertionError("no rule here acts at Twitch")


@dataclass
class Here:
    rules: Rules
    trying: Trying
    clock: SystemClock
    lines: list[RunLine]

    dimmed: list[bool]
    """How the lamp's filter was switched, as OBS told."""
    look: Callable[[], Awaitable[object]]
    """Asks OBS what it has."""

    def passed(self, rule: str) -> dict[str, int]:
        """Why it did not run, and how often."""
        return dict(self.rules.engine.passed.get(rule, {}))

    async def ended(self, rule: str, times: int = 1) -> RunLine:
        await until(lambda: sum(line.rule == rule for line in self.lines) >= times)
        return [line for line in self.lines if line.rule == rule][-1]


@contextlib.asynccontextmanager
async def ruled(obs: RealObs, folder: Path) -> AsyncIterator[Here]:
    clock, lines, numbers = SystemClock(), list[RunLine](), itertools.count()
    file = folder / "rules.toml"
    file.write_text(TEXT, "utf-8")
    async with acting_in(obs, folder) as acting:
        given = Given(
            clock=clock,
            actor=RuleActor(acting.acting, NoTwitch()),
            say=lambda _: None,
            judge=lambda _: "",
            new_id=lambda: str(next(numbers)),
            on_line=lines.append,
        )
        rules, room = Rules(file, given), Room(acting.link, clock)
        dimmed: list[bool] = []

        def told(event: ObsEvent) -> None:
            if event.name == "SourceFilterEnableStateChanged":
                dimmed.append(bool(event.data["filterEnabled"]))

        acting.link.follow(told)
        acting.link.follow(rules.obs)
        room.follow(rules.state)
        tasks = [asyncio.create_task(rules.run()), asyncio.create_task(room.run())]
        await until(lambda: rules.situation.obs and rules.engine.rules)
        dimmed.clear()
        try:
            yield Here(rules, Trying(rules, given), clock, lines, dimmed, acting.acting.look)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


@pytest.fixture
def furnished(real_obs: RealObs, tmp_path: Path) -> RealObs:
    """Two scenes with a lamp, a label and a tone; the game is on the programme."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("not installed: ffmpeg")
    tone = tmp_path / "tone.wav"
    make = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=440:duration=1", "-ar", "48000", str(tone)]
    subprocess.run(make, check=True)
    real_obs.ask("CreateScene", {"sceneName": "Raid"})
    real_obs.scene("Game")
    lamp = real_obs.colour("Lamp", scene="Game")
    real_obs.ask("SetSceneItemEnabled", {"sceneName": "Game", "sceneItemId": lamp, "sceneItemEnabled": False})
    real_obs.ask(
        "CreateSourceFilter",
        {"sourceName": "Lamp", "filterName": "Dim", "filterKind": "color_filter_v2", "filterSettings": {}},
    )
    real_obs.ask("SetSourceFilterEnabled", {"sourceName": "Lamp", "filterName": "Dim", "filterEnabled": False})
    real_obs.text("Label", "", scene="Game")
    real_obs.text("Other label", "", scene="Game")
    real_obs.media("Tone", tone, scene="Game")
    return real_obs


def programme(obs: RealObs) -> str:
    return str(obs.ask("GetCurrentProgramScene")["currentProgramSceneName"])


def label(obs: RealObs, name: str = "Label") -> str:
    return str(obs.ask("GetInputSettings", {"inputName": name})["inputSettings"].get("text", ""))


async def test_a_raid_changes_obs_and_what_obs_tells_of_it_sets_off_the_next(furnished: RealObs, tmp_path: Path) -> None:
    async with ruled(furnished, tmp_path) as here:
        await until(lambda: here.rules.situation.scene == "Game")
        here.rules.heard(raid(here.clock, 42))
        line = await here.ended("Raid welcome")
        assert (line.ending, line.steps, line.done) == (RunEnding.PART, 5, 4)
        assert "“Rade”" in line.told
        assert "“Raid”" in line.told
        assert programme(furnished) == "Raid"
        assert label(furnished) == "Welcome mika and 42!"

        line = await here.ended("On the raid's scene")
        assert (line.ending, line.trigger) == (RunEnding.DONE, "OBS: scene")
        # the tone was heard to its end
        assert line.took_ms >= 700
        await here.ended("Has ended")
        await until(lambda: here.dimmed == [True, False])
        await here.ended("Muted")
        assert label(furnished, "Other label") == "muted in Raid"
        assert furnished.ask("GetInputMute", {"inputName": "Tone"})["inputMuted"] is True

        # the condition: another scene is on the programme now
        here.rules.heard(raid(here.clock, 42, number=2))
        await until(lambda: here.passed("Raid welcome") == {"scene": 1})


async def test_words_that_are_removed_disappear_from_obs(furnished: RealObs, tmp_path: Path) -> None:
    async with ruled(furnished, tmp_path) as here:
        here.rules.heard(wrote(here.clock, "!label Game", MIKA))
        await here.ended("Label")
        assert label(furnished) == "!label Game"
        assert programme(furnished) == "Game"
        here.rules.heard(Removal(scope=RemovalScope.USER, author_id=MIKA.id, arrived_ns=here.clock.now_ns()))
        await until(lambda: label(furnished) == "")


async def test_a_dry_run_knows_what_obs_lacks_and_changes_nothing_and_a_test_does_it(furnished: RealObs, tmp_path: Path) -> None:
    async with ruled(furnished, tmp_path) as here:
        rule = here.trying.named("Raid welcome")
        await here.look()
        steps = here.trying.checked(rule)
        assert [bool(step.hindrances) for step in steps] == [False, False, False, False, True]
        assert "“Raid”" in steps[-1].hindrances[0]
        assert (programme(furnished), label(furnished)) == ("Game", "")
        tested = await here.trying.test("Raid welcome")
        assert [step.trouble == "" for step in tested.steps] == [True, True, True, True, False]
        assert label(furnished) == "Welcome Viewer and 42!"
        assert FIRST_SCENE != programme(furnished) == "Raid"


async def test_without_obs_each_step_says_so_and_nothing_hangs(furnished: RealObs, tmp_path: Path) -> None:
    async with ruled(furnished, tmp_path) as here:
        furnished.kill()
        await until(lambda: not here.rules.situation.obs)
        here.rules.heard(wrote(here.clock, "!label hi", MIKA))
        line = await here.ended("Label")
        assert line.ending is RunEnding.REFUSED
        assert "OBS" in line.told
        here.rules.heard(raid(here.clock, 42))
        await until(lambda: here.passed("Raid welcome") == {"obs": 1})
