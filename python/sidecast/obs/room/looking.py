"""How OBS stands, asked of it: at each new connection, and whenever its events do not tell all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ObsError, ObsRefusedError
from ...flow.obs import Answered, Call, ObsApi, ObsState
from .media import PLAYS
from .microphone import Microphones, microphones

MEDIA_KINDS = frozenset({"ffmpeg_source", "vlc_source"})
_ASKED = (
    "GetCurrentProgramScene",
    "GetStreamStatus",
    "GetRecordStatus",
    "GetReplayBufferStatus",
    "GetSpecialInputs",
    "GetInputList",
)
_MAY_FAIL = frozenset({"GetReplayBufferStatus"})
"""OBS refuses it (604) while the replay buffer is off in its settings."""


@dataclass(frozen=True, slots=True)
class Seen:
    state: ObsState
    microphones: Microphones


async def look(api: ObsApi, microphone: str) -> Seen:
    """Two messages.

    Raises:
        ObsAwayError: no connection, or no answer.
        ObsError: it will not tell (yet).
    """
    scene, stream, record, replay, special, listed = (
        _data(request, answered) for request, answered in zip(_ASKED, await api.batch([Call(r) for r in _ASKED]), strict=True)
    )
    inputs = [each for each in listed.get("inputs", ()) if isinstance(each, Mapping)]
    names = [str(each.get("inputName", "")) for each in inputs]
    recording = bool(record.get("outputActive"))
    state = ObsState(
        connected=True,
        # the second name of the field is that of obs-websocket before 5.4
        scene=str(scene.get("sceneName") or scene.get("currentProgramSceneName") or ""),
        streaming=bool(stream.get("outputActive")),
        recording=recording,
        paused=recording and bool(record.get("outputPaused")),
        replay_buffer=bool(replay.get("outputActive")),
        playing=await _playing(api, [n for n, each in zip(names, inputs, strict=True) if _is_media(each)]),
    )
    return Seen(state, microphones(microphone, special, names))


async def _playing(api: ObsApi, names: Sequence[str]) -> frozenset[str]:
    if not names:
        return frozenset()
    answers = await api.batch([Call("GetMediaInputStatus", {"inputName": name}) for name in names])
    # one that was removed meanwhile plays no more
    return frozenset(
        n for n, each in zip(names, answers, strict=True) if each.error is None and each.data.get("mediaState") in PLAYS
    )


def _is_media(each: Mapping[str, Any]) -> bool:
    return each.get("unversionedInputKind") in MEDIA_KINDS


def _data(request: str, answered: Answered) -> Mapping[str, Any]:
    if answered.error is None:
        return answered.data
    if request in _MAY_FAIL and isinstance(answered.error, ObsRefusedError):
        return {}
    raise answered.error if isinstance(answered.error, ObsError) else ObsError(f"OBS does not answer {request}.")
