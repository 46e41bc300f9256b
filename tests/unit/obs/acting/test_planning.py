"""What OBS is asked for each act, and what is said where it cannot be. Pure."""

from __future__ import annotations

from typing import get_args

import pytest

from sidecast.flow import obs_act as acts
from sidecast.flow.obs import ObsVersion
from sidecast.flow.obs_act import ObsAct, ObsObstacle
from sidecast.obs.acting.kinds import KINDS, requests_of, words_of
from sidecast.obs.acting.planning import lacks, plan
from sidecast.obs.acting.stock import Item, Stock, nearest
from sidecast.obs.acting.valid import wrong

pytestmark = pytest.mark.unit

STOCK = Stock(
    programme="Game",
    scenes={
        "Game": (Item("Game", 9, "Cam"), Item("Game", 4, "Corner"), Item("Game", 1, "Cam")),
        "Be right back": (Item("Be right back", 1, "Rain"),),
    },
    groups={"Corner": (Item("Corner", 2, "Logo"),)},
    inputs={"Cam": "v4l2_input", "Logo": "image_source", "Rain": "ffmpeg_source", "Words": "text_gdiplus_v3"},
    filters={"Cam": ("Blur", "Key"), "Game": ("Shake",)},
    transitions=("Cut", "Fade"),
    transition="Fade",
    hotkeys=frozenset({"OBSBasic.Screenshot"}),
)
EACH: tuple[tuple[ObsAct, list[tuple[str, dict[str, object]]]], ...] = (
    (acts.SwitchScene(scene="Game"), [("SetCurrentProgramScene", {"sceneName": "Game"})]),
    (
        acts.SwitchScene(scene="Be right back", transition_ms=700),
        [
            (
                "SetSceneSceneTransitionOverride",
                {"sceneName": "Be right back", "transitionName": "Fade", "transitionDuration": 700},
            ),
            ("SetCurrentProgramScene", {"sceneName": "Be right back"}),
        ],
    ),
    (
        acts.ShowSource(source="Cam", on=False),
        [
            ("SetSceneItemEnabled", {"sceneName": "Game", "sceneItemId": 9, "sceneItemEnabled": False}),
            ("SetSceneItemEnabled", {"sceneName": "Game", "sceneItemId": 1, "sceneItemEnabled": False}),
        ],
    ),
    (
        acts.ShowSource(source="Logo", on=True, scene="Game"),
        [("SetSceneItemEnabled", {"sceneName": "Corner", "sceneItemId": 2, "sceneItemEnabled": True})],
    ),
    (
        acts.SwitchFilter(source="Game", filter="Shake", on=True),
        [("SetSourceFilterEnabled", {"sourceName": "Game", "filterName": "Shake", "filterEnabled": True})],
    ),
    (
        acts.SetText(source="Words", text="hi\x1b"),
        [("SetInputSettings", {"inputName": "Words", "inputSettings": {"text": "hi"}, "overlay": True})],
    ),
    (
        acts.PlayMedia(source="Rain"),
        [
            (
                "TriggerMediaInputAction",
                {"inputName": "Rain", "mediaAction": "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART"},
            )
        ],
    ),
    (acts.SetVolume(source="Rain", db=-8), [("SetInputVolume", {"inputName": "Rain", "inputVolumeDb": -8.0})]),
    (acts.SetVolume(source="Rain", db=-100), [("SetInputVolume", {"inputName": "Rain", "inputVolumeMul": 0.0})]),
    (acts.Mute(source="Rain", on=True), [("SetInputMute", {"inputName": "Rain", "inputMuted": True})]),
    (
        acts.Transform(source="Cam", x=5, scale=0.5),
        [
            (
                "SetSceneItemTransform",
                {
                    "sceneName": "Game",
                    "sceneItemId": 9,
                    "sceneItemTransform": {"positionX": 5.0, "scaleX": 0.5, "scaleY": 0.5},
                },
            )
        ],
    ),
    (acts.Screenshot(), [("GetSourceScreenshot", {"sourceName": "Game", "imageFormat": "png"})]),
    (acts.Record(step=acts.RecordStep.SPLIT), [("SplitRecordFile", {})]),
    (acts.Chapter(name="Boss"), [("CreateRecordChapter", {"chapterName": "Boss"})]),
    (acts.SaveReplay(), [("SaveReplayBuffer", {})]),
    (acts.Stream(start=True), [("StartStream", {})]),
    (acts.Stream(start=False), [("StopStream", {})]),
    (acts.Hotkey(name="OBSBasic.Screenshot"), [("TriggerHotkeyByName", {"hotkeyName": "OBSBasic.Screenshot"})]),
)


@pytest.mark.parametrize(("act", "calls"), EACH, ids=lambda each: type(each).__name__)
def test_what_obs_is_asked(act: ObsAct, calls: list[tuple[str, dict[str, object]]]) -> None:
    planned = plan(act, STOCK)
    assert planned.hindrances == ()
    assert [(call.request, dict(call.data)) for call in planned.asked] == calls
    assert wrong(act) is None


