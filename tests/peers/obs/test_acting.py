"""Each kind of act in a real OBS, seen by a connection of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.obs_acting import RULE, acting_in
from fakes.obs_witness import Refused
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from sidecast.flow.action import Ending, Engine, Granted, Person, Standing
from sidecast.flow.obs import ObsEvent
from sidecast.flow.obs_act import (
    Chapter,
    Hotkey,
    Mute,
    ObsObstacle,
    PlayMedia,
    Record,
    RecordStep,
    SaveReplay,
    Screenshot,
    SetText,
    SetVolume,
    ShowSource,
    Stream,
    SwitchFilter,
    SwitchScene,
    Transform,
)

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of sound."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("not installed: ffmpeg")
    file = tmp_path_factory.mktemp("sounds") / "tone.wav"
    make = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=440:duration=1", "-ar", "48000", str(file)]
    subprocess.run(make, check=True)
    return file


def is_on(obs: RealObs, item: int, scene: str = FIRST_SCENE) -> bool:
    return bool(obs.ask("GetSceneItemEnabled", {"sceneName": scene, "sceneItemId": item})["sceneItemEnabled"])


def volume(obs: RealObs, name: str) -> float:
    return float(obs.ask("GetInputVolume", {"inputName": name})["inputVolumeDb"])


def transform(obs: RealObs, item: int) -> dict[str, float]:
    answer = obs.ask("GetSceneItemTransform", {"sceneName": FIRST_SCENE, "sceneItemId": item})
    return dict(answer["sceneItemTransform"])


async def test_a_scene(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.ask("CreateScene", {"sceneName": "BRB"})
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.done(SwitchScene(scene="BRB"))
        assert done.words == "Switched to the scene “BRB”."
        assert real_obs.ask("GetCurrentProgramScene")["currentProgramSceneName"] == "BRB"


async def transition_into(scene: str, told: list[ObsEvent]) -> tuple[str, float]:
    """Which it was, and how many ms it took. OBS also tells late of what was before the test."""

    def names(upto: int) -> list[str]:
        return [each.name for each in told[:upto]]

    def changed() -> int:
        """Its place in `told`; 0 while there is none."""
        scenes = [each.data.get("sceneName") if each.name == "CurrentProgramSceneChanged" else None for each in told]
        return scenes.index(scene) if scene in scenes else 0

    def started() -> int:
        return max(place for place, name in enumerate(names(changed())) if name == "SceneTransitionStarted")

    # OBS leaves an override out while the one before it goes on; the two ends come in any order
    await until(lambda: changed() and "SceneTransitionEnded" in names(len(told))[started() :], 20)
    return told[started()].data["transitionName"], (told[changed()].at_ns - told[started()].at_ns) / 1e6


async def test_a_scene_by_another_transition_which_is_only_for_this_once(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.ask("CreateScene", {"sceneName": "Later"})
    own = {"sceneName": "Later", "transitionName": "Cut", "transitionDuration": 77}
    real_obs.ask("SetSceneSceneTransitionOverride", own)
    told: list[ObsEvent] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(told.append)
        await here.done(SwitchScene(scene="Later", transition="Fade", transition_ms=1200))
        name, ms = await transition_into("Later", told)
    assert name == "Fade"
    # a slow machine only makes this longer
    assert ms > 900
    kept = real_obs.ask("GetSceneSceneTransitionOverride", {"sceneName": "Later"})
    assert kept == {"transitionName": "Cut", "transitionDuration": 77}
    assert real_obs.ask("GetCurrentSceneTransition")["transitionName"] == "Cut"


async def test_only_how_long_the_transition_takes(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.ask("CreateScene", {"sceneName": "Soon"})
    real_obs.ask("SetCurrentSceneTransition", {"transitionName": "Fade"})
    await until(lambda: real_obs.ask("GetCurrentSceneTransition")["transitionName"] == "Fade")
    told: list[ObsEvent] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(told.append)
        await here.done(SwitchScene(scene="Soon", transition_ms=1200))
        name, ms = await transition_into("Soon", told)
    real_obs.ask("SetCurrentSceneTransition", {"transitionName": "Cut"})
    assert name == "Fade"
    assert ms > 900
    kept = real_obs.ask("GetSceneSceneTransitionOverride", {"sceneName": "Soon"})
    assert kept == {"transitionName": None, "transitionDuration": None}


async def test_a_source_in_a_scene(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False))
        assert not is_on(real_obs, item)
        await here.done(ShowSource(source="Lamp", on=True, scene=FIRST_SCENE))
        assert is_on(real_obs, item)


async def test_a_source_that_stands_in_a_scene_twice_is_hidden_twice(real_obs: RealObs, tmp_path: Path) -> None:
    first = real_obs.colour("Lamp")
    second = int(real_obs.ask("CreateSceneItem", {"sceneName": FIRST_SCENE, "sourceName": "Lamp"})["sceneItemId"])
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(ShowSource(source="Lamp", on=False))
    assert not is_on(real_obs, first)
    assert not is_on(real_obs, second)


async def test_a_filter(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    tint = {"sourceName": "Lamp", "filterName": "Tint"}
    real_obs.ask("CreateSourceFilter", {**tint, "filterKind": "color_filter_v2"})
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(SwitchFilter(source="Lamp", filter="Tint", on=False))
        assert real_obs.ask("GetSourceFilter", tint)["filterEnabled"] is False
        await here.done(SwitchFilter(source="Lamp", filter="Tint", on=True))
        assert real_obs.ask("GetSourceFilter", tint)["filterEnabled"] is True


async def test_a_text(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.text("Words", "before")
    before = real_obs.picture()
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.done(SetText(source="Words", text="after\x07 all\nof it"))
        assert "after" not in done.words
    assert real_obs.ask("GetInputSettings", {"inputName": "Words"})["inputSettings"]["text"] == "after all\nof it"
    await until(lambda: real_obs.picture() != before)


async def test_a_text_of_something_that_shows_none(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    real_obs.text("Words", "before")
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.do(SetText(source="Lamp", text="hello"))
        assert done.hindrance is not None
        assert (done.ending, done.hindrance.obstacle) == (Ending.REFUSED, ObsObstacle.NAME)
        assert done.words == "“Lamp” is no text source. There is “Words”."
        assert done.hindrance.nearest == "Words"


async def test_media_that_is_not_waited_for(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Ding", tone)
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(PlayMedia(source="Ding"))
        status = real_obs.ask("GetMediaInputStatus", {"inputName": "Ding"})
        assert status["mediaState"] == "OBS_MEDIA_STATE_PLAYING"


async def test_media_is_over_when_it_is_over(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Ding", tone)
    async with acting_in(real_obs, tmp_path) as here:
        # a file that was only just set: OBS tells of an end that is none
        real_obs.ask("SetInputSettings", {"inputName": "Ding", "inputSettings": {"local_file": str(tone)}})
        for _ in range(2):
            done = await here.done(PlayMedia(source="Ding", wait=True))
            assert done.took_ms > 900  # it has a second
            status = real_obs.ask("GetMediaInputStatus", {"inputName": "Ding"})
            assert status["mediaState"] == "OBS_MEDIA_STATE_ENDED"


async def test_a_file_that_is_set_meanwhile_is_no_end(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Ding", tone)
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(PlayMedia(source="Ding", wait=True))
        ends: list[ObsEvent] = []
        here.link.follow(lambda event: ends.append(event) if event.name == "MediaInputPlaybackEnded" else None)
        playing = asyncio.create_task(here.do(PlayMedia(source="Ding", wait=True)))
        await until(
            lambda: (real_obs.ask("GetMediaInputStatus", {"inputName": "Ding"})["mediaCursor"] or 0) > 400 or playing.done()
        )
        real_obs.ask("SetInputSettings", {"inputName": "Ding", "inputSettings": {"local_file": str(tone), "speed_percent": 50}})
        real_obs.ask("TriggerMediaInputAction", {"inputName": "Ding", "mediaAction": "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART"})
        done = await playing
        # 0.4 s of the first run, and two of the second at half the speed
        assert done.ok, done
        assert done.took_ms > 2000


async def test_media_that_takes_too_long_is_told(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Ding", tone)
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.do(PlayMedia(source="Ding", wait=True, at_most_s=0.3))
        assert done.hindrance is not None
        assert (done.ending, done.hindrance.obstacle) == (Ending.PART, ObsObstacle.TIME)
        assert done.words.startswith("“Ding” was not over after 0.3 s.")


async def test_media_that_cannot_end_is_told(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Ding", tone, looping=True)
    real_obs.media("Gone", tone.with_name("nothing.wav"))
    real_obs.ask("CreateScene", {"sceneName": "Never shown"})
    real_obs.input("Unseen", "ffmpeg_source", {"local_file": str(tone)}, scene="Never shown")
    async with acting_in(real_obs, tmp_path) as here:
        loop, gone, unseen = await asyncio.gather(
            *(here.do(PlayMedia(source=name, wait=True)) for name in ("Ding", "Gone", "Unseen"))
        )
    assert loop.hindrance is not None
    assert (loop.ending, loop.hindrance.obstacle) == (Ending.REFUSED, ObsObstacle.STATE)
    assert "loop" in loop.words
    assert gone.words.startswith("“Gone” does not begin to play.")
    assert unseen.words.startswith("“Unseen” stands still.")


async def test_a_volume(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Music", tone)
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(SetVolume(source="Music", db=-12.5))
        assert volume(real_obs, "Music") == pytest.approx(-12.5, abs=0.01)
        await here.done(SetVolume(source="Music", db=-100))
        assert real_obs.ask("GetInputVolume", {"inputName": "Music"})["inputVolumeMul"] == 0


async def test_a_volume_glides(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Music", tone)
    heard: list[float] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(lambda event: heard.append(event.data["inputVolumeDb"]) if event.name == "InputVolumeChanged" else None)
        done = await here.done(SetVolume(source="Music", db=-30, over_s=0.5))
        await until(lambda: heard and heard[-1] == pytest.approx(-30, abs=0.01))
    assert done.took_ms >= 500
    assert heard == sorted(heard, reverse=True)
    assert any(-29 < db < -1 for db in heard)


async def test_mute(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    real_obs.media("Music", tone)
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Mute(source="Music", on=True))
        assert real_obs.ask("GetInputMute", {"inputName": "Music"})["inputMuted"] is True
        await here.done(Mute(source="Music", on=False))
        assert real_obs.ask("GetInputMute", {"inputName": "Music"})["inputMuted"] is False


async def test_sound_of_something_that_has_none(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        for act in (Mute(source="Lamp", on=True), SetVolume(source="Lamp", db=-3), SetVolume(source="Lamp", db=-3, for_s=1)):
            done = await here.do(act)
            assert done.hindrance is not None
            assert done.hindrance.obstacle is ObsObstacle.REFUSED
            assert "does not support audio" in done.words


async def test_a_place(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Transform(source="Lamp", x=120, rotation=45))
        now = transform(real_obs, item)
        assert (now["positionX"], now["positionY"], now["rotation"], now["scaleX"]) == (120, 0, 45, 1)
        await here.done(Transform(source="Lamp", y=60, scale=0.5, over_s=0.2))
        now = transform(real_obs, item)
        assert (now["positionX"], now["positionY"], now["rotation"]) == (120, 60, 45)
        assert (now["scaleX"], now["scaleY"]) == (0.5, 0.5)


async def test_a_size_that_a_bounding_box_sets(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    box = {"boundsType": "OBS_BOUNDS_STRETCH", "boundsWidth": 50, "boundsHeight": 50}
    real_obs.ask("SetSceneItemTransform", {"sceneName": FIRST_SCENE, "sceneItemId": item, "sceneItemTransform": box})
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.do(Transform(source="Lamp", scale=2))
        assert "bounding box" in done.words
        await here.done(Transform(source="Lamp", x=5))
    assert transform(real_obs, item)["positionX"] == 5


async def test_a_picture(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp", 0xFF0000)
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.done(Screenshot())
        assert done.file is not None
        assert done.file.parent == tmp_path / "pictures"
        assert done.file.read_bytes().startswith(b"\x89PNG")
        again = await here.do(Screenshot(source="Lamp"))
        assert again.hindrance is not None
        assert again.hindrance.obstacle is ObsObstacle.LIMIT


async def test_recording(real_obs: RealObs, tmp_path: Path) -> None:
    # another quality than the stream's, else OBS cannot pause
    quality = {"parameterCategory": "SimpleOutput", "parameterName": "RecQuality"}
    real_obs.ask("SetProfileParameter", {**quality, "parameterValue": "Small"})
    try:
        async with acting_in(real_obs, tmp_path) as here:
            assert (await here.do(Record(step=RecordStep.STOP))).words.startswith("OBS does not record.")
            await here.done(Record(step=RecordStep.START))
            assert (await here.do(Record(step=RecordStep.START))).words == "OBS records already."
            assert (await here.do(Record(step=RecordStep.RESUME))).words == "The recording is not paused."
            await here.done(Record(step=RecordStep.PAUSE))
            assert real_obs.ask("GetRecordStatus")["outputPaused"] is True
            assert (await here.do(Record(step=RecordStep.PAUSE))).words == "The recording is paused already."
            await here.done(Record(step=RecordStep.RESUME))
            assert real_obs.ask("GetRecordStatus")["outputPaused"] is False
            await here.done(Record(step=RecordStep.STOP))
            assert real_obs.ask("GetRecordStatus")["outputActive"] is False
    finally:
        real_obs.ask("SetProfileParameter", {**quality, "parameterValue": "Stream"})


async def test_a_pause_that_obs_says_yes_to_and_does_not_make(real_obs: RealObs, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Record(step=RecordStep.START))
        done = await here.do(Record(step=RecordStep.PAUSE))
        await here.done(Record(step=RecordStep.STOP))
    assert done.ending is Ending.REFUSED
    assert done.words.startswith("OBS did not pause the recording.")


async def test_a_request_that_this_obs_does_not_know(real_obs: RealObs, tmp_path: Path) -> None:
    version = real_obs.ask("GetVersion")
    if "SplitRecordFile" in version["availableRequests"]:
        pytest.skip("This OBS knows it.")
    async with acting_in(real_obs, tmp_path) as here:
        done = await here.do(Record(step=RecordStep.SPLIT))
        assert done.hindrance is not None
        assert done.hindrance.obstacle is ObsObstacle.LACKS
        assert version["obsVersion"] in done.words
        assert "SplitRecordFile" in done.words
        assert not here.acting.dry_run(Record(step=RecordStep.SPLIT)).possible


async def test_chapters_stand_beside_the_recording(real_obs: RealObs, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        refused = await here.do(Chapter(name="Too early"))
        assert refused.words.startswith("OBS does not record.")
        await here.done(Record(step=RecordStep.START))
        first = await here.done(Chapter(name="Boss\nfight"))
        await here.done(Chapter(name="Won"))
        await here.done(Record(step=RecordStep.STOP))
    assert first.file is not None
    assert str(first.file) in first.words
    assert first.file.parent == real_obs.videos
    lines = first.file.read_text("utf-8").splitlines()
    assert lines[0] == "00:00:00 Start"
    assert [line[8:] for line in lines[1:]] == [" Boss fight", " Won"]
    assert first.file.with_name(first.file.name.removesuffix(".chapters.txt") + ".mkv").exists()


async def test_the_replay_buffer(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")  # without any source OBS asks in a dialog whether that is meant
    async with acting_in(real_obs, tmp_path) as here:
        off = await here.do(SaveReplay())
        assert off.hindrance is not None
        assert off.hindrance.obstacle is ObsObstacle.STATE
        real_obs.ask("StartReplayBuffer")
        await until(lambda: real_obs.ask("GetReplayBufferStatus")["outputActive"])
        await until(lambda: real_obs.ask("GetOutputStatus", {"outputName": "Replay Buffer"})["outputTotalFrames"] > 15)
        done = await here.done(SaveReplay())
    assert done.file is not None
    assert str(done.file) in done.words
    assert done.file.parent == real_obs.videos
    assert done.file.stat().st_size > 0


async def test_the_stream_is_left_alone_unless_it_is_named(real_obs: RealObs, tmp_path: Path) -> None:
    ways = (
        Stream(start=True),
        Stream(start=False),
        Hotkey(name="OBSBasic.StartStreaming"),
        Hotkey(name="OBSBasic.ForceStopStreaming"),
    )
    told: list[str] = []
    async with acting_in(real_obs, tmp_path) as here:
        here.link.follow(lambda event: told.append(event.name))
        for act in ways:
            for cause in (RULE, Person(id="member:1", name="S", standing=Standing.STREAMER)):
                done = await here.acting.do(act, cause)
                assert done.hindrance is not None
                assert done.hindrance.obstacle is ObsObstacle.FORBIDDEN
        here.may_stream.add("start")
        assert not here.acting.dry_run(Stream(start=False)).possible
        # as many round trips as OBS needs to have told of what we asked for
        await here.link.call("GetStats")
    assert "StreamStateChanged" not in told


async def test_a_stream_that_cannot_begin_is_told(real_obs: RealObs, tmp_path: Path) -> None:
    settings = {"server": "rtmp://127.0.0.1:1/live", "key": "none", "use_auth": False}
    real_obs.ask("SetStreamServiceSettings", {"streamServiceType": "rtmp_custom", "streamServiceSettings": settings})
    async with acting_in(real_obs, tmp_path, {"start"}) as here:
        done = await here.do(Stream(start=True))
    assert done.ending is Ending.REFUSED
    assert done.words.startswith("OBS did not begin to stream.")


@pytest.fixture
def ingest() -> Iterator[int]:
    """A server that takes one stream and throws it away."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("not installed: ffmpeg")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    take = ["ffmpeg", "-loglevel", "error", "-listen", "1", "-i", f"rtmp://127.0.0.1:{port}/live/key", "-f", "null", "-"]
    with subprocess.Popen(take, stdin=subprocess.DEVNULL) as server:
        yield port
        server.kill()


