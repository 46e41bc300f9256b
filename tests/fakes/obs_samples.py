"""One example of everything that flows between the show and OBS."""

from __future__ import annotations

from pathlib import Path

from sidecast.flow import obs_act
from sidecast.flow.action import Ending
from sidecast.flow.obs import Answered, Call, ObsEvent, ObsState, ObsVersion
from sidecast.flow.obs_act import ObsAct, ObsChecked, ObsDone, ObsHindrance, ObsObstacle, RecordStep

EVERY_OBS_ACT: tuple[ObsAct, ...] = (
    obs_act.SwitchScene(scene="Game", transition="Fade", transition_ms=500),
    obs_act.ShowSource(source="Lamp", on=True, scene="Game", for_s=8),
    obs_act.SwitchFilter(source="Camera", filter="Blur", on=True, for_s=5),
    obs_act.SetText(source="Label", text="Thank you, mika!"),
    obs_act.PlayMedia(source="Airhorn", wait=True),
    obs_act.SetVolume(source="Music", db=-20, over_s=1, for_s=10),
    obs_act.Mute(source="Mic", on=True),
    obs_act.Transform(source="Camera", x=100, y=50, scale=0.5, rotation=10, over_s=1),
    obs_act.Screenshot(),
    obs_act.Record(step=RecordStep.SPLIT),
    obs_act.Chapter(name="Boss fight"),
    obs_act.SaveReplay(),
    obs_act.Stream(start=False),
    obs_act.Hotkey(name="OBSBasic.Screenshot"),
)
"""One of each kind, all of them valid."""
CALL = Call("SetCurrentProgramScene", {"sceneName": "Game"})
OBS_HINDRANCE = ObsHindrance(
    obstacle=ObsObstacle.NAME, what="OBS has no scene “Gmae”.", remedy="Did you mean “Game”?", nearest="Game"
)
OBS_SAMPLES: tuple[object, ...] = (
    *EVERY_OBS_ACT,
    CALL,
    Answered({"currentProgramSceneName": "Game"}),
    ObsEvent("CurrentProgramSceneChanged", {"sceneName": "Game"}, 17),
    ObsVersion(obs="29.0.2", websocket="5.1.0", platform="linux", requests=frozenset({"GetVersion"})),
    ObsState(connected=True, scene="Game", playing=frozenset({"Intro"})),
    OBS_HINDRANCE,
    ObsChecked(kind="switch_scene", words="Switches to the scene “Gmae”.", calls=(CALL,), hindrances=(OBS_HINDRANCE,)),
    ObsDone(kind="screenshot", ending=Ending.DONE, words="A picture was taken.", took_ms=9.5, file=Path("picture.png")),
)
