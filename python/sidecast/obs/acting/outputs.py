"""Recording, streaming, the replay buffer: OBS says yes to each request, and only its state tells whether it was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...clock import Clock
from ...errors import ObsRefusedError
from ...flow.obs import ObsApi, ObsEvent
from ...flow.obs_act import ObsHindrance, ObsObstacle, Record, RecordStep, Stream

ASK_S = 0.05
ASKED_S = 5.0
FRAMES = 12
FRAMES_S = 2.0
RECORD_S = 15.0
"""A file that is big, or a machine that is busy, takes seconds to end."""
STREAM_S = 15.0
"""A server far away answers late."""
REPLAY_S = 5.0
SETTLES_S = 1.0
"""An output that begins and gives up shows itself active for a moment only."""
STATES = {"StreamStateChanged": "Stream", "RecordStateChanged": "Record"}
"""Events, and what the requests that they belong to end with."""
REPLAY_OFF = "The replay buffer is not on."
REPLAY_REMEDY = "Switch it on in OBS's settings (Output → Replay Buffer), and start it."


class Outputs:
    """What is asked, and seen to have happened."""

    def __init__(self, api: ObsApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    async def record(self, act: Record) -> ObsHindrance | None:
        """
        Raises:
            ObsError: as `ObsApi.call`.
        """
        hindrance = await self._record(act)
        if hindrance is None and act.step in {RecordStep.START, RecordStep.PAUSE, RecordStep.RESUME}:
            await self._some_frames()
        return hindrance

    async def _some_frames(self) -> None:
        """OBS never ends a recording that was started, paused, or went on, and was changed again within a frame or two."""
        first = int((await self._api.call("GetStats")).get("outputTotalFrames") or 0)
        end_ns = self._clock.now_ns() + round(FRAMES_S * 1e9)
        while self._clock.now_ns() < end_ns:
            await self._clock.sleep(ASK_S)
            if int((await self._api.call("GetStats")).get("outputTotalFrames") or 0) > first + FRAMES:
                return

    async def _record(self, act: Record) -> ObsHindrance | None:
        status = await self._api.call("GetRecordStatus")
        active, paused = bool(status.get("outputActive")), bool(status.get("outputPaused"))
        match act.step:
            case RecordStep.START:
                if active:
                    return _state("OBS records already.")
                return await self._until(
                    "StartRecord", "GetRecordStatus", _is("outputActive"), RECORD_S, "did not begin to record"
                )
            case _ if not active:
                return _state("OBS does not record.", "Start the recording first.")
            case RecordStep.STOP:
                return await self._until("StopRecord", "GetRecordStatus", _is("outputActive", False), RECORD_S, "still records")
            case RecordStep.PAUSE if paused:
                return _state("The recording is paused already.")
            case RecordStep.PAUSE:
                hindrance = await self._until(
                    "PauseRecord", "GetRecordStatus", _is("outputPaused"), SETTLES_S, "did not pause the recording"
                )
                return hindrance and _state(
                    hindrance.what,
                    "It cannot where the recording shares the stream's encoder: choose another quality for it in OBS.",
                )
            case RecordStep.RESUME if not paused:
                return _state("The recording is not paused.")
            case RecordStep.RESUME:
                return await self._until(
                    "ResumeRecord", "GetRecordStatus", _is("outputPaused", False), RECORD_S, "is still paused"
                )
            case RecordStep.SPLIT:
                return await self._split()

    async def _split(self) -> ObsHindrance | None:
        try:
            await self._api.call("SplitRecordFile")
        except ObsRefusedError as refused:
            return _state(f"OBS did not begin a new file: {refused}", "Automatic file splitting must be on in its settings.")
        return None

    async def stream(self, act: Stream) -> ObsHindrance | None:
        """Whether it may is not asked here.

        Raises:
            ObsError: as `ObsApi.call`.
        """
        active = bool((await self._api.call("GetStreamStatus")).get("outputActive"))
        if act.start and active:
            return _state("OBS streams already.")
        if not act.start and not active:
            return _state("OBS does not stream.")
        if not act.start:
            return await self._until("StopStream", "GetStreamStatus", _is("outputActive", False), STREAM_S, "still streams")
        hindrance = await self._until("StartStream", "GetStreamStatus", _is("outputActive"), STREAM_S, "did not begin to stream")
        return hindrance and _state(hindrance.what, "Its window says why; look at Settings → Stream.")

    async def save_replay(self) -> str | ObsHindrance:
        """The file on OBS's machine.

        Raises:
            ObsError: as `ObsApi.call`.
        """
        try:
            status = await self._api.call("GetReplayBufferStatus")
        except ObsRefusedError:
            return _state(REPLAY_OFF, REPLAY_REMEDY)
        if not status.get("outputActive"):
            return _state(REPLAY_OFF, REPLAY_REMEDY)
        saved: list[str] = []
        end = self._api.follow(
            lambda event: saved.append(str(event.data.get("savedReplayPath", ""))) if event.name == "ReplayBufferSaved" else None
        )
        try:
            await self._api.call("SaveReplayBuffer", timeout_s=REPLAY_S)
            end_ns = self._clock.now_ns() + round(REPLAY_S * 1e9)
            while not saved and self._clock.now_ns() < end_ns:
                await self._clock.sleep(ASK_S)
        finally:
            end()
        return (
            saved[0]
            if saved
            else ObsHindrance(
                obstacle=ObsObstacle.TIME,
                what="OBS did not say that it has saved the replay.",
                remedy="Look in its folder of recordings.",
            )
        )

    async def _until(
        self, request: str, ask: str, there: Callable[[Mapping[str, Any]], bool], within_s: float, otherwise: str
    ) -> ObsHindrance | None:
        """Asks for it, then how it stands until it is so, or until OBS has given up what it was to start."""
        gave_up = False

        def hear(event: ObsEvent) -> None:
            nonlocal gave_up
            stopped = event.name in STATES and event.data.get("outputState") == "OBS_WEBSOCKET_OUTPUT_STOPPED"
            gave_up = gave_up or (stopped and request.startswith("Start") and request.endswith(STATES[event.name]))

        end = self._api.follow(hear)
        try:
            await self._api.call(request, timeout_s=ASKED_S)
            end_ns = self._clock.now_ns() + round(within_s * 1e9)
            while not there(await self._api.call(ask)):
                if gave_up or self._clock.now_ns() >= end_ns:
                    return _state(f"OBS {otherwise}.")
                await self._clock.sleep(ASK_S)
        finally:
            end()
        return None


def _is(key: str, value: bool = True) -> Callable[[Mapping[str, Any]], bool]:
    return lambda status: bool(status.get(key)) is value


def _state(what: str, remedy: str = "") -> ObsHindrance:
    return ObsHindrance(obstacle=ObsObstacle.STATE, what=what, remedy=remedy)
