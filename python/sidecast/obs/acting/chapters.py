"""A chapter in the recording: in the file itself where OBS can, else as a line in a text file beside it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from ...clock import Clock
from ...errors import ObsLacksError, ObsRefusedError
from ...flow.obs import Call, ObsApi
from ...flow.obs_act import Chapter, ObsHindrance, ObsObstacle

SUFFIX = ".chapters.txt"
LONGEST_LINE = 300
MOST_LINES = 5000
WRITTEN_S = 1.5
"""OBS makes the file a moment after it has begun to record."""
ASK_S = 0.05


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a chapter stands; without a file: in the recording itself."""

    file: Path | None = None


class Chapters:
    def __init__(self, api: ObsApi, clock: Clock, folder: Path) -> None:
        """`folder`: of Sidecast's own, for recordings that are on another machine."""
        self._api = api
        self._clock = clock
        self._folder = folder

    async def mark(self, act: Chapter) -> Marked | ObsHindrance:
        """
        Raises:
            ObsError: as `ObsApi.call`.
        """
        status = await self._api.call("GetRecordStatus")
        if not status.get("outputActive"):
            return ObsHindrance(obstacle=ObsObstacle.STATE, what="OBS does not record.", remedy="Start the recording first.")
        name = " ".join("".join(letter if letter.isprintable() else " " for letter in act.name).split())
        try:
            await self._api.call("CreateRecordChapter", {"chapterName": name})
        except (ObsLacksError, ObsRefusedError):
            # only OBS 30.2 and newer with its Hybrid MP4 can
            line = f"{_time(float(status.get('outputDuration') or 0))} {name}"[:LONGEST_LINE]
            path = await self._beside(await self._recording())
            return await asyncio.to_thread(_write, path, line)
        return Marked()

    async def _beside(self, recording: str) -> Path:
        """Beside the recording when that is on this machine; else of its name in a folder of ours."""
        local = Path(recording)
        if recording and local.is_absolute() and await asyncio.to_thread(local.parent.is_dir):
            end_ns = self._clock.now_ns() + round(WRITTEN_S * 1e9)
            while not (there := await asyncio.to_thread(local.is_file)) and self._clock.now_ns() < end_ns:
                await self._clock.sleep(ASK_S)
            if there:
                return local.with_name(local.stem + SUFFIX)
        stem = PureWindowsPath(recording).stem if recording else "recording"
        return self._folder / (stem + SUFFIX)

    async def _recording(self) -> str:
        """The file that is being written, on OBS's machine; empty when OBS does not tell."""
        listed = await self._api.call("GetOutputList")
        names = [str(row["outputName"]) for row in listed.get("outputs") or () if row.get("outputActive")]
        for answer in await self._api.batch([Call("GetOutputSettings", {"outputName": name}) for name in names]):
            settings = answer.data.get("outputSettings") or {}
            path = settings.get("path") or settings.get("url")
            if isinstance(path, str) and path and "://" not in path:
                return path
        return ""


def _time(ms: float) -> str:
    """`01:02:03`, as YouTube reads it."""
    seconds = int(ms // 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _write(path: Path, line: str) -> Marked | ObsHindrance:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8").splitlines() if path.exists() else ["00:00:00 Start"]
        if len(before) >= MOST_LINES:
            return ObsHindrance(obstacle=ObsObstacle.LIMIT, what=f"{path.name} has {MOST_LINES} chapters already.")
        path.write_text("\n".join([*before, line, ""]), "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"The chapter could not be written to {path}: {getattr(error, 'strerror', None) or type(error).__name__}."
        return ObsHindrance(obstacle=ObsObstacle.FILE, what=what, remedy="Let Sidecast write there.")
    return Marked(path)
