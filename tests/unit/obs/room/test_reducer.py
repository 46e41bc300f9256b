"""How OBS stands after its events, as they were seen of OBS 29."""

from __future__ import annotations

from typing import Any

import pytest

from sidecast.flow.obs import ObsEvent, ObsState
from sidecast.obs.room.reducer import BadEvent, after

pytestmark = pytest.mark.unit

OUTPUT = "OBS_WEBSOCKET_OUTPUT_"


def told(*events: tuple[str, dict[str, Any]], start: ObsState | None = None) -> ObsState:
    state = start or ObsState(connected=True, scene="Game")
    for name, data in events:
        state = after(state, ObsEvent(name, data, 0))
    return state


def output(kind: str, word: str, *, active: bool = False) -> tuple[str, dict[str, Any]]:
    return f"{kind}StateChanged", {"outputActive": active, "outputState": OUTPUT + word}


def test_a_stream_runs_from_started_to_stopped() -> None:
    starting = told(output("Stream", "STARTING"))
    started = told(output("Stream", "STARTED", active=True), start=starting)
    stopping = told(output("Stream", "RECONNECTING"), output("Stream", "STOPPING"), start=started)
    stopped = told(output("Stream", "STOPPED"), start=stopping)
    assert [each.streaming for each in (starting, started, stopping, stopped)] == [False, True, True, False]


def test_a_stream_that_fails_at_once_never_ran() -> None:
    assert not told(output("Stream", "STARTING"), output("Stream", "STOPPED")).streaming


def test_a_recording_that_is_paused_goes_on_existing() -> None:
    paused = told(output("Record", "STARTED", active=True), output("Record", "PAUSED"))
    assert (paused.recording, paused.paused) == (True, True)
    resumed = told(output("Record", "RESUMED", active=True), start=paused)
    assert (resumed.recording, resumed.paused) == (True, False)
    stopped = told(output("Record", "STOPPED"), start=paused)
    assert (stopped.recording, stopped.paused) == (False, False)


def test_the_replay_buffer() -> None:
    assert told(output("ReplayBuffer", "STARTED", active=True)).replay_buffer


def test_scenes() -> None:
    assert told(("CurrentProgramSceneChanged", {"sceneName": "Brb"})).scene == "Brb"
    assert told(("SceneNameChanged", {"oldSceneName": "Game", "sceneName": "Play"})).scene == "Play"
    assert told(("SceneNameChanged", {"oldSceneName": "Other", "sceneName": "Play"})).scene == "Game"


def test_media_begin_and_go_with_their_source() -> None:
    begun = told(("MediaInputPlaybackStarted", {"inputName": "Jingle"}))
    assert begun.playing == {"Jingle"}
    named = told(("InputNameChanged", {"oldInputName": "Jingle", "inputName": "Song"}), start=begun)
    assert named.playing == {"Song"}
    assert told(("InputRemoved", {"inputName": "Song"}), start=named).playing == frozenset()
    assert told(("InputNameChanged", {"oldInputName": "Other", "inputName": "Song"})).playing == frozenset()


def test_an_end_of_media_is_not_believed_by_itself() -> None:
    begun = told(("MediaInputPlaybackStarted", {"inputName": "Jingle"}))
    assert told(("MediaInputPlaybackEnded", {"inputName": "Jingle"}), start=begun) is begun


def test_what_is_of_no_interest_changes_nothing() -> None:
    state = ObsState(connected=True)
    assert told(("VirtualcamStateChanged", {"outputActive": True}), ("Nonsense", {}), start=state) is state


@pytest.mark.parametrize(
    "name", ["CurrentProgramSceneChanged", "StreamStateChanged", "MediaInputPlaybackStarted", "InputNameChanged"]
)
@pytest.mark.parametrize("data", [{}, {"sceneName": 1, "inputName": None, "outputState": 3, "oldInputName": []}])
def test_what_is_not_as_the_protocol_says(name: str, data: dict[str, Any]) -> None:
    with pytest.raises(BadEvent):
        told((name, data))
