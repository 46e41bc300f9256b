"""The set-up in a real OBS: made, repeated, seen, taken away; and nothing of the streamer's is touched."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.obs_linked import linked
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from launcher import screen
from launcher.process import Family
from sidecast.clock import SystemClock
from sidecast.errors import ObsAwayError, ObsError
from sidecast.flow.obs import ObsApi
from sidecast.obs.setup import Done, Journal, KeepingUp, Part, Voice, Wanted, Window, apply, freshen, look, plan, undo

pytestmark = pytest.mark.peers


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "obs-setup.json")


@pytest.fixture
def wanted(real_obs_with_sound: RealObs) -> Wanted:
    """OBS's own screen stands for the app's: what is on it does not matter here."""
    window = Window(open=True, own_screen=real_obs_with_sound.variables["DISPLAY"])
    return Wanted(window=window, voice=Voice(), shown_in=FIRST_SCENE)


def everything(obs: RealObs) -> dict[str, Any]:
    """All that a streamer could miss: scenes with their items, inputs with their settings, sound, filters."""
    scenes = [str(each["sceneName"]) for each in obs.ask("GetSceneList")["scenes"]]
    inputs = [str(each["inputName"]) for each in obs.ask("GetInputList")["inputs"]]
    return {
        "scenes": {name: obs.ask("GetSceneItemList", {"sceneName": name})["sceneItems"] for name in scenes},
        "settings": {name: obs.ask("GetInputSettings", {"inputName": name}) for name in inputs},
        "filters": {name: obs.ask("GetSourceFilterList", {"sourceName": name}) for name in (*scenes, *inputs)},
        "tracks": [obs.ask("GetInputAudioTracks", {"inputName": name}) for name in desktop(obs)],
        "programme": obs.ask("GetCurrentProgramScene")["currentProgramSceneName"],
    }


def desktop(obs: RealObs) -> list[str]:
    """OBS's own sources of the desktop's sound; OBS 32 begins without."""
    return [name for name in obs.ask("GetSpecialInputs").values() if name]


async def set_up(api: ObsApi, wanted: Wanted, journal: Journal) -> Done:
    done = await apply(api, plan(await look(api, journal), wanted), journal)
    assert not done.trouble
    return done


async def test_it_is_there_once_and_gone_without_a_trace(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    obs.scene("Game")
    obs.colour("Lamp", scene="Game")
    before = everything(obs)
    async with linked(obs) as api:
        done = await set_up(api, wanted, journal)
        assert len(done.said) == 4

        assert [each.part for each in (await look(api, journal)).made if each.in_scene] != []
        assert set(everything(obs)["scenes"]) == {FIRST_SCENE, "Game", "Sidecast"}
        names = {item["sourceName"] for item in everything(obs)["scenes"]["Sidecast"]}
        assert names == {"Sidecast avatar", "Sidecast voice"}
        assert [item["sourceName"] for item in everything(obs)["scenes"][FIRST_SCENE]] == ["Sidecast"]
        tracks = obs.ask("GetInputAudioTracks", {"inputName": "Sidecast voice"})["inputAudioTracks"]
        assert [track for track, on in sorted(tracks.items()) if on] == (["6"] if desktop(obs) else list("123456"))
        after = everything(obs)

        assert plan(await look(api, journal), wanted).empty
        assert (await set_up(api, wanted, journal)).said == ()
        assert everything(obs) == after

        done = await undo(api, journal)
        assert not done.trouble
        assert len(done.said) == 4
        assert everything(obs) == before
        assert journal.entries() == ()
        assert (await undo(api, journal)).said == ("There was nothing of Sidecast's in OBS.",)

        # at once again: OBS lets go of names late
        await set_up(api, wanted, journal)
        assert not (await undo(api, journal)).trouble
        assert everything(obs) == before


async def test_what_the_streamer_has_by_our_names_is_left_alone(
    real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted
) -> None:
    obs = real_obs_with_sound
    obs.scene("Sidecast")
    obs.colour("Sidecast avatar", scene="Sidecast")
    before = everything(obs)
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
        assert "Sidecast 2" in everything(obs)["scenes"]
        assert everything(obs)["scenes"]["Sidecast"] == before["scenes"]["Sidecast"]
        assert not (await undo(api, journal)).trouble
        assert everything(obs) == before


async def test_what_was_renamed_is_known_by_its_mark(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    before = everything(obs)
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
        obs.ask("SetSceneName", {"sceneName": "Sidecast", "newSceneName": "Kit"})
        obs.ask("SetInputName", {"inputName": "Sidecast avatar", "newInputName": "Kit's face"})
        assert plan(await look(api, journal), wanted).empty
        # another takes the names that are free now
        obs.scene("Sidecast")
        obs.ask("SetCurrentProgramScene", {"sceneName": FIRST_SCENE})
        obs.colour("Sidecast avatar", scene="Sidecast")
        done = await undo(api, journal)
        assert not done.trouble
        left = everything(obs)
        assert set(left["scenes"]) == {FIRST_SCENE, "Sidecast"}
        assert [item["sourceName"] for item in left["scenes"]["Sidecast"]] == ["Sidecast avatar"]
        assert left["scenes"][FIRST_SCENE] == before["scenes"][FIRST_SCENE]


async def test_a_scene_of_ours_with_things_of_theirs_stays(
    real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted
) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
        obs.colour("Lamp", scene="Sidecast")
        done = await undo(api, journal)
        assert not done.trouble
        assert any("“Lamp”" in note for note in done.notes)
        assert [item["sourceName"] for item in everything(obs)["scenes"]["Sidecast"]] == ["Lamp"]
        assert journal.entries() == ()


async def test_it_is_not_taken_off_the_air(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
        obs.ask("SetCurrentProgramScene", {"sceneName": "Sidecast"})
        obs.ask("StartRecord")
        await until(lambda: obs.ask("GetRecordStatus")["outputActive"])
        done = await undo(api, journal)
        assert "Switch to another scene first" in done.trouble
        assert "Sidecast" in everything(obs)["scenes"]
        obs.ask("SetCurrentProgramScene", {"sceneName": FIRST_SCENE})
        assert not (await undo(api, journal)).trouble
        obs.ask("StopRecord")
        await until(lambda: not obs.ask("GetRecordStatus")["outputActive"])


async def test_obs_is_not_left_without_a_scene(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        await set_up(api, replace(wanted, shown_in=""), journal)
        obs.ask("SetCurrentProgramScene", {"sceneName": "Sidecast"})
        obs.ask("RemoveScene", {"sceneName": FIRST_SCENE})
        await until(lambda: len(obs.ask("GetSceneList")["scenes"]) == 1)
        done = await undo(api, journal)
        assert "Make another first" in done.trouble
        assert done.said == ()
        assert Part.SCENE in {entry.part for entry in journal.entries()}
        obs.scene("Another")  # the first one's name is not free yet
        assert not (await undo(api, journal)).trouble


async def test_it_is_known_again_after_a_restart_of_obs(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
    obs.quit()
    obs.start()
    async with linked(obs) as api:
        assert plan(await look(api, journal), wanted).empty
        assert not (await undo(api, journal)).trouble
    assert set(everything(obs)["scenes"]) == {FIRST_SCENE}


async def test_without_a_graphics_card_a_window_capture_says_that_it_is_empty(
    real_obs_with_sound: RealObs, journal: Journal
) -> None:
    """OBS draws by llvmpipe here, where xcomposite shows nothing: the honest end of the way for a window on the same screen."""
    async with linked(real_obs_with_sound) as api:
        done = await set_up(api, Wanted(window=Window(open=True)), journal)
        assert any("shows nothing" in note and "graphics card" in note for note in done.notes)
        assert not (await undo(api, journal)).trouble


@pytest.fixture
def another_screen(tmp_path: Path) -> Iterator[str]:
    """One that nobody may look at but who has its cookie, which OBS has not."""
    with Family() as family:
        yield screen.start(family, tmp_path).display


async def test_a_screen_that_obs_may_not_see_is_told(real_obs_with_sound: RealObs, journal: Journal, another_screen: str) -> None:
    async with linked(real_obs_with_sound) as api:
        done = await set_up(api, Wanted(window=Window(open=True, own_screen=another_screen)), journal)
        assert any("shows nothing" in note for note in done.notes)
        assert not (await undo(api, journal)).trouble


async def test_another_collection_of_scenes_is_named(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        await set_up(api, wanted, journal)
        planned = plan(await look(api, journal), wanted)
        first = planned.collection
        entries = journal.entries()
        # as if it had been made elsewhere: a second collection in the OBS of all tests would outlive this one
        elsewhere = [replace(entry, collection="Weekend") for entry in entries]
        journal.remove(entry.mark for entry in entries)
        for entry in elsewhere:
            journal.add(entry)
        done = await apply(api, replace(planned, collection="Weekend"), journal)
        assert f"“{first}” open now" in done.trouble
        done = await undo(api, journal)
        assert any("“Weekend”" in note for note in done.notes)
        assert len(journal.entries()) == len(entries)
        assert "Sidecast" in everything(obs)["scenes"]
        journal.remove(entry.mark for entry in elsewhere)


async def test_a_set_up_that_broke_off_goes_on(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    async with linked(obs) as api:
        planned = plan(await look(api, journal), wanted)
        broken = _BreaksAt(api, "CreateSceneItem")
        done = await apply(broken, planned, journal)
        assert "broke before the answer" in done.trouble
        assert len(done.said) == 3
        await set_up(api, wanted, journal)
        assert plan(await look(api, journal), wanted).empty
        assert len({each.part for each in (await look(api, journal)).made}) == 4
        assert not (await undo(api, journal)).trouble
    assert set(everything(obs)["scenes"]) == {FIRST_SCENE}


async def test_a_voice_whose_sink_came_late_is_woken(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    late = replace(wanted, voice=Voice(device="late.monitor"))
    async with linked(obs) as api:
        await set_up(api, late, journal)
        before = listeners(obs)
        obs.sink("late")
        assert listeners(obs) == before
        assert not (await freshen(api, late, journal, wake=True)).trouble
        assert listeners(obs) == before + 1
        # the app's screen has another number each time
        moved = replace(late, window=replace(late.window, own_screen=":12345"))
        assert (await freshen(api, moved, journal, wake=False)).said == ("“Sidecast avatar” is up to date.",)
        settings = obs.ask("GetInputSettings", {"inputName": "Sidecast avatar"})["inputSettings"]
        assert settings["server"] == ":12345"
        assert not (await undo(api, journal)).trouble
        assert (await freshen(api, moved, journal, wake=False)) == Done()
        assert set(everything(obs)["scenes"]) == {FIRST_SCENE}


def listeners(obs: RealObs) -> int:
    """Of the sound server: all that OBS records from."""
    return len(json.loads(obs.pactl("--format=json", "list", "source-outputs")))


async def test_an_answer_that_is_none_is_said_and_nothing_is_made(real_obs: RealObs, journal: Journal) -> None:
    async with linked(real_obs) as api:
        mumbling = _Mumbles(api)
        with pytest.raises(ObsError, match="otherwise than its protocol"):
            await look(mumbling, journal)
        assert "otherwise than its protocol" in (await undo(mumbling, journal)).trouble
        planned = plan(await look(api, journal), Wanted(window=Window(open=True)))
        assert "otherwise than its protocol" in (await apply(mumbling, planned, journal)).trouble
        assert journal.entries() == ()


class _Mumbles:
    """The real OBS, whose answers have lost their fields."""

    def __init__(self, api: ObsApi) -> None:
        self._api = api

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    async def call(self, *arguments: Any, **named: Any) -> Any:
        await self._api.call(*arguments, **named)
        return {}

    async def batch(self, *arguments: Any, **named: Any) -> Any:
        return tuple(replace(answer, data={}) for answer in await self._api.batch(*arguments, **named))


class _BreaksAt:
    """The real OBS behind a connection that breaks before one request is sent."""

    def __init__(self, api: ObsApi, request: str) -> None:
        self._api = api
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    async def call(self, request: str, *arguments: Any, **named: Any) -> Any:
        if request == self._request:
            raise ObsAwayError("The connection to OBS broke before the answer came.", "Look at OBS.")
        return await self._api.call(request, *arguments, **named)


async def test_each_connection_brings_it_up_to_date(real_obs_with_sound: RealObs, journal: Journal, wanted: Wanted) -> None:
    obs = real_obs_with_sound
    moved = replace(wanted.window, own_screen=":12345")

    def server() -> object:
        return obs.ask("GetInputSettings", {"inputName": "Sidecast avatar"})["inputSettings"]["server"]

    async with linked(obs) as api:
        await set_up(api, replace(wanted, voice=Voice(device="later.monitor")), journal)
        before = listeners(obs)
        obs.sink("later")
        voice = Voice(device="later.monitor")
        keeping = KeepingUp(api, journal, SystemClock(), window=lambda: moved, voice=lambda: voice, new_sink=True)
        task = asyncio.create_task(keeping.run())
        await until(lambda: listeners(obs) == before + 1)
        assert server() == ":12345"
        moved = replace(moved, own_screen=":54321")
        api.again()
        await until(lambda: server() == ":54321")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not (await undo(api, journal)).trouble


@pytest.fixture
def black_screen() -> Iterator[str]:
    """One that OBS may look at, with nothing on it."""
    read, write = os.pipe()
    command = ["Xvfb", "-br", "-displayfd", str(write), "-screen", "0", "640x360x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start."
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("transparent", [True, False])
async def test_a_colour_key_lets_the_scene_shine_through_a_clear_window(
    real_obs: RealObs, journal: Journal, black_screen: str, transparent: bool
) -> None:
    real_obs.colour("Meadow", 0x00FF00, width=640, height=360)
    window = Window(open=True, own_screen=black_screen, transparent=transparent)
    async with linked(real_obs) as api:
        done = await set_up(api, Wanted(window=window, shown_in=FIRST_SCENE), journal)
        assert any("dark rim" in note for note in done.notes) is transparent

        def lower_right() -> tuple[int, ...]:
            asked = {"sourceName": FIRST_SCENE, "imageFormat": "ppm", "imageWidth": 640, "imageHeight": 360}
            picture = base64.b64decode(real_obs.ask("GetSourceScreenshot", asked)["imageData"].partition(",")[2])
            return tuple(picture[-30:-27])

        await until(lambda: lower_right() == ((0, 255, 0) if transparent else (0, 0, 0)))
        assert not (await undo(api, journal)).trouble
