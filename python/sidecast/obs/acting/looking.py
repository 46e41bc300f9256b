"""Reading what OBS has, and knowing when that is old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ...clock import Clock, ms_between
from ...errors import ObsError, ObsRefusedError
from ...flow.obs import Answered, Call, ObsApi, ObsEvent
from .stock import Item, Stock

LOOK_TIMEOUT_S = 5.0
AT_ONCE = 200
"""Requests in a message: a big collection has thousands of lists."""
SETTLE_S = 0.2
"""A change in OBS's window comes as several events."""
OLD_MS = 200.0
"""What has no event (transitions, hotkeys) is looked for again when it is not there and the last look is older."""
CHANGES = frozenset(
    {
        *("SceneCreated", "SceneRemoved", "SceneNameChanged", "SceneItemCreated", "SceneItemRemoved"),
        *("InputCreated", "InputRemoved", "InputNameChanged"),
        *("SourceFilterCreated", "SourceFilterRemoved", "SourceFilterNameChanged"),
        *("CurrentSceneCollectionChanged", "CurrentProfileChanged"),
    }
)
FIRST = ("GetSceneList", "GetGroupList", "GetInputList", "GetSceneTransitionList", "GetHotkeyList")


async def look(api: ObsApi) -> Stock:
    """Everything that `Stock` holds, in two messages or a few more.

    Raises:
        ObsAwayError: as `ObsApi.batch`.
        ObsError: OBS does not tell which scenes it has.
    """
    try:
        return await _look(api)
    except (KeyError, TypeError, ValueError):
        raise ObsRefusedError("OBS told what it has in a way that cannot be read.", "Update OBS.") from None


async def _look(api: ObsApi) -> Stock:
    scenes, groups, inputs, transitions, hotkeys = await api.batch([Call(name) for name in FIRST], timeout_s=LOOK_TIMEOUT_S)
    if scenes.error is not None:
        raise scenes.error
    scene_names = [str(each["sceneName"]) for each in _rows(scenes, "scenes")]
    group_names = [str(each) for each in groups.data.get("groups") or ()]
    kinds = {str(each["inputName"]): str(each.get("inputKind") or "") for each in _rows(inputs, "inputs")}
    sources = [*kinds, *scene_names, *group_names]
    calls = [
        *(Call("GetSceneItemList", {"sceneName": name}) for name in scene_names),
        *(Call("GetGroupSceneItemList", {"sceneName": name}) for name in group_names),
        *(Call("GetSourceFilterList", {"sourceName": name}) for name in sources),
    ]
    answers = await _all(api, calls)
    holders = [*scene_names, *group_names]
    items = {name: _items(name, answer) for name, answer in zip(holders, answers, strict=False)}
    filters = {
        name: tuple(str(row["filterName"]) for row in _rows(answer, "filters"))
        for name, answer in zip(sources, answers[len(holders) :], strict=True)
    }
    return Stock(
        programme=str(scenes.data.get("currentProgramSceneName") or ""),
        scenes={name: items[name] for name in scene_names},
        groups={name: items[name] for name in group_names},
        inputs=kinds,
        filters={name: found for name, found in filters.items() if found},
        transitions=tuple(str(row["transitionName"]) for row in _rows(transitions, "transitions")),
        transition=str(transitions.data.get("currentSceneTransitionName") or ""),
        hotkeys=frozenset(str(each) for each in hotkeys.data.get("hotkeys") or ()),
    )


async def _all(api: ObsApi, calls: Sequence[Call]) -> list[Answered]:
    answers: list[Answered] = []
    for at in range(0, len(calls), AT_ONCE):
        answers += await api.batch(calls[at : at + AT_ONCE], timeout_s=LOOK_TIMEOUT_S)
    return answers


def _rows(answer: Answered, key: str) -> list[dict[str, Any]]:
    """None where the answer was an error: what was removed while we looked has no rows."""
    return [row for row in answer.data.get(key) or () if isinstance(row, dict)]


def _items(holder: str, answer: Answered) -> tuple[Item, ...]:
    # the last one in the list is the one on top
    return tuple(Item(holder, int(row["sceneItemId"]), str(row["sourceName"])) for row in reversed(_rows(answer, "sceneItems")))


class Looking:
    """Keeps the last look, and looks again when OBS tells that something came, went or was renamed."""

    def __init__(self, api: ObsApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._stock: Stock | None = None
        self._at_ns = 0
        self._wake = asyncio.Event()
        self._wake.set()
        self._lock = asyncio.Lock()
        self._ends: list[Callable[[], None]] = [api.follow(self._told), api.on_change(self.forget)]

    @property
    def stock(self) -> Stock | None:
        """The last look, however old; None while there is no connection."""
        return self._stock

    def forget(self) -> None:
        """Another OBS may be there now."""
        self._stock = None
        self._at_ns = 0
        self._wake.set()

    def stale(self) -> None:
        """OBS did not know a name that it had."""
        self._at_ns = 0
        self._wake.set()

    async def now(self, *, searching: bool = False) -> Stock:
        """What OBS has; `searching`: something is not in the last look.

        Raises:
            ObsError: as `look`.
        """
        async with self._lock:
            stock = self._stock
            if stock is None or self._at_ns == 0 or (searching and self._age_ms() > OLD_MS):
                # before it, so that what changes during it makes it old
                self._at_ns = self._clock.now_ns()
                try:
                    self._stock = stock = await look(self._api)
                except ObsError:
                    self._at_ns = 0
                    raise
            return stock

    async def run(self) -> None:
        """Looks ahead of need, so that no act has to wait for it. Until cancelled."""
        while True:
            await self._wake.wait()
            await self._clock.sleep(SETTLE_S)
            self._wake.clear()
            if self._api.version is None:
                continue
            try:
                await self.now()
            except ObsError:
                # the connection's own trouble is told by the connection; the next act looks again
                continue

    def close(self) -> None:
        while self._ends:
            self._ends.pop()()

    def _age_ms(self) -> float:
        return ms_between(self._at_ns, self._clock.now_ns())

    def _told(self, event: ObsEvent) -> None:
        if event.name in CHANGES:
            self.stale()
        elif event.name == "CurrentProgramSceneChanged" and self._stock is not None:
            self._stock = replace(self._stock, programme=str(event.data.get("sceneName") or ""))
        elif event.name == "CurrentSceneTransitionChanged" and self._stock is not None:
            self._stock = replace(self._stock, transition=str(event.data.get("transitionName") or ""))