def test_every_kind_of_act_is_tried_here_and_has_its_words() -> None:
    assert {type(act) for act, _ in EACH} == set(get_args(ObsAct)) == set(KINDS)
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)
    for act, _ in EACH:
        will, did = words_of(act), words_of(act, done=True)
        assert will.endswith(".")
        assert will != did


def test_words_for_a_text_source_are_nowhere_in_what_is_told() -> None:
    act = acts.SetText(source="Words", text="what a viewer wrote")
    assert "viewer" not in words_of(act) + words_of(act, done=True)
    refused = plan(acts.SetText(source="Word", text="what a viewer wrote"), STOCK).hindrances
    assert "viewer" not in refused[0].words


@pytest.mark.parametrize(
    ("act", "words", "near"),
    [
        (
            acts.SwitchScene(scene="be right bck"),
            "OBS has no scene “be right bck”. Did you mean “Be right back”?",
            "Be right back",
        ),
        (
            acts.SwitchScene(scene="Game", transition="Wipe it"),
            "OBS has no transition “Wipe it”. There is “Cut”, “Fade”.",
            "",
        ),
        (acts.ShowSource(source="Cam", on=True, scene="GAME"), "OBS has no scene “GAME”. Did you mean “Game”?", "Game"),
        (acts.ShowSource(source="came", on=True), "The scene “Game” has no source “came”. Did you mean “Cam”?", "Cam"),
        (
            acts.ShowSource(source="Rain", on=True),
            "“Rain” is not in the scene “Game”. It is in “Be right back”: name that scene, or add the source to this one.",
            "",
        ),
        (
            acts.SwitchFilter(source="Cam", filter="blurr", on=True),
            "“Cam” has no filter “blurr”. Did you mean “Blur”?",
            "Blur",
        ),
        (acts.SetText(source="Word", text=""), "OBS has no source “Word”. Did you mean “Words”?", "Words"),
        (acts.PlayMedia(source="Logo"), "“Logo” is no media source. There is “Rain”.", "Rain"),
        (acts.Mute(source="xyz", on=True), "OBS has no source “xyz”. There is “Cam”, “Logo”, “Rain”, “Words”.", ""),
        (acts.Screenshot(source="gam"), "OBS has no source “gam”. Did you mean “Game”?", "Game"),
        (
            acts.Hotkey(name="Screenshot"),
            "OBS has no hotkey “Screenshot”. Did you mean “OBSBasic.Screenshot”?",
            "OBSBasic.Screenshot",
        ),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, str) else "",
)
def test_what_is_not_there(act: ObsAct, words: str, near: str) -> None:
    (hindrance,) = plan(act, STOCK).hindrances
    assert hindrance.obstacle is ObsObstacle.NAME
    assert hindrance.words == words
    assert hindrance.nearest == near


def test_two_names_that_are_not_there_are_both_told() -> None:
    assert len(plan(acts.SwitchScene(scene="Gam", transition="Fad"), STOCK).hindrances) == 2


def test_nothing_is_there_at_all() -> None:
    (hindrance,) = plan(acts.SetText(source="Words", text="x"), Stock()).hindrances
    assert hindrance.words == "OBS has no source “Words”. There is no source at all."
    assert nearest("Words", ()) == ""


@pytest.mark.parametrize(
    "act",
    [
        acts.SetVolume(source="Rain", db=27),
        acts.SetVolume(source="Rain", db=float("nan")),
        acts.SetVolume(source="Rain", db=0, over_s=61),
        acts.SetVolume(source="Rain", db=0, for_s=-1),
        acts.Mute(source="Rain", on=True, for_s=float("inf")),
        acts.SwitchScene(scene="Game", transition_ms=49),
        acts.PlayMedia(source="Rain", at_most_s=0),
        acts.Transform(source="Cam"),
        acts.Transform(source="Cam", rotation=361),
        acts.SetText(source="Words", text="x" * 2001),
        acts.Chapter(name=" \n"),
    ],
    ids=str,
)
def test_what_cannot_be(act: ObsAct) -> None:
    hindrance = wrong(act)
    assert hindrance is not None
    assert hindrance.obstacle is ObsObstacle.WRONG
    assert hindrance.remedy


@pytest.mark.parametrize("act", [act for act, _ in EACH], ids=lambda act: type(act).__name__)
def test_each_request_that_an_obs_lacks_is_told_with_its_version(act: ObsAct) -> None:
    needed = frozenset(requests_of(act))
    assert lacks(act, ObsVersion(obs="29.0.2", websocket="5.1.0", platform="linux", requests=needed)) is None
    for name in needed:
        hindrance = lacks(act, ObsVersion(obs="29.0.2", websocket="5.1.0", platform="linux", requests=needed - {name}))
        assert hindrance is not None
        assert hindrance.obstacle is ObsObstacle.LACKS
        assert name in hindrance.words
        assert "OBS 29.0.2" in hindrance.words
