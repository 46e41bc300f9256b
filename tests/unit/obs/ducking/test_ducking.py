"""Ducking in virtual time, with an OBS that fails at the worst moments."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from fakes.ledger_lines import line
from fakes.obs_gains import ObsGains
from sidecast.errors import ObsAwayError, ObsRefusedError
from sidecast.flow.mark import Audible, Cut, Finished, Mark
from sidecast.obs.ducking.ducking import Ducking
from sidecast.obs.ducking.filters import NAME, sweep
from sidecast.obs.ducking.glide import DOWN_S, HOLD_S, UP_S
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

SOURCES = ("Music", "Game")


def played(obs: ObsGains, story: Callable[[Ducking], Coroutine[Any, Any, None]]) -> None:
    """Runs the story beside the ducking, in virtual time, and ends both."""

    async def run() -> None:
        ducks = Ducking(obs, loop_clock(), sources=SOURCES, depth_db=-12.0)
        task = asyncio.create_task(ducks.run())
        await asyncio.sleep(0)
        try:
            await story(ducks)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    run_virtual(run())


def audible(number: int = 1) -> Mark:
    return Audible(utterance=number, at_ns=0)


def finished(number: int = 1) -> Mark:
    return Finished(utterance=number, at_ns=0)


def test_all_that_are_named_go_down_together_and_come_back() -> None:
    obs = ObsGains("Music", "Game", "Mic")

    async def story(ducks: Ducking) -> None:
        ducks.marked(audible())
        await asyncio.sleep(DOWN_S / 2)
        assert -12 < obs.gains["Music"][NAME] < 0
        await asyncio.sleep(DOWN_S)
        assert obs.gains == {"Music": {NAME: -12.0}, "Game": {NAME: -12.0}, "Mic": {}}
        assert ducks.lowered == SOURCES
        ducks.marked(finished())
        await asyncio.sleep(HOLD_S + UP_S + 0.1)
        assert obs.gains == {"Music": {}, "Game": {}, "Mic": {}}

    played(obs, story)


def test_at_rest_nothing_is_asked() -> None:
    obs = ObsGains(*SOURCES)

    async def story(ducks: Ducking) -> None:
        await asyncio.sleep(1)
        before = obs.messages
        await asyncio.sleep(3600)
        assert obs.messages == before
        ducks.marked(audible())
        await asyncio.sleep(1)
        before = obs.messages
        await asyncio.sleep(60)
        assert obs.messages == before

    played(obs, story)


def test_the_end_of_another_utterance_is_not_its_end() -> None:
    obs = ObsGains(*SOURCES)

    async def story(ducks: Ducking) -> None:
        ducks.marked(audible(2))
        ducks.marked(finished(1))
        await asyncio.sleep(5)
        assert obs.gains["Music"] == {NAME: -12.0}

    played(obs, story)


def test_what_is_left_by_others_is_taken_away_and_nothing_else() -> None:
    obs = ObsGains("Music", "Old")
    obs.gains = {"Music": {"Gain": -3.0}, "Old": {NAME: -12.0, "Gain": -2.0}}

    async def story(ducks: Ducking) -> None:
        await asyncio.sleep(1)
        assert obs.gains == {"Music": {"Gain": -3.0}, "Old": {"Gain": -2.0}}
        assert "no source “Game”" in ducks.trouble

    played(obs, story)


def test_a_sweep_says_where() -> None:
    obs = ObsGains("Music", "Game")
    obs.gains["Game"][NAME] = -12.0
    assert asyncio.run(sweep(obs)) == ["Game"]
    assert obs.gains == {"Music": {}, "Game": {}}


def test_a_refusal_of_one_does_not_keep_the_other_up() -> None:
    obs = ObsGains("Music")

    async def story(ducks: Ducking) -> None:
        ducks.marked(audible())
        await asyncio.sleep(1)
        assert obs.gains == {"Music": {NAME: -12.0}}
        del obs.gains["Music"]
        ducks.marked(finished())
        await asyncio.sleep(5)
        assert ducks.lowered == ()

    played(obs, story)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_it_is_put_back(seed: int) -> None:
    """Connections that break before, during and after a message, refusals, sources and collections that come and go.

    In every second story the connection stays, so that no new one puts right what was done wrong.
    """
    breaks = seed % 2 == 1
    chance = random.Random(seed)
    obs = ObsGains("Music", "Game", "Mic")
    obs.gains["Music"]["Gain"] = -3.0
    calm = False

    def trouble() -> None:
        if not calm and chance.random() < 0.15:
            if breaks and chance.random() < 0.5:
                obs.connect(False)
            raise ObsAwayError("no answer") if chance.random() < 0.7 else ObsRefusedError("OBS is not ready.", status=207)

    obs.before = obs.after = trouble

    async def story(ducks: Ducking) -> None:
        nonlocal calm
        for number in range(60):
            step = chance.randrange(8 if breaks else 5)
            if step <= 2:
                ducks.marked(audible(number))
            elif step == 3:
                ducks.marked(finished(number - 1))
            elif step == 4:
                ducks.marked(Cut(utterance=number - 1, at_ns=0, heard_frames=0))
            elif step == 5:
                obs.connect(chance.random() < 0.7)
            elif step == 6:
                obs.gains.pop("Game", None) if "Game" in obs.gains else obs.gains.update(Game={})
                obs.happen("CurrentSceneCollectionChanged", sceneCollectionName="Other")
            else:
                ducks.duck(chance.sample(["Music", "Game", "Mic", "Nowhere"], chance.randrange(4)), -6.0)
            await asyncio.sleep(chance.choice((0.0, 0.01, 0.1, 0.5, 2.0)))
        calm = True
        if obs.version is None:
            obs.connect(True)
        ducks.ended(line(1))
        await asyncio.sleep(HOLD_S + UP_S + 2)
        assert ducks.lowered == ()
        assert all(NAME not in filters for filters in obs.gains.values())
        assert obs.gains["Music"] == {"Gain": -3.0}

    played(obs, story)
