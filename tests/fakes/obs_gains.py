"""An `ObsApi` that knows inputs and their gain filters, and fails when a test says so. Of OBS's ways it has only these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecast.errors import ObsAwayError, ObsError, ObsRefusedError
from sidecast.flow.obs import Answered, Call, ObsEvent, ObsVersion

VERSION = ObsVersion(obs="0", websocket="5", platform="test", requests=frozenset())


class ObsGains:
    def __init__(self, *inputs: str) -> None:
        self.gains: dict[str, dict[str, float]] = {name: {} for name in inputs}
        """By input and filter (dB)."""
        self.version: ObsVersion | None = VERSION
        self.trouble = ""
        self.before: Callable[[], None] = lambda: None
        """Called before each message; may raise ObsError, or take the connection away."""
        self.after: Callable[[], None] = lambda: None
        """Called after it was done: what is raised here, the answer never told."""
        self.messages = 0
        self._follow: list[Callable[[ObsEvent], None]] = []
        self._change: list[Callable[[], None]] = []

    def connect(self, on: bool) -> None:
        self.version = VERSION if on else None
        for tell in tuple(self._change):
            tell()

    def happen(self, name: str, **data: Any) -> None:
        for tell in tuple(self._follow):
            tell(ObsEvent(name, data, 0))

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        (answered,) = await self.batch([Call(request, data or {})])
        if answered.error is not None:
            raise answered.error
        return answered.data

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        self.messages += 1
        self.before()
        if self.version is None:
            raise ObsAwayError("There is no OBS.")
        answers = tuple(self._one(each) for each in calls)
        self.after()
        return answers

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        self._follow.append(tell)
        return lambda: self._follow.remove(tell)

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        self._change.append(tell)
        return lambda: self._change.remove(tell)

    def _one(self, call: Call) -> Answered:
        try:
            return Answered(self._done(call.request, call.data))
        except ObsError as error:
            return Answered(error=error)

    def _done(self, request: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if request == "GetInputList":
            return {"inputs": [{"inputName": name} for name in self.gains]}
        if data["sourceName"] not in self.gains:
            raise ObsRefusedError("No source was found.", status=600)
        here = self.gains[data["sourceName"]]
        if request == "GetSourceFilterList":
            return {"filters": [_told(name, db) for name, db in here.items()]}
        name = data["filterName"]
        if request == "CreateSourceFilter":
            if name in here:
                raise ObsRefusedError("A filter already exists by that name.", status=601)
        elif name not in here:
            raise ObsRefusedError("No filter was found.", status=600)
        if request == "RemoveSourceFilter":
            del here[name]
        else:
            here[name] = data["filterSettings"]["db"]
        return {}


def _told(name: str, db: float) -> dict[str, Any]:
    return {"filterName": name, "filterKind": "gain_filter", "filterSettings": {"db": db}}
