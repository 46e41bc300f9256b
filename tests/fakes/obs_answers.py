"""An `ObsApi` that answers as a test has written down, one by one, and tells what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecast.errors import ObsAwayError, ObsRefusedError
from sidecast.flow.obs import Answered, Call, ObsEvent, ObsVersion

VERSION = ObsVersion(obs="0", websocket="5", platform="test", requests=frozenset())


class ObsAnswers:
    def __init__(self, **answers: Mapping[str, Any]) -> None:
        self.answers: dict[str, Mapping[str, Any]] = dict(answers)
        """By request; any other is refused."""
        self.version: ObsVersion | None = VERSION
        self.trouble = ""
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None
        """While it is set up and not open, no answer comes."""
        self._follow: list[tuple[Callable[[ObsEvent], None], bool]] = []
        self._change: list[Callable[[], None]] = []

    def connect(self, on: bool) -> None:
        self.version = VERSION if on else None
        for tell in tuple(self._change):
            tell()

    def happen(self, name: str, data: Mapping[str, Any], *, at_ns: int = 0) -> None:
        for tell, meters in tuple(self._follow):
            if meters == (name == "InputVolumeMeters"):
                tell(ObsEvent(name, data, at_ns))

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        (answered,) = await self.batch([Call(request, data or {})])
        if answered.error is not None:
            raise answered.error
        return answered.data

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        self.asked += [each.request for each in calls]
        answers = tuple(self._one(each) for each in calls)
        if self.gate is not None:
            await self.gate.wait()
        if self.version is None:
            raise ObsAwayError("There is no OBS.")
        return answers

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        self._follow.append((tell, meters))
        return lambda: self._follow.remove((tell, meters))

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        self._change.append(tell)
        return lambda: self._change.remove(tell)

    def _one(self, call: Call) -> Answered:
        if call.request in self.answers:
            return Answered(self.answers[call.request])
        return Answered(error=ObsRefusedError("No.", status=604))
