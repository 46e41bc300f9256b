"""What acts set in a real OBS for a while only, and how it is put back."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from fakes.obs_acting import acting_in
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from sidecast.flow.obs_act import Mute, ObsObstacle, SetVolume, ShowSource, SwitchFilter, Transform

pytestmark = pytest.mark.peers

LIMIT_S = 15.0


@pytest.fixture
def music(real_obs: RealObs) -> str:
    """An input with sound, though without a file."""
    real_obs.input("Music", "ffmpeg_source", {})
    return "Music"


def is_on(obs: RealObs, item: int, scene: str = FIRST_SCENE) -> bool:
    return bool(obs.ask("GetSceneItemEnabled", {"sceneName": scene, "sceneItemId": item})["sceneItemEnabled"])


def show(obs: RealObs, item: int, on: bool, scene: str = FIRST_SCENE) -> None:
    """By the streamer's hand."""
    obs.ask("SetSceneItemEnabled", {"sceneName": scene, "sceneItemId": item, "sceneItemEnabled": on})


def volume(obs: RealObs) -> float:
    return float(obs.ask("GetInputVolume", {"inputName": "Music"})["inputVolumeDb"])


async def test_a_source(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    show(real_obs, item, False)
    async with acting_in(real_obs, tmp_path) as here:
        began = time.monotonic()
        await here.done(ShowSource(source="Lamp", on=True, for_s=0.5))
        assert is_on(real_obs, item)
        await until(lambda: not is_on(real_obs, item), LIMIT_S)
        assert time.monotonic() - began >= 0.5
        await until(lambda: here.acting.held_ended["back"] == 1, LIMIT_S)


async def test_what_was_so_already_stays_so(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=True, for_s=0.2))
        await until(lambda: here.acting.held_ended["back"] == 1, LIMIT_S)
        assert is_on(real_obs, item)