async def test_a_stream_begins_and_ends_where_that_is_allowed(real_obs: RealObs, ingest: int, tmp_path: Path) -> None:
    settings = {"server": f"rtmp://127.0.0.1:{ingest}/live", "key": "key", "use_auth": False}
    real_obs.ask("SetStreamServiceSettings", {"streamServiceType": "rtmp_custom", "streamServiceSettings": settings})
    listening = Path("/proc/net/tcp")
    await until(lambda: f"0100007F:{ingest:04X} 00000000:0000 0A" in listening.read_text())
    async with acting_in(real_obs, tmp_path, {"start", "stop"}) as here:
        assert (await here.do(Stream(start=False))).words == "OBS does not stream."
        await here.done(Stream(start=True))
        assert real_obs.ask("GetStreamStatus")["outputActive"] is True
        assert (await here.do(Stream(start=True))).words == "OBS streams already."
        await here.done(Stream(start=False))
        assert real_obs.ask("GetStreamStatus")["outputActive"] is False


async def test_a_hotkey(real_obs: RealObs, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.done(Hotkey(name="OBSBasic.StartRecording"))
        await until(lambda: real_obs.ask("GetRecordStatus")["outputActive"])
        done = await here.do(Hotkey(name="OBSBasic.StopRecordings"))
        assert done.hindrance is not None
        assert done.hindrance.nearest == "OBSBasic.StopRecording"


async def test_what_is_not_there_is_named_with_the_nearest_that_is(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.ask("CreateScene", {"sceneName": "Be right back"})
    real_obs.colour("Lamp", scene="Be right back")
    async with acting_in(real_obs, tmp_path) as here:
        scene = await here.do(SwitchScene(scene="be right bak", transition="Fad"))
        assert scene.words == "OBS has no scene “be right bak”. Did you mean “Be right back”?"
        checked = await here.acting.check(SwitchScene(scene="be right bak", transition="Fad"))
        assert [each.nearest for each in checked.hindrances] == ["Be right back", "Fade"]
        elsewhere = await here.do(ShowSource(source="Lamp", on=False))
        assert elsewhere.words.startswith("“Lamp” is not in the scene “Scene”. It is in “Be right back”")
        filters = await here.do(SwitchFilter(source="Lamp", filter="Tint", on=True))
        assert filters.words == "“Lamp” has no filter “Tint”. There is no filter at all."
        assert here.acting.turned_away["name"] == 3


async def test_what_is_made_in_obs_meanwhile_is_found(real_obs: RealObs, tmp_path: Path) -> None:
    async with acting_in(real_obs, tmp_path) as here:
        await here.acting.look()
        item = real_obs.colour("Lamp")
        await until(lambda: here.acting.stock and "Lamp" in here.acting.stock.inputs)
        await here.done(ShowSource(source="Lamp", on=False))
        assert not is_on(real_obs, item)
        real_obs.ask("SetInputName", {"inputName": "Lamp", "newInputName": "Torch"})
        await until(lambda: here.acting.stock and "Torch" in here.acting.stock.inputs)
        await here.done(ShowSource(source="Torch", on=True))
        assert is_on(real_obs, item)


async def test_a_dry_run_changes_nothing(real_obs: RealObs, tone: Path, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    real_obs.media("Music", tone)
    async with acting_in(real_obs, tmp_path) as here:
        checked = await here.acting.check(ShowSource(source="Lamp", on=False, for_s=5))
        assert checked.possible
        assert checked.words == "Hides “Lamp” in the scene on the programme for 5 s."
        (call,) = checked.calls
        assert (call.request, call.data["sceneItemId"], call.data["sceneItemEnabled"]) == ("SetSceneItemEnabled", item, False)
        checked = await here.acting.check(SetVolume(source="Music", db=-20, over_s=2))
        assert [each.request for each in checked.calls] == ["SetInputVolume"]
    assert is_on(real_obs, item)
    assert volume(real_obs, "Music") == 0


async def test_who_may(real_obs: RealObs, tmp_path: Path) -> None:
    item = real_obs.colour("Lamp")
    act = ShowSource(source="Lamp", on=False)
    async with acting_in(real_obs, tmp_path) as here:
        for cause in (
            Person(id="member:1", name="M", standing=Standing.MODERATOR),
            Person(id="member:2", name="O", standing=Standing.ONLOOKER),
            Granted(engine=Engine.PLUGIN, name="p", features=frozenset()),
        ):
            done = await here.acting.do(act, cause)
            assert done.hindrance is not None
            assert done.hindrance.obstacle is ObsObstacle.ROLE
        assert is_on(real_obs, item)
        assert (await here.acting.do(act, Person(id="member:3", name="S", standing=Standing.STREAMER))).ok


async def test_no_obs(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.acting.look()
        real_obs.kill()
        await until(lambda: here.link.version is None)
        done = await here.do(ShowSource(source="Lamp", on=False))
        assert done.hindrance is not None
        assert (done.ending, done.hindrance.obstacle) == (Ending.REFUSED, ObsObstacle.AWAY)
        assert done.words


async def test_an_answer_that_never_came_is_told_as_unsure(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.colour("Lamp")
    async with acting_in(real_obs, tmp_path) as here:
        await here.acting.look()
        real_obs.freeze()
        done = await here.do(ShowSource(source="Lamp", on=False))
        real_obs.thaw()
        assert done.ending is Ending.UNSURE
    with contextlib.suppress(Refused):
        real_obs.ask("GetStats")
