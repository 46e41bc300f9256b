"""What no OBS at hand does: newer requests, odd answers, the streamer's hand at a given moment. In virtual time."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakes.obs_acting import RULE
from fakes.obs_on_paper import Answer, ObsOnPaper, refuse
from sidecast.flow.action import Ending
from sidecast.flow.obs import Call
from sidecast.flow.obs_act import Chapter, Mute, ObsDone, ObsObstacle, Record, RecordStep, SetVolume
from sidecast.obs.acting.acting import ObsActing
from sidecast.obs.acting.chapters import MOST_LINES
from sidecast.obs.acting.holding import MOST_HELD, Holding, TooMuchError
from sidecast.obs.acting.journal import Journal
from sidecast.obs.acting.looking import AT_ONCE, look
from sidecast.obs.acting.pictures import MOST, SIGNATURE, Pictures
from sidecast.obs.acting.slots import Change, Muted, Volume
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


@contextlib.asynccontextmanager
async def holding_in(obs: ObsOnPaper) -> AsyncIterator[Holding]:
    holding = Holding(obs, loop_clock(), lambda held: None)
    task = asyncio.create_task(holding.run())
    yield holding
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def muted_music() -> ObsOnPaper:
    obs = ObsOnPaper()
    obs.muted["Music"] = False
    obs.db["Music"] = 0.0
    return obs


def test_it_is_put_back_to_the_millisecond() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=10)
            await asyncio.sleep(9.999)
            assert obs.muted["Music"]
            await asyncio.sleep(0.002)
            assert not obs.muted["Music"]
            assert len(holding) == 0

    run_virtual(show())


def test_what_the_streamer_switches_away_and_back_is_theirs() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=10)
            await asyncio.sleep(4)
            obs.mute("Music", False)
            await asyncio.sleep(1)
            obs.mute("Music", True)
            await asyncio.sleep(20)
            assert obs.muted["Music"]
            assert holding.ended == {"theirs": 1}

    run_virtual(show())


def test_an_event_that_comes_late_is_an_echo() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=10)
            await holding.change([Change(Muted("Music"), False)], for_s=5)
            obs.tell("InputMuteStateChanged", inputName="Music", inputMuted=True)
            await asyncio.sleep(7)
            assert obs.muted["Music"]
            await asyncio.sleep(7)
            assert not obs.muted["Music"]
            assert holding.ended == {"back": 1}

    run_virtual(show())


def test_obs_is_away_when_it_is_due_and_comes_back_an_hour_later() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Volume("Music"), -20.0)], over_s=1, for_s=5)
            obs.be(False)
            await asyncio.sleep(3600)
            assert obs.db["Music"] == -20.0
            obs.be(True)
            await asyncio.sleep(2)
            assert obs.db["Music"] == 0.0
            assert holding.ended == {"back": 1}

    run_virtual(show())


def test_obs_goes_away_in_the_middle_of_the_glide_back() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Volume("Music"), -60.0)], over_s=2, for_s=5)
            await asyncio.sleep(6)
            assert -60.0 < obs.db["Music"] < 0.0
            obs.be(False)
            await asyncio.sleep(60)
            obs.be(True)
            await asyncio.sleep(3)
            assert obs.db["Music"] == 0.0
            assert holding.ended == {"back": 1}

    run_virtual(show())


def test_an_obs_that_ends_has_saved_its_scenes_already() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=5)
            await asyncio.sleep(4)
            obs.tell("ExitStarted")
            await asyncio.sleep(2)
            assert obs.muted["Music"]
            obs.be(False)
            await asyncio.sleep(2)
            obs.be(True)
            await asyncio.sleep(1)
            assert not obs.muted["Music"]

    run_virtual(show())


def test_another_scene_collection_has_the_same_names() -> None:
    obs = muted_music()

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=5)
            obs.collection = "Yours"
            obs.tell("CurrentSceneCollectionChanged", sceneCollectionName="Yours")
            await asyncio.sleep(60)
            assert obs.muted["Music"]
            assert len(obs.asked) < 10
            obs.collection = "Mine"
            obs.tell("CurrentSceneCollectionChanged", sceneCollectionName="Mine")
            await asyncio.sleep(1)
            assert not obs.muted["Music"]
            assert holding.ended == {"back": 1}

    run_virtual(show())


def test_obs_that_is_not_ready_is_asked_again() -> None:
    obs = muted_music()
    ready = obs.answers["GetInputMute"]

    async def show() -> None:
        async with holding_in(obs) as holding:
            await holding.change([Change(Muted("Music"), True)], for_s=5)
            obs.answers["GetInputMute"] = refuse(207)
            await asyncio.sleep(20)
            assert holding.ended == {}
            assert obs.muted["Music"]
            assert len(obs.asked) < 200
            obs.answers["GetInputMute"] = ready
            await asyncio.sleep(1)
            assert not obs.muted["Music"]

    run_virtual(show())


@pytest.mark.parametrize("answer", [{}, {"inputMuted": None, "inputVolumeDb": "loud"}, {"inputVolumeDb": None}], ids=str)
def test_an_answer_that_cannot_be_read_changes_nothing(answer: dict[str, Any]) -> None:
    obs = muted_music()
    obs.answers["GetInputVolume"] = answer

    async def show(acting: ObsActing) -> ObsDone:
        return await acting.do(SetVolume(source="Music", db=-20, for_s=5), RULE)

    done = acted(obs, Path("/nowhere"), show)
    assert done.ending is Ending.REFUSED
    assert "cannot be read" in done.words
    assert obs.db["Music"] == 0.0


def test_more_values_than_can_be_watched_over() -> None:
    obs = ObsOnPaper()
    names = [f"Input {number}" for number in range(MOST_HELD + 1)]
    obs.muted |= dict.fromkeys(names, False)

    async def show() -> None:
        async with holding_in(obs) as holding:
            for name in names[:-1]:
                await holding.change([Change(Muted(name), True)], for_s=5)
            with pytest.raises(TooMuchError):
                await holding.change([Change(Muted(names[-1]), True)], for_s=5)
            assert not obs.muted[names[-1]]
            await asyncio.sleep(6)
            assert not any(obs.muted.values())
            assert holding.ended == {"back": MOST_HELD}

    run_virtual(show())


def acted(obs: ObsOnPaper, folder: Path, do: Callable[[ObsActing], Coroutine[None, None, ObsDone]]) -> ObsDone:
    """In real time: files are written by threads."""

    async def show() -> ObsDone:
        acting = ObsActing(obs, loop_clock(), folder=folder, may_stream=tuple)
        return await do(acting)

    return asyncio.run(show())


def recording(**more: Answer | Mapping[str, Any]) -> ObsOnPaper:
    return ObsOnPaper(
        {
            "GetRecordStatus": {"outputActive": True, "outputDuration": 3_723_456},
            "GetOutputList": {"outputs": [{"outputName": "adv", "outputActive": True}]},
            "GetOutputSettings": {"outputSettings": {"path": "C:\\Videos\\Tuesday.mkv"}},
            **more,
        }
    )


def test_an_obs_that_knows_chapters_gets_one(tmp_path: Path) -> None:
    obs = recording(CreateRecordChapter={})
    done = acted(obs, tmp_path, lambda acting: acting.do(Chapter(name="Boss"), RULE))
    assert done.ok
    assert done.file is None
    assert Call("CreateRecordChapter", {"chapterName": "Boss"}) in obs.asked


@pytest.mark.parametrize("more", [{}, {"CreateRecordChapter": refuse(702)}], ids=["older", "another format"])
def test_a_recording_on_another_machine_has_its_chapters_here(tmp_path: Path, more: dict[str, Any]) -> None:
    done = acted(recording(**more), tmp_path, lambda acting: acting.do(Chapter(name="Boss"), RULE))
    assert done.ok
    assert done.file == tmp_path / "chapters" / "Tuesday.chapters.txt"
    assert done.file.read_text("utf-8") == "00:00:00 Start\n01:02:03 Boss\n"


def test_chapters_have_an_end(tmp_path: Path) -> None:
    file = tmp_path / "chapters" / "Tuesday.chapters.txt"
    file.parent.mkdir()
    file.write_text("00:00:00 Start\n" * MOST_LINES, "utf-8")
    done = acted(recording(), tmp_path, lambda acting: acting.do(Chapter(name="Boss"), RULE))
    assert done.hindrance is not None
    assert done.hindrance.obstacle is ObsObstacle.LIMIT


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "chapters").write_text("a file where the folder would be", "utf-8")
    done = acted(recording(), tmp_path, lambda acting: acting.do(Chapter(name="Boss"), RULE))
    assert done.hindrance is not None
    assert done.hindrance.obstacle is ObsObstacle.FILE
    assert str(tmp_path) in done.words


def test_an_obs_that_knows_how_to_split(tmp_path: Path) -> None:
    def split(more: dict[str, Any]) -> ObsDone:
        return acted(recording(**more), tmp_path, lambda acting: acting.do(Record(step=RecordStep.SPLIT), RULE))

    assert split({"SplitRecordFile": {}}).ok
    refused = split({"SplitRecordFile": refuse(702)})
    assert refused.hindrance is not None
    assert "splitting" in refused.hindrance.remedy


@pytest.mark.parametrize(
    "answers",
    [
        {"GetSceneList": {"scenes": [{}]}},
        {"GetSceneItemList": {"sceneItems": [{"sceneItemId": "first", "sourceName": "Cam"}]}},
        {"GetSceneList": refuse(207)},
    ],
    ids=["no name", "no number", "not ready"],
)
def test_lists_that_cannot_be_read_are_told(tmp_path: Path, answers: dict[str, Any]) -> None:
    obs = muted_music()
    obs.answers |= answers
    done = acted(obs, tmp_path, lambda acting: acting.do(Mute(source="Music", on=True), RULE))
    assert done.ending is Ending.REFUSED
    assert done.words
    assert not obs.muted["Music"]


def test_a_big_collection_is_asked_in_several_messages() -> None:
    obs = ObsOnPaper()
    obs.db = {f"Input {number}": 0.0 for number in range(900)}
    stock = asyncio.run(look(obs))
    assert len(stock.inputs) == 900
    assert sum(obs.batches) == len(obs.asked)
    assert max(obs.batches) == AT_ONCE


def test_pictures_have_an_end_and_only_ours_go(tmp_path: Path) -> None:
    image = "data:image/png;base64," + base64.b64encode(SIGNATURE + b"rest").decode()
    pictures = Pictures(tmp_path)
    theirs = tmp_path / "holiday.png"
    theirs.write_bytes(b"")
    kept = [pictures.keep(image, 1_700_000_000_000 + number * 1000) for number in range(MOST + 3)]
    paths = [each for each in kept if isinstance(each, Path)]
    assert len(paths) == MOST + 3
    assert not any(each.exists() for each in paths[:3])
    assert all(each.exists() for each in paths[3:])
    assert theirs.exists()
    again = pictures.keep(image, 1_700_000_000_000 + (MOST + 2) * 1000)
    assert isinstance(again, Path)
    assert again not in paths


@pytest.mark.parametrize("image", ["", "data:image/png;base64,!!!", "data:text/html;base64,PGI+"])
def test_no_picture(tmp_path: Path, image: str) -> None:
    told = Pictures(tmp_path).keep(image, 0)
    assert not isinstance(told, Path)
    assert told.obstacle is ObsObstacle.REFUSED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["{", "[1]", '[[["Muted","Music"],"Mine","loud",[true]]]', '[[["Nothing"],"Mine",true,[true]]]', "\udcff"]
)
def test_a_journal_that_cannot_be_read_is_told_and_left_out(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "obs-held.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    async def read() -> int:
        return len(Journal(path).read())

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(read()) == 0
    assert "obs-held.json" in caplog.text
