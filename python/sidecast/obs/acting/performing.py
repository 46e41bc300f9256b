"""A plan that nothing stands in the way of, done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ...clock import Clock, ms_between
from ...flow import obs_act as acts
from ...flow.action import Ending
from ...flow.obs import Call, ObsApi
from ...flow.obs_act import ObsAct, ObsHindrance, ObsObstacle
from .chapters import Chapters
from .holding import Holding
from .kinds import words_of
from .media import Playing
from .outputs import Outputs
from .pictures import Pictures
from .planning import Plan, override
from .slots import Place
from .stock import Stock

SCENE_TIMEOUT_S = 5.0
"""A scene that is shown for the first time is made ready before OBS answers."""
PICTURE_TIMEOUT_S = 5.0
PICTURE_EVERY_MS = 1000.0
"""Each costs OBS a frame."""
MOST_WAITING = 16
"""Media whose end is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What became of it. Without words: those of the act, or of the hindrance."""

    hindrance: ObsHindrance | None = None
    ending: Ending | None = None
    words: str = ""
    file: Path | None = None


class Performing:
    def __init__(self, api: ObsApi, clock: Clock, holding: Holding, folder: Path) -> None:
        """`folder`: Sidecast's data folder."""
        self._api = api
        self._clock = clock
        self._holding = holding
        self._outputs = Outputs(api, clock)
        self._pictures = Pictures(folder / "pictures")
        self._chapters = Chapters(api, clock, folder / "chapters")
        self._pictured_ns: int | None = None
        self._waiting = 0

    async def perform(self, act: ObsAct, plan: Plan, stock: Stock) -> Did:
        """
        Raises:
            ObsError: as `ObsApi`.
            TooMuchError: as `Holding.change`.
        """
        match act:
            case acts.SwitchScene():
                return await self._switch(act, plan, stock)
            case acts.PlayMedia():
                return await self._play(act, plan)
            case acts.Screenshot():
                return await self._picture(plan)
            case acts.Record():
                return Did(hindrance=await self._outputs.record(act))
            case acts.Stream():
                return Did(hindrance=await self._outputs.stream(act))
            case acts.SaveReplay():
                saved = await self._outputs.save_replay()
                if isinstance(saved, ObsHindrance):
                    return Did(hindrance=saved, ending=Ending.UNSURE if saved.obstacle is ObsObstacle.TIME else None)
                return Did(words=f"{words_of(act, done=True)[:-1]} to {saved}.", file=Path(saved))
            case acts.Chapter():
                return await self._chapter(act)
        if plan.changes:
            if isinstance(act, acts.Transform) and act.scale is not None and await self._bounded(plan):
                what = f"“{act.source}” has a bounding box in OBS, which sets its size."
                remedy = "Take the bounding box off (Transform → Edit Transform), or leave the scale out."
                return Did(hindrance=ObsHindrance(obstacle=ObsObstacle.STATE, what=what, remedy=remedy))
            await self._holding.change(plan.changes, over_s=plan.over_s, for_s=plan.for_s)
        for call in plan.calls:
            await self._api.call(call.request, call.data)
        return Did()

    async def _bounded(self, plan: Plan) -> bool:
        slot = plan.changes[0].slot
        assert isinstance(slot, Place)
        read = slot.read()
        transform = (await self._api.call(read.request, read.data)).get("sceneItemTransform") or {}
        return str(transform.get("boundsType", "")) not in {"", "OBS_BOUNDS_NONE"}

    async def _switch(self, act: acts.SwitchScene, plan: Plan, stock: Stock) -> Did:
        """With another transition, that is set as the scene's own for a moment: OBS reads it when the switch begins."""
        mine = override(act, stock)
        if mine is None:
            (call,) = plan.calls
            await self._api.call(call.request, call.data, timeout_s=SCENE_TIMEOUT_S)
            return Did()
        scene = {"sceneName": act.scene}
        before = await self._api.call("GetSceneSceneTransitionOverride", scene)
        kept = {key: before.get(key) for key in ("transitionName", "transitionDuration")}
        # in one message, so that nothing comes in between and the scene's own is back whatever becomes of the switch
        calls = [*plan.calls, Call(mine.request, scene | kept)]
        for answer in await self._api.batch(calls, timeout_s=SCENE_TIMEOUT_S):
            if answer.error is not None:
                raise answer.error
        return Did()

    async def _play(self, act: acts.PlayMedia, plan: Plan) -> Did:
        (call,) = plan.calls
        if not act.wait:
            await self._api.call(call.request, call.data)
            return Did()
        if self._waiting >= MOST_WAITING:
            return Did(hindrance=ObsHindrance(obstacle=ObsObstacle.LIMIT, what=f"{MOST_WAITING} media are waited for already."))
        playing = Playing(self._api, self._clock, act)
        self._waiting += 1
        try:
            if await playing.loops():
                what = f"“{act.source}” plays in a loop, so its end never comes."
                return Did(hindrance=ObsHindrance(obstacle=ObsObstacle.STATE, what=what, remedy="Switch the loop off in OBS."))
            await playing.begin(call)
            hindrance = await playing.finish()
            # it was begun, and heard as far as it went
            return Did(hindrance=hindrance, ending=Ending.PART if hindrance else None)
        finally:
            self._waiting -= 1
            playing.close()

    async def _picture(self, plan: Plan) -> Did:
        now_ns = self._clock.now_ns()
        if self._pictured_ns is not None and ms_between(self._pictured_ns, now_ns) < PICTURE_EVERY_MS:
            return Did(hindrance=ObsHindrance(obstacle=ObsObstacle.LIMIT, what="There was a picture less than a second ago."))
        self._pictured_ns = now_ns
        (call,) = plan.calls
        answer = await self._api.call(call.request, call.data, timeout_s=PICTURE_TIMEOUT_S)
        kept = await asyncio.to_thread(self._pictures.keep, str(answer.get("imageData", "")), self._clock.wall_ms())
        return Did(hindrance=kept) if isinstance(kept, ObsHindrance) else Did(file=kept)

    async def _chapter(self, act: acts.Chapter) -> Did:
        marked = await self._chapters.mark(act)
        if isinstance(marked, ObsHindrance):
            return Did(hindrance=marked)
        if marked.file is None:
            return Did()
        words = f"{words_of(act, done=True)[:-1]}, as a line in {marked.file}: this OBS or this recording format has no chapters."
        return Did(words=words, file=marked.file)
