"""What goes on in a real OBS, as the show is told of it."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import room_sounds as sounds
from fakes.obs_linked import linked
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.flow.obs import ObsApi, ObsState
from sidecast.obs.room.room import Room

pytestmark = pytest.mark.peers

SHORT_S = 1.5
SENTENCE = "Hello everybody, welcome back to the stream."


class Told:
    """All that a follower was told."""

    def __init__(self, room: Room) -> None:
        self.states: list[ObsState] = [room.state]
        room.follow(self._tell)

    def _tell(self, old: ObsState, new: ObsState) -> None:
        assert old == self.states[-1]
        assert new != old
        self.states.append(new)


@contextlib.asynccontextmanager
async def following(api: ObsApi, microphone: str = "") -> AsyncIterator[Room]:
    room = Room(api, SystemClock(), microphone=microphone)
    task = asyncio.create_task(room.run())
    try:
        await until(lambda: room.state.connected)
        yield room
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def played(obs: RealObs, file: Path, sink: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["paplay", "--device", sink, str(file)], env=obs.variables)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def file(folder: Path, seconds: float = SHORT_S) -> Path:
    return sounds.write(sounds.band(seconds), folder / f"{seconds}.wav")


async def test_it_knows_what_went_on_before_it_came(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.scene("Game")
    real_obs.media("Jingle", file(tmp_path, 20.0), scene="Game", restart_on_activate=True)
    real_obs.ask("StartRecord")
    async with linked(real_obs) as link, following(link) as room:
        assert room.state.scene == "Game"
        await until(lambda: room.state.playing == {"Jingle"})
        assert (room.state.streaming, room.state.paused, room.state.replay_buffer) == (False, False, False)
        await until(lambda: room.state.recording)


async def test_scenes(real_obs: RealObs) -> None:
    async with linked(real_obs) as link, following(link) as room:
        told = Told(room)
        assert room.state.scene == FIRST_SCENE
        real_obs.scene("Game")
        await until(lambda: room.state.scene == "Game")
        real_obs.ask("SetSceneName", {"sceneName": "Game", "newSceneName": "Play"})
        await until(lambda: room.state.scene == "Play")
        assert [each.scene for each in told.states] == [FIRST_SCENE, "Game", "Play"]


async def test_another_collection_of_scenes(real_obs: RealObs) -> None:
    real_obs.scene("Game")
    first = real_obs.ask("GetSceneCollectionList")["currentSceneCollectionName"]
    async with linked(real_obs) as link, following(link) as room:
        try:
            real_obs.ask("CreateSceneCollection", {"sceneCollectionName": "Others"})
            await until(lambda: room.state.scene == FIRST_SCENE)
        finally:
            real_obs.ask("SetCurrentSceneCollection", {"sceneCollectionName": first})
        await until(lambda: room.state.scene == "Game")


async def test_a_recording_with_a_pause(real_obs: RealObs) -> None:
    async with linked(real_obs) as link, following(link) as room:
        told = Told(room)
        real_obs.ask("StartRecord")
        await until(lambda: room.state.recording)
        await until(lambda: real_obs.ask("GetRecordStatus")["outputDuration"] > 0)
        real_obs.ask("StopRecord")
        await until(lambda: not room.state.recording)
        assert [each.recording for each in told.states] == [False, True, False]


async def test_media_that_end(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.media("Jingle", file(tmp_path))
    async with linked(real_obs) as link, following(link) as room:
        # it begins when it is made
        await until(lambda: not room.state.playing)
        told = Told(room)
        restart = {"inputName": "Jingle", "mediaAction": "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART"}
        real_obs.ask("TriggerMediaInputAction", restart)
        await until(lambda: "Jingle" in room.state.playing)
        await until(lambda: "Jingle" not in room.state.playing)
        assert [bool(each.playing) for each in told.states] == [False, True, False]


async def test_media_that_are_renamed_and_removed(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.media("Jingle", file(tmp_path, 20.0), looping=True, restart_on_activate=True)
    async with linked(real_obs) as link, following(link) as room:
        await until(lambda: room.state.playing == {"Jingle"})
        real_obs.ask("SetInputName", {"inputName": "Jingle", "newInputName": "Song"})
        await until(lambda: room.state.playing == {"Song"})
        real_obs.ask("RemoveInput", {"inputName": "Song"})
        await until(lambda: not room.state.playing)


async def test_a_file_that_is_replaced_does_not_end_the_media(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.media("Jingle", file(tmp_path, 20.0), restart_on_activate=True)
    async with linked(real_obs) as link, following(link) as room:
        await until(lambda: room.state.playing == {"Jingle"})
        other = sounds.write(sounds.band(30.0), tmp_path / "other.wav")
        real_obs.ask("SetInputSettings", {"inputName": "Jingle", "inputSettings": {"local_file": str(other)}})
        status = {"inputName": "Jingle"}
        await until(lambda: (real_obs.ask("GetMediaInputStatus", status)["mediaDuration"] or 0) > 25_000)
        await until(lambda: room.state.playing == {"Jingle"})


async def test_obs_is_killed_and_comes_back(real_obs: RealObs) -> None:
    async with linked(real_obs) as link, following(link) as room:
        told = Told(room)
        real_obs.kill()
        await until(lambda: room.state == ObsState())
        real_obs.start(ready=False)
        await until(lambda: room.state.connected)
        assert room.state.scene == FIRST_SCENE
        assert [each.connected for each in told.states] == [True, False, True]


async def test_a_follower_that_fails_harms_nobody(real_obs: RealObs) -> None:
    async with linked(real_obs) as link, following(link) as room:

        def fails(old: ObsState, new: ObsState) -> None:
            raise ZeroDivisionError

        room.follow(fails)
        told = Told(room)
        real_obs.scene("Game")
        await until(lambda: told.states[-1].scene == "Game")


async def test_a_microphone_that_is_not_there(real_obs: RealObs) -> None:
    async with linked(real_obs) as link, following(link, "Mikro") as room:
        assert "no source “Mikro”" in room.microphones.trouble
        real_obs.input("Mikro", "pulse_input_capture")
        await until(lambda: room.microphones.names == ("Mikro",))
        real_obs.ask("SetInputName", {"inputName": "Mikro", "newInputName": "Mic 2"})
        await until(lambda: room.microphones.names == ("Mic 2",))
        room.listen_to("")
        await until(lambda: "no microphone" in room.microphones.trouble)


async def test_the_streamer_speaks(real_obs_with_sound: RealObs, tmp_path: Path) -> None:
    obs = real_obs_with_sound
    obs.sink("mouth")
    obs.input("Mic", "pulse_input_capture", {"device_id": "mouth.monitor"})
    spoken = sounds.write(sounds.speech("flite", SENTENCE), tmp_path / "speech.wav")
    async with linked(obs) as link, following(link, "Mic") as room:
        told = Told(room)
        with played(obs, spoken, "mouth") as player:
            await until(lambda: room.state.streamer_speaks)
            await asyncio.to_thread(player.wait)
        await until(lambda: not room.state.streamer_speaks)
        assert [each.streamer_speaks for each in told.states] == [False, True, False]


async def test_who_is_muted_does_not_speak(real_obs_with_sound: RealObs, tmp_path: Path) -> None:
    obs = real_obs_with_sound
    obs.sink("mouth")
    obs.input("Mic", "pulse_input_capture", {"device_id": "mouth.monitor"})
    spoken = sounds.write(np.tile(sounds.speech(), 6), tmp_path / "speech.wav")
    async with linked(obs) as link, following(link, "Mic") as room:
        with played(obs, spoken, "mouth"):
            await until(lambda: room.state.streamer_speaks)
            obs.ask("SetInputMute", {"inputName": "Mic", "inputMuted": True})
            await until(lambda: not room.state.streamer_speaks)
            obs.ask("SetInputMute", {"inputName": "Mic", "inputMuted": False})
            await until(lambda: room.state.streamer_speaks)
            obs.ask("RemoveInput", {"inputName": "Mic"})
            await until(lambda: not room.state.streamer_speaks)


async def test_a_fan_and_keys_are_not_the_streamer(real_obs_with_sound: RealObs, tmp_path: Path) -> None:
    obs = real_obs_with_sound
    obs.sink("mouth")
    obs.input("Mic", "pulse_input_capture", {"device_id": "mouth.monitor"})
    keys = sounds.write(sounds.typing(4.0), tmp_path / "keys.wav")
    fan = sounds.write(sounds.white(8.0), tmp_path / "fan.wav")
    async with linked(obs) as link, following(link, "Mic") as room:
        told = Told(room)
        with played(obs, keys, "mouth") as player:
            await asyncio.to_thread(player.wait)
        assert not any(each.streamer_speaks for each in told.states)
        with played(obs, fan, "mouth") as player:
            # it began, as speech does; then it stayed as it was
            await until(lambda: [each.streamer_speaks for each in told.states] == [False, True, False])
            await asyncio.to_thread(player.wait)
        assert not room.state.streamer_speaks


async def test_obs_freezes_while_the_streamer_speaks(real_obs_with_sound: RealObs, tmp_path: Path) -> None:
    obs = real_obs_with_sound
    obs.sink("mouth")
    obs.input("Mic", "pulse_input_capture", {"device_id": "mouth.monitor"})
    spoken = sounds.write(np.tile(sounds.speech(), 6), tmp_path / "speech.wav")
    async with linked(obs) as link, following(link, "Mic") as room:
        with played(obs, spoken, "mouth"):
            await until(lambda: room.state.streamer_speaks)
            obs.freeze()
            try:
                await until(lambda: not room.state.streamer_speaks)
            finally:
                obs.thaw()
