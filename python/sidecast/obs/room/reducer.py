"""How OBS stands after one of its events. Pure.

Names of events and fields are those of obs-websocket's protocol, version 5. When media end is
not told by events alone: see `media.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...flow.obs import ObsEvent, ObsState

_OUTPUT = "OBS_WEBSOCKET_OUTPUT_"
_RUNS = {"STARTED": True, "RESUMED": True, "RECONNECTING": True, "RECONNECTED": True, "STOPPED": False}
"""What else an output tells (starting, stopping, paused) says nothing of whether it runs: `outputActive` is false while it is
paused, and already while it is stopping."""


class BadEvent(ValueError):
    """An event is not as the protocol says."""


def after(state: ObsState, event: ObsEvent) -> ObsState:
    """`state` as it is after `event`; the same one where that says nothing of it.

    Raises:
        BadEvent: a field is missing or of another kind.
    """
    step = _STEPS.get(event.name)
    return step(state, event.data) if step is not None else state


def text(data: Mapping[str, Any], name: str) -> str:
    """Raises BadEvent."""
    value = data.get(name)
    if not isinstance(value, str):
        raise BadEvent(f"{name} is {type(value).__name__}, not a text")
    return value


def _scene(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, scene=text(data, "sceneName"))


def _scene_named(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, scene=text(data, "sceneName")) if text(data, "oldSceneName") == state.scene else state


def _stream(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, streaming=_runs(data, state.streaming))


def _record(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    recording = _runs(data, state.recording)
    paused = {"PAUSED": True, "RESUMED": False}.get(_word(data), state.paused)
    return replace(state, recording=recording, paused=paused and recording)


def _replay(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, replay_buffer=_runs(data, state.replay_buffer))


def _media_begins(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, playing=state.playing | {text(data, "inputName")})


def _input_gone(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    return replace(state, playing=state.playing - {text(data, "inputName")})


def _input_named(state: ObsState, data: Mapping[str, Any]) -> ObsState:
    old, new = text(data, "oldInputName"), text(data, "inputName")
    return replace(state, playing=state.playing - {old} | {new}) if old in state.playing else state


def _word(data: Mapping[str, Any]) -> str:
    return text(data, "outputState").removeprefix(_OUTPUT)


def _runs(data: Mapping[str, Any], before: bool) -> bool:
    return _RUNS.get(_word(data), before)


_STEPS: dict[str, Callable[[ObsState, Mapping[str, Any]], ObsState]] = {
    "CurrentProgramSceneChanged": _scene,
    "SceneNameChanged": _scene_named,
    "StreamStateChanged": _stream,
    "RecordStateChanged": _record,
    "ReplayBufferStateChanged": _replay,
    "MediaInputPlaybackStarted": _media_begins,
    "InputRemoved": _input_gone,
    "InputNameChanged": _input_named,
}
