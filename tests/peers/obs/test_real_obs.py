"""The OBS of the tests itself: what other tests rely on."""

from __future__ import annotations

import pytest

from fakes.obs_witness import Refused
from fakes.real_obs import FIRST_SCENE, RealObs

pytestmark = pytest.mark.peers


def test_it_shows_what_is_put_in(real_obs: RealObs) -> None:
    real_obs.scene("Game")
    item = real_obs.colour("Lamp", scene="Game")
    real_obs.text("Words", "Hello", scene="Game")

    assert real_obs.ask("GetCurrentProgramScene")["currentProgramSceneName"] == "Game"
    assert real_obs.ask("GetSceneItemEnabled", {"sceneName": "Game", "sceneItemId": item}) == {"sceneItemEnabled": True}
    assert real_obs.picture("Game").startswith(b"\x89PNG")


def test_it_is_empty_again(real_obs: RealObs) -> None:
    real_obs.scene("Game")
    real_obs.colour("Lamp", scene="Game")
    real_obs.colour("Door")

    real_obs.empty()

    assert [each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]] == [FIRST_SCENE]
    assert real_obs.ask("GetInputList")["inputs"] == []
    assert real_obs.ask("GetSceneItemList", {"sceneName": FIRST_SCENE})["sceneItems"] == []
    real_obs.colour("Lamp")  # the name is free


def test_it_comes_back(real_obs: RealObs) -> None:
    first = real_obs.pid
    real_obs.kill()
    assert not real_obs.alive
    real_obs.empty()
    assert real_obs.pid != first
    with pytest.raises(Refused, match="600"):
        real_obs.ask("GetSceneItemList", {"sceneName": "Nowhere"})


def test_it_has_a_sound_server(real_obs_with_sound: RealObs) -> None:
    real_obs_with_sound.sink("music")
    assert "music.monitor" in real_obs_with_sound.pactl("list", "short", "sources")
    kinds = real_obs_with_sound.ask("GetInputKindList")["inputKinds"]
    assert {"pulse_input_capture", "pulse_output_capture"} <= set(kinds)
