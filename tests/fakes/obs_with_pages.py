"""The real OBS, with web pages as sources, which Debian's has not: a colour stands for each, and keeps its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecast.flow.obs import Answered, Call, ObsApi, ObsEvent, ObsVersion

PAGE, STANDS_FOR_IT = "browser_source", "color_source_v3"


class WithPages:
    """An `ObsApi`."""

    def __init__(self, real: ObsApi) -> None:
        self._real = real

    @property
    def version(self) -> ObsVersion | None:
        return self._real.version

    @property
    def trouble(self) -> str:
        return self._real.trouble

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        return _there(request, await self._real.call(request, _here(data or {}), timeout_s=timeout_s))

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        meant = [Call(each.request, _here(each.data)) for each in calls]
        answers = await self._real.batch(meant, halt=halt, timeout_s=timeout_s)
        return tuple(
            Answered(_there(call.request, answer.data), answer.error) for call, answer in zip(calls, answers, strict=True)
        )

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        return self._real.follow(tell, meters=meters)

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        return self._real.on_change(tell)


def _here(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "inputKind": STANDS_FOR_IT} if data.get("inputKind") == PAGE else data


def _there(request: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if request == "GetInputKindList":
        return {**data, "inputKinds": [*data["inputKinds"], PAGE]}
    return {**data, "inputKind": PAGE} if data.get("inputKind") == STANDS_FOR_IT else data