async def test_a_filter(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    tint = {"sourceName": "Lamp", "filterName": "Tint"}
    real_obs.ask("CreateSourceFilter", {**tint, "filterKind": "color_filter_v2"})
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(SwitchFilter(source="Lamp", filter="Tint", on=False, for_s=0.3))
        assert real_obs.ask("GetSourceFilter", tint)["filterEnabled"] is False
        await until(lambda: real_obs.ask("GetSourceFilter", tint)["filterEnabled"], LIMIT_S)


async def test_mute(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Mute(source=music, on=True, for_s=0.3))
        assert real_obs.ask("GetInputMute", {"inputName": music})["inputMuted"] is True
        await until(lambda: not real_obs.ask("GetInputMute", {"inputName": music})["inputMuted"], LIMIT_S)


async def test_a_volume_glides_there_and_back(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    real_obs.ask("SetInputVolume", {"inputName": music, "inputVolumeDb": -4.5})
    heard: list[float] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(lambda event: heard.append(event.data["inputVolumeDb"]) if event.name == "InputVolumeChanged" else None)
        await here.done(SetVolume(source=music, db=-30, over_s=0.3, for_s=0.3))
        assert volume(real_obs) == pytest.approx(-30, abs=0.01)
        await until(lambda: volume(real_obs) == pytest.approx(-4.5, abs=0.01), LIMIT_S)
        await until(lambda: heard[-1] == pytest.approx(-4.5, abs=0.01), LIMIT_S)
    lowest = heard.index(min(heard))
    assert heard[: lowest + 1] == sorted(heard[: lowest + 1], reverse=True)
    assert heard[lowest:] == sorted(heard[lowest:])
    assert any(-29 < db < -5 for db in heard[lowest:])


async def test_a_place_comes_back_and_what_was_not_asked_for_stays(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")

    def place() -> tuple[float, float, float]:
        answer = real_obs.ask("GetSceneItemTransform", {"sceneName": FIRST_SCENE, "sceneItemId": item})["sceneItemTransform"]
        return answer["positionX"], answer["positionY"], answer["scaleX"]

    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Transform(source="Lamp", x=100, scale=2, over_s=0.2, for_s=0.4))
        assert place() == (100, 0, 2)
        # the streamer moves it down meanwhile
        move = {"sceneName": FIRST_SCENE, "sceneItemId": item, "sceneItemTransform": {"positionY": 33}}
        real_obs.ask("SetSceneItemTransform", move)
        await until(lambda: place() == (0, 33, 1), LIMIT_S)


async def test_two_that_overlap_end_as_it_was_before_both(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    show(real_obs, item, False)
    async with acting_in(real_obs, tmp_path) as here:
        began = time.monotonic()
        await here.done(ShowSource(source="Lamp", on=True, for_s=0.3))
        await here.done(ShowSource(source="Lamp", on=True, for_s=0.9))
        await until(lambda: not is_on(real_obs, item), LIMIT_S)
        assert time.monotonic() - began >= 0.9


async def test_one_within_another(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    heard: list[float] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(
            lambda event: heard.append(round(event.data["inputVolumeDb"])) if event.name == "InputVolumeChanged" else None
        )
        await here.done(SetVolume(source=music, db=-10, for_s=1.2))
        await here.done(SetVolume(source=music, db=-30, for_s=0.3))
        await until(lambda: heard and heard[-1] == 0, LIMIT_S)
        assert heard == [-10, -30, -10, 0]


async def test_what_is_set_for_good_meanwhile_stays(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(SetVolume(source=music, db=-10, for_s=0.3))
        await here.done(SetVolume(source=music, db=-20))
        await here.done(Mute(source=music, on=True, for_s=0.5))
        await until(lambda: not real_obs.ask("GetInputMute", {"inputName": music})["inputMuted"], LIMIT_S)
        assert volume(real_obs) == pytest.approx(-20, abs=0.01)


async def test_a_glide_for_good_in_the_middle_of_another(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        first = asyncio.create_task(here.do(SetVolume(source=music, db=-40, over_s=5, for_s=5)))
        await until(lambda: volume(real_obs) < -1, LIMIT_S)
        await here.done(SetVolume(source=music, db=-6, over_s=0.2))
        assert (await first).took_ms < 5000
        assert volume(real_obs) == pytest.approx(-6, abs=0.01)


async def test_what_the_streamer_changes_meanwhile_is_theirs(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(SetVolume(source=music, db=-10, for_s=0.5))
        real_obs.ask("SetInputVolume", {"inputName": music, "inputVolumeDb": -3})
        await until(lambda: here.acting.held_ended["theirs"] == 1, LIMIT_S)
        await here.done(Mute(source=music, on=True, for_s=0.6))
        await until(lambda: not real_obs.ask("GetInputMute", {"inputName": music})["inputMuted"], LIMIT_S)
        assert volume(real_obs) == pytest.approx(-3, abs=0.01)


async def test_obs_is_restarted_meanwhile(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        # over only when it has ended: between its last save and its end, OBS forgets what it is asked for
        await here.done(ShowSource(source="Lamp", on=False, for_s=6))
        await asyncio.to_thread(real_obs.quit)  # it saves what we have hidden
        await until(lambda: here.link.version is None, LIMIT_S)
        real_obs.start()
        await until(lambda: is_on(real_obs, item))
        await until(lambda: here.acting.held_ended["back"] == 1, LIMIT_S)


async def test_obs_is_killed_meanwhile_and_what_it_then_has_is_left(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=0.5))
        real_obs.kill()
        real_obs.start()
        ended = here.acting.held_ended
        # as its last save has it: the source is there, or is not
        await until(lambda: sum(ended.values()) == 1)
        items = real_obs.ask("GetSceneItemList", {"sceneName": FIRST_SCENE})["sceneItems"]
        assert all(each["sceneItemEnabled"] for each in items if each["sourceName"] == "Lamp")


async def test_obs_is_frozen_when_it_is_due(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=0.3))
        real_obs.freeze()
        await until(lambda: here.link.version is None, LIMIT_S)
        real_obs.thaw()
        await until(lambda: is_on(real_obs, item))


async def test_the_end_of_the_show_puts_all_back(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=600))
        await here.done(SetVolume(source=music, db=-20, over_s=0.1, for_s=600))
    assert is_on(real_obs, item)
    assert volume(real_obs) == pytest.approx(0, abs=0.01)
    assert not (tmp_path / "obs-held.json").exists()


async def test_the_next_show_puts_back_what_a_crash_left(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    journal = tmp_path / "obs-held.json"
    async with acting_in(real_obs, tmp_path, closes=False) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=600))
        await here.done(SetVolume(source=music, db=-20, for_s=600))
        await until(lambda: journal.exists() and len(json.loads(journal.read_text("utf-8"))) == 2, LIMIT_S)
    assert not is_on(real_obs, item)
    async with acting_in(real_obs, tmp_path) as here:
        await until(lambda: is_on(real_obs, item) and volume(real_obs) == pytest.approx(0, abs=0.01), LIMIT_S)
        await until(lambda: not journal.exists(), LIMIT_S)
        assert here.acting.held_ended["back"] == 2


async def test_what_is_taken_away_meanwhile_is_forgotten(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=0.5))
        real_obs.ask("RemoveSceneItem", {"sceneName": FIRST_SCENE, "sceneItemId": item})
        await until(lambda: here.acting.held_ended["gone"] == 1, LIMIT_S)


async def test_the_streamer_opens_another_scene_collection_meanwhile(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.scene("Two of it")
    item = real_obs.colour("Lamp", scene="Two of it")
    mine = real_obs.ask("GetSceneCollectionList")["currentSceneCollectionName"]
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False, for_s=1.5))
        real_obs.ask("CreateSceneCollection", {"sceneCollectionName": "Another"})
        try:
            # what has the same names there was hidden by the streamer
            real_obs.scene("Two of it")
            assert real_obs.colour("Lamp", scene="Two of it") == item
            show(real_obs, item, False, "Two of it")
            words = real_obs.text("Words", "other", scene="Two of it")
            await until(lambda: here.acting.stock and "Words" in here.acting.stock.inputs, LIMIT_S)
            # it is over after the other is
            await here.done(ShowSource(source="Words", on=False, for_s=1.5))
            await until(lambda: is_on(real_obs, words, "Two of it"), LIMIT_S)
            assert not is_on(real_obs, item, "Two of it")
        finally:
            real_obs.ask("SetCurrentSceneCollection", {"sceneCollectionName": mine})
        await until(lambda: is_on(real_obs, item, "Two of it"), LIMIT_S)
        await until(lambda: here.acting.held_ended["back"] == 2, LIMIT_S)


async def test_more_than_can_be_watched_over(real_obs: RealObs, music: str, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        # each ends before the one below it, so none of them covers another for good
        for number in range(32):
            await here.done(SetVolume(source=music, db=-1 - number % 2 * 5, for_s=600 - number))
        done = await here.do(SetVolume(source=music, db=-50, for_s=1))
        assert done.hindrance is not None
        assert done.hindrance.obstacle is ObsObstacle.LIMIT
    assert volume(real_obs) == pytest.approx(0, abs=0.01)
