"""Ducking in a real OBS: what the streamer hears comes back, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest

from fakes import room_sounds as sounds
from fakes.ledger_lines import line
from fakes.obs_linked import linked
from fakes.obs_witness import Refused
from fakes.real_obs import RealObs
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.flow.mark import Audible, Cut, Finished
from sidecast.flow.obs import ObsApi
from sidecast.obs.ducking import filters
from sidecast.obs.ducking.ducking import Ducking
from sidecast.obs.room.meters import loudest

pytestmark = pytest.mark.peers

DEPTH_DB = -12.0


def filters_of(obs: RealObs, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = obs.ask("GetSourceFilterList", {"sourceName": name})["filters"]
    return found


def gain(obs: RealObs, name: str = "Music") -> float | None:
    """Of our filter (dB); None where there is none."""
    return next((each["filterSettings"]["db"] for each in filters_of(obs, name) if each["filterName"] == filters.NAME), None)


def is_down(obs: RealObs) -> bool:
    return gain(obs) == DEPTH_DB


def is_clean(obs: RealObs) -> bool:
    return gain(obs) is None


@contextlib.asynccontextmanager
async def ducking(api: ObsApi, sources: Sequence[str] = ("Music",)) -> AsyncIterator[Ducking]:
    ducks = Ducking(api, SystemClock(), sources=sources, depth_db=DEPTH_DB)
    task = asyncio.create_task(ducks.run())
    try:
        yield ducks
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def begins(ducks: Ducking, number: int = 1) -> None:
    ducks.marked(Audible(utterance=number, at_ns=0))


def ends(ducks: Ducking, number: int = 1) -> None:
    ducks.marked(Finished(utterance=number, at_ns=0))


def music(obs: RealObs, name: str = "Music") -> None:
    obs.input(name, "pulse_input_capture")


async def written_down(obs: RealObs) -> None:
    """OBS writes its scenes down, with our filter in them: it does so when a scene is chosen."""
    folder = obs.config_home / "obs-studio" / "basic" / "scenes"
    obs.scene("Chosen")
    await until(lambda: any(filters.NAME in file.read_text("utf-8") for file in folder.glob("*.json")))


async def test_down_and_back(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ends(ducks)
        begins(ducks, 2)
        ends(ducks, 2)
        await until(lambda: is_clean(real_obs))
        await until(lambda: ducks.lowered == ())
        assert ducks.trouble == ""


async def test_a_stop_puts_it_back(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ducks.marked(Cut(utterance=1, at_ns=0, heard_frames=1))
        await until(lambda: is_clean(real_obs))


async def test_a_turn_whose_end_the_stage_did_not_tell(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ducks.ended(line(1))
        await until(lambda: is_clean(real_obs))


async def test_the_end_of_the_show(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link:
        async with ducking(link) as ducks:
            begins(ducks)
            await until(lambda: is_down(real_obs))
        assert is_clean(real_obs)


async def test_the_fader_is_the_streamers(real_obs: RealObs) -> None:
    music(real_obs)
    theirs = {"inputName": "Music", "inputVolumeDb": -7.5}
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        real_obs.ask("SetInputVolume", theirs)
        ends(ducks)
        await until(lambda: is_clean(real_obs))
        assert real_obs.ask("GetInputVolume", {"inputName": "Music"})["inputVolumeDb"] == pytest.approx(-7.5, abs=0.01)


async def test_filters_of_the_streamers_own_are_left_alone(real_obs: RealObs) -> None:
    music(real_obs)
    own = {"sourceName": "Music", "filterName": "Gain", "filterKind": "gain_filter", "filterSettings": {"db": -3.0}}
    real_obs.ask("CreateSourceFilter", own)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ends(ducks)
        await until(lambda: is_clean(real_obs))
    assert [(each["filterName"], each["filterSettings"]["db"]) for each in filters_of(real_obs, "Music")] == [("Gain", -3.0)]


async def test_who_takes_the_filter_away_while_the_host_speaks_has_it_so(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        real_obs.ask("RemoveSourceFilter", {"sourceName": "Music", "filterName": filters.NAME})
        ends(ducks)
        begins(ducks, 2)
        ends(ducks, 2)
        await until(lambda: ducks.lowered == ())
        assert is_clean(real_obs)


async def test_obs_is_killed_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        await written_down(real_obs)
        real_obs.kill()
        await until(lambda: link.version is None)
        ends(ducks)
        real_obs.start(ready=False)
        await until(lambda: link.version is not None)
        await until(lambda: is_clean(real_obs))


async def test_obs_is_killed_and_comes_back_while_the_host_goes_on(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        await written_down(real_obs)
        real_obs.kill()
        await until(lambda: link.version is None)
        real_obs.start(ready=False)
        await until(lambda: link.version is not None)
        await until(lambda: is_down(real_obs))
        ends(ducks)
        await until(lambda: is_clean(real_obs))


async def test_obs_freezes_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        real_obs.freeze()
        ends(ducks)
        try:
            await until(lambda: link.version is None)
        finally:
            real_obs.thaw()
        await until(lambda: is_clean(real_obs))


async def test_sidecast_is_killed_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link:
        ducks = Ducking(link, SystemClock(), sources=["Music"], depth_db=DEPTH_DB)
        task = asyncio.create_task(ducks.run())
        begins(ducks)
        await until(lambda: is_down(real_obs))
    # the connection went first: nothing could be put back, as after a crash
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert is_down(real_obs)

    async with linked(real_obs) as link, ducking(link, ()):
        await until(lambda: is_clean(real_obs))


async def test_obs_is_left_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        await asyncio.to_thread(real_obs.quit)
        await until(lambda: link.version is None)
        ends(ducks)
    real_obs.start()
    # it has written its scenes down as they were
    assert is_down(real_obs)
    async with linked(real_obs) as link, ducking(link):
        await until(lambda: is_clean(real_obs))


async def test_another_collection_of_scenes_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    first = real_obs.ask("GetSceneCollectionList")["currentSceneCollectionName"]
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        try:
            with contextlib.suppress(Refused):
                real_obs.ask("CreateSceneCollection", {"sceneCollectionName": "Ducked"})
            real_obs.ask("SetCurrentSceneCollection", {"sceneCollectionName": "Ducked"})
            await until(lambda: ducks.lowered == ())
            await until(lambda: "Music" in ducks.trouble)
            ends(ducks)
        finally:
            real_obs.ask("SetCurrentSceneCollection", {"sceneCollectionName": first})
        await until(lambda: is_clean(real_obs))


async def test_a_source_that_is_not_there(real_obs: RealObs) -> None:
    music(real_obs)
    async with linked(real_obs) as link, ducking(link, ("Musik", "Music")) as ducks:
        await until(lambda: "did you mean “Music”?" in ducks.trouble)
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ends(ducks)
        await until(lambda: is_clean(real_obs))


async def test_other_settings_while_it_is_down(real_obs: RealObs) -> None:
    music(real_obs)
    music(real_obs, "Game")
    async with linked(real_obs) as link, ducking(link) as ducks:
        begins(ducks)
        await until(lambda: is_down(real_obs))
        ducks.duck(("Game",), -6.0)
        await until(lambda: is_clean(real_obs))
        begins(ducks, 2)
        await until(lambda: gain(real_obs, "Game") == -6.0)
        assert is_clean(real_obs)


async def test_it_is_heard(real_obs_with_sound: RealObs, tmp_path: Any) -> None:
    obs = real_obs_with_sound
    obs.sink("song")
    obs.input("Music", "pulse_input_capture", {"device_id": "song.monitor"})
    file = sounds.write(np.tile(sounds.white(10), 6), tmp_path / "song.wav")
    player = await asyncio.create_subprocess_exec("paplay", "--device", "song", str(file), env=obs.variables)
    latest = [-100.0]
    try:
        async with linked(obs) as link, ducking(link) as ducks:
            link.follow(lambda event: latest.append(loudest(event.data, ["Music"]) or -100.0), meters=True)
            await until(lambda: min(latest[-20:]) > -31)
            begins(ducks)
            await until(lambda: all(-42.5 < level < -41.5 for level in latest[-10:]))
            ends(ducks)
            await until(lambda: all(-30.5 < level < -29.5 for level in latest[-10:]))
    finally:
        player.kill()
        await player.wait()
