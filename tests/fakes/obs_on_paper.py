"""An `ObsApi` without OBS, for what no OBS at hand does: newer requests, odd answers, going away at a given moment.

It keeps what is written to it by source, tells events as OBS does, and answers in no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecast.errors import ObsAwayError, ObsError, ObsLacksError, ObsRefusedError
from sidecast.flow.obs import Answered, Call, ObsEvent, ObsVersion

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def refuse(status: int) -> Answer:
    """An answer that is a refusal."""

    def answer(data: Mapping[str, Any]) -> Mapping[str, Any]:
        raise ObsRefusedError(f"Refused with {status}.", status=status)

    return answer


class ObsOnPaper:
    """`answers` by request may be changed at any time; what is not there is unknown to this OBS."""

    def __init__(self, answers: Mapping[str, Answer | Mapping[str, Any]] | None = None) -> None:
        self.db: dict[str, float] = {}
        self.muted: dict[str, bool] = {}
        self.asked: list[Call] = []
        self.batches: list[int] = []
        """How many requests were in each."""
        self.there = True
        self.collection = "Mine"
        self.obs = "31.0.0"
        self.answers: dict[str, Answer | Mapping[str, Any]] = {
            "GetInputVolume": lambda data: {"inputVolumeDb": self.db[data["inputName"]]},
            "SetInputVolume": self._set_volume,
            "GetInputMute": lambda data: {"inputMuted": self.muted[data["inputName"]]},
            "SetInputMute": self._set_mute,
            "GetSceneList": {"currentProgramSceneName": "Scene", "scenes": [{"sceneName": "Scene"}]},
            "GetSceneCollectionList": lambda data: {"currentSceneCollectionName": self.collection},
            "GetGroupList": {"groups": []},
            "GetInputList": lambda data: {"inputs": [{"inputName": each, "inputKind": "ffmpeg_source"} for each in self.db]},
            "GetSceneTransitionList": {"transitions": [], "currentSceneTransitionName": None},
            "GetHotkeyList": {"hotkeys": []},
            "GetSceneItemList": {"sceneItems": []},
            "GetSourceFilterList": {"filters": []},
            **(answers or {}),
        }
        self._followers: list[Callable[[ObsEvent], None]] = []
        self._watchers: list[Callable[[], None]] = []

    @property
    def version(self) -> ObsVersion | None:
        if not self.there:
            return None
        return ObsVersion(obs=self.obs, websocket="5.5.0", platform="linux", requests=frozenset(self.answers))

    @property
    def trouble(self) -> str:
        return "" if self.there else "OBS does not run."

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        if not self.there:
            raise ObsAwayError("OBS does not run.")
        if request not in self.answers:
            raise ObsLacksError(f"OBS {self.obs} does not know the request {request}.")
        self.asked.append(Call(request, data or {}))
        answer = self.answers[request]
        return answer(data or {}) if callable(answer) else answer

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        answers = []
        self.batches.append(len(calls))
        for each in calls:
            try:
                answers.append(Answered(await self.call(each.request, each.data)))
            except (ObsAwayError, ObsLacksError):
                raise
            except ObsError as error:
                answers.append(Answered(error=error))
        return tuple(answers)

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        self._followers.append(tell)
        return lambda: self._followers.remove(tell)

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        self._watchers.append(tell)
        return lambda: self._watchers.remove(tell)

    def tell(self, name: str, **data: Any) -> None:
        for follower in list(self._followers):
            follower(ObsEvent(name, data, 0))

    def be(self, there: bool) -> None:
        """Comes or goes."""
        self.there = there
        for watcher in list(self._watchers):
            watcher()

    def mute(self, name: str, muted: bool) -> None:
        """By the streamer's hand, or by a request."""
        if self.muted[name] is not muted:
            self.muted[name] = muted
            self.tell("InputMuteStateChanged", inputName=name, inputMuted=muted)

    def _set_mute(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.mute(data["inputName"], data["inputMuted"])
        return {}

    def _set_volume(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        db = -100.0 if data.get("inputVolumeMul") == 0 else float(data["inputVolumeDb"])
        self.db[data["inputName"]] = db
        self.tell("InputVolumeChanged", inputName=data["inputName"], inputVolumeDb=db)
        return {}
