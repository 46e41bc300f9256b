"""Following OBS, at the moments that a real one does not offer on demand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from fakes.obs_answers import ObsAnswers
from sidecast.flow.obs import ObsState
from sidecast.obs.room.room import AGAIN_S, DEAF, DEAF_S, SETTLE_S, Room
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

FRAME_S = 0.05


def answers(*media: str, plays: bool = True) -> dict[str, Mapping[str, Any]]:
    return {
        "GetCurrentProgramScene": {"currentProgramSceneName": "Game"},
        "GetStreamStatus": {"outputActive": True},
        "GetRecordStatus": {"outputActive": True, "outputPaused": True},
        "GetSpecialInputs": {"mic1": "Mic"},
        "GetInputList": {"inputs": [{"inputName": name, "unversionedInputKind": "ffmpeg_source"} for name in media]},
        "GetMediaInputStatus": {"mediaState": f"OBS_MEDIA_STATE_{'PLAYING' if plays else 'ENDED'}"},
    }


def followed(obs: ObsAnswers, story: Callable[[Room], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        room = Room(obs, loop_clock())
        task = asyncio.create_task(room.run())
        await asyncio.sleep(0.01)
        try:
            await story(room)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        assert room.state == ObsState()

    run_virtual(run())


def test_it_asks_first() -> None:
    async def story(room: Room) -> None:
        assert room.state == ObsState(
            connected=True, scene="Game", streaming=True, recording=True, paused=True, playing=frozenset({"Song"})
        )
        assert room.microphones.names == ("Mic",)

    followed(ObsAnswers(**answers("Song")), story)


def test_what_happens_while_it_asks_holds() -> None:
    obs = ObsAnswers(**answers())
    obs.version = None

    async def story(room: Room) -> None:
        obs.gate = asyncio.Event()
        obs.connect(True)
        await asyncio.sleep(0.01)
        obs.happen("CurrentProgramSceneChanged", {"sceneName": "Brb"})
        obs.happen("MediaInputPlaybackStarted", {"inputName": "Jingle"})
        assert room.state == ObsState()
        obs.gate.set()
        await asyncio.sleep(0.01)
        assert (room.state.scene, room.state.playing) == ("Brb", frozenset({"Jingle"}))

    followed(obs, story)


def test_a_connection_that_ends_while_it_asks_is_none() -> None:
    obs = ObsAnswers(**answers())
    obs.version = None

    async def story(room: Room) -> None:
        obs.gate = asyncio.Event()
        obs.connect(True)
        await asyncio.sleep(0.01)
        obs.connect(False)
        obs.gate.set()
        await asyncio.sleep(5)
        assert room.state == ObsState()
        obs.connect(True)
        await asyncio.sleep(0.01)
        assert room.state.connected

    followed(obs, story)


def test_an_obs_that_is_not_ready_is_asked_again() -> None:
    obs = ObsAnswers()

    async def story(room: Room) -> None:
        assert room.state == ObsState()
        obs.answers = answers()
        await asyncio.sleep(AGAIN_S + 0.01)
        assert room.state.connected

    followed(obs, story)


def test_an_end_of_media_is_asked_about() -> None:
    obs = ObsAnswers(**answers("Song"))

    async def story(room: Room) -> None:
        obs.happen("MediaInputPlaybackEnded", {"inputName": "Song"})
        await asyncio.sleep(0.01)
        assert room.state.playing == {"Song"}
        assert room.left_out == {"not_ended": 1}
        obs.answers["GetMediaInputStatus"] = {"mediaState": "OBS_MEDIA_STATE_ENDED"}
        obs.happen("MediaInputPlaybackEnded", {"inputName": "Song"})
        await asyncio.sleep(0.01)
        assert room.state.playing == frozenset()

    followed(obs, story)


def test_a_crowd_of_new_inputs_is_looked_at_once() -> None:
    obs = ObsAnswers(**answers())

    async def story(room: Room) -> None:
        before = obs.asked.count("GetInputList")
        for number in range(100):
            obs.happen("InputCreated", {"inputName": str(number)})
        await asyncio.sleep(SETTLE_S + 0.01)
        assert obs.asked.count("GetInputList") == before + 1

    followed(obs, story)


def test_what_is_not_as_the_protocol_says_is_counted() -> None:
    obs = ObsAnswers(**answers())

    async def story(room: Room) -> None:
        before = room.state
        obs.happen("CurrentProgramSceneChanged", {"sceneName": 7})
        obs.happen("MediaInputPlaybackEnded", {})
        obs.happen("InputVolumeMeters", {"inputs": None})
        assert room.left_out == {"malformed": 3}
        assert room.state == before

    followed(obs, story)


def test_meters_that_stop_are_silence() -> None:
    obs = ObsAnswers(**answers())

    async def story(room: Room) -> None:
        clock = loop_clock()
        for number in range(30):
            level = 0.1 + number / 1000 if number > 20 else 0.0
            data = {"inputs": [{"inputName": "Mic", "inputLevelsMul": [[level, level, level]]}]}
            obs.happen("InputVolumeMeters", data, at_ns=clock.now_ns())
            await asyncio.sleep(FRAME_S)
        assert room.state.streamer_speaks
        await asyncio.sleep(2)
        assert not room.state.streamer_speaks

    followed(obs, story)


def test_an_obs_that_tells_no_levels_is_named() -> None:
    obs = ObsAnswers(**answers())

    async def story(room: Room) -> None:
        assert room.microphones.trouble == ""
        await asyncio.sleep(DEAF_S + 1)
        assert room.microphones.trouble == DEAF
        obs.happen("InputVolumeMeters", {"inputs": []}, at_ns=loop_clock().now_ns())
        assert room.microphones.trouble == ""
        await asyncio.sleep(DEAF_S + 1)
        obs.connect(False)
        assert room.microphones.trouble == ""

    followed(obs, story)
