"""Playing media and waiting for its real end.

OBS tells `MediaInputPlaybackEnded` also when a file was only set, and when a source begins anew; a missing file and a source
that was never on any screen “play” for ever without moving. So each event only makes us ask how it stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ...clock import Clock
from ...flow.obs import Call, ObsApi, ObsEvent
from ...flow.obs_act import ObsHindrance, ObsObstacle, PlayMedia
from .waiting import until_set

ASK_S = 0.25
"""Between two questions while no event comes."""
BEGINS_S = 0.5
"""So long a restart may still show the end of the time before."""
STANDS_S = 3.0
"""Played without moving: nothing is heard or seen of it."""
OVER = frozenset({"OBS_MEDIA_STATE_ENDED", "OBS_MEDIA_STATE_STOPPED", "OBS_MEDIA_STATE_NONE", "OBS_MEDIA_STATE_ERROR"})
LOOPS = ("looping", "loop")
"""What kinds of media call it in their settings."""


class Playing:
    """One run of one input of media. Made before it is begun, so that no event is missed."""

    def __init__(self, api: ObsApi, clock: Clock, act: PlayMedia) -> None:
        self._api = api
        self._clock = clock
        self._act = act
        self._began = False
        self._told = asyncio.Event()
        self._end = api.follow(self._hear)

    async def loops(self) -> bool:
        """It would never end.

        Raises:
            ObsError: as `ObsApi.call`.
        """
        answer = await self._api.call("GetInputSettings", {"inputName": self._act.source})
        settings = answer.get("inputSettings") or {}
        return any(settings.get(name) is True for name in LOOPS)

    async def begin(self, call: Call) -> None:
        """
        Raises:
            ObsError: as `ObsApi.call`.
        """
        await self._api.call(call.request, call.data)

    async def finish(self) -> ObsHindrance | None:
        """Returns when it is over; says why it never was.

        Raises:
            ObsError: as `ObsApi.call`.
        """
        start_ns = moved_ns = self._clock.now_ns()
        cursor: Any = None
        while True:
            # before the question: what is told while it is asked is asked again
            self._told.clear()
            status = await self._api.call("GetMediaInputStatus", {"inputName": self._act.source})
            now_ns = self._clock.now_ns()
            if status.get("mediaState") in OVER:
                if self._began or now_ns - start_ns > BEGINS_S * 1e9:
                    return None
            else:
                self._began = True
            if status.get("mediaCursor") != cursor or status.get("mediaState") == "OBS_MEDIA_STATE_PAUSED":
                cursor, moved_ns = status.get("mediaCursor"), now_ns
            if now_ns - moved_ns > STANDS_S * 1e9:
                return self._stands(status)
            left_s = self._act.at_most_s - (now_ns - start_ns) / 1e9
            if left_s <= 0:
                what = f"“{self._act.source}” was not over after {self._act.at_most_s:g} s."
                return ObsHindrance(obstacle=ObsObstacle.TIME, what=what, remedy="It goes on playing. Let it have more time.")
            await until_set(self._told, self._clock, min(ASK_S, left_s))

    def close(self) -> None:
        self._end()

    def _stands(self, status: Mapping[str, Any]) -> ObsHindrance:
        if not status.get("mediaDuration"):
            what = f"“{self._act.source}” does not begin to play."
            remedy = "Look in OBS whether its file is there."
        else:
            what = f"“{self._act.source}” stands still."
            remedy = "OBS plays no media that was on the programme in no scene yet: put it there, hidden if you like."
        return ObsHindrance(obstacle=ObsObstacle.STATE, what=what, remedy=remedy)

    def _hear(self, event: ObsEvent) -> None:
        if event.data.get("inputName") != self._act.source:
            return
        if event.name in {"MediaInputPlaybackStarted", "MediaInputPlaybackEnded"}:
            self._told.set()
