"""A recording in real time: the virtual screen and the sound server's monitor, joined by the flashes and clicks at its start."""

from __future__ import annotations

import array
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from . import syncing
from .commands import Runner
from .console import Console
from .process import Family, end, wait_for
from .screen import SIZE
from .sound import RATE, SINK
from .trouble import Trouble

FFMPEG = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning")
FPS = 30
START_S = 15
SYNC_WITHIN_S = 90
"""The app's first frame, on a slow machine, is long before."""
SYNC_CLICKS = 5
"""python/sidecast/stage/sync.py"""
LEAD_OUT_S = 0.6
"""What is left out after the last flash."""
THUMB = (32, 18)
"""Size at which brightness is measured."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What of the raw recording becomes the film, in the picture's time, and how much later the sound is played."""

    start_s: float
    until_s: float
    delay_s: float


@dataclass(slots=True)
class Recorder:
    """Records from its making until `finish`."""

    raw: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, family: Family, folder: Path, environment: Mapping[str, str]) -> Recorder:
        """`environment` leads to the screen and the sound server. Raises Trouble when ffmpeg does not start."""
        raw, log = folder / "raw.mkv", folder / "ffmpeg.log"
        picture = ["-f", "x11grab", "-draw_mouse", "0", "-framerate", str(FPS), "-video_size", SIZE, "-i", environment["DISPLAY"]]
        sound = ["-f", "pulse", "-sample_rate", str(RATE), "-channels", "2", "-isync", "0", "-i", f"{SINK}.monitor"]
        # the sink's clock is not quite the system's: the samples are stretched to their time stamps
        steady = ["-af", "aresample=async=1000:first_pts=0", "-fps_mode", "cfr", "-r", str(FPS)]
        quick = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-c:a", "pcm_s16le"]
        queue = ["-thread_queue_size", "1024"]
        command: list[str | Path] = [*FFMPEG, *queue, *picture, *queue, *sound, *steady, *quick, raw]
        with log.open("wb") as output:
            process = family.start(command, env=environment, stdout=output, stderr=output, grace_s=10)
        if not wait_for(process, START_S, lambda: raw.exists() and raw.stat().st_size > 0):
            said = log.read_text("utf-8", "replace").strip()[-400:]
            raise Trouble(f"The recorder ffmpeg did not start: {said or 'it said nothing'}.", "It needs x11grab and pulse.")
        return cls(raw, process)

    def finish(self, destination: Path, console: Console, log: Path) -> None:
        """Ends the recording and writes the film. The sound is moved so that clicks and flashes are together.

        Raises:
            Trouble: nothing was recorded, or ffmpeg failed.
        """
        end(self.process, grace_s=10)  # ffmpeg closes its file on SIGTERM
        with console.step("Film") as step:
            step.progress(note="measuring")
            brightness = _brightness(self.raw)
            flashes = syncing.flashes(brightness[: SYNC_WITHIN_S * FPS], FPS)
            clicks = syncing.clicks(_samples(self.raw), RATE)[:SYNC_CLICKS]  # what comes after them is speech
            alignment = syncing.align(flashes, clicks, FPS)
            first, until = syncing.picture(brightness, FPS)
            start = alignment.over_s + LEAD_OUT_S if alignment else first
            if until <= start:
                raise Trouble("The recording is empty: the show ended before its first picture.", "See the messages above.")
            cut = Cut(start, until, alignment.delay_s if alignment else 0.0)
            _write(self.raw, destination, cut, Runner(step, log))
            step.result = f"{destination} ({until - start:.0f} s)"
        if alignment:
            console.line(
                f"    sound moved by {alignment.delay_s * 1000:+.0f} ms; "
                f"{alignment.pairs} flashes came within {alignment.spread_s * 1000:.0f} ms of their clicks"
            )
            with log.open("a", encoding="utf-8") as file:
                file.write(f"alignment {json.dumps(asdict(alignment))}\n")
        else:
            console.warn("No flash with a click was found at the start: picture and sound may be up to 0.2 s apart.")


def _brightness(raw: Path) -> list[float]:
    """Mean of every frame, 0-255."""
    width, height = THUMB
    filters = f"fps={FPS},scale={width}:{height}:flags=area,format=gray"
    data = _decoded(raw, ["-an", "-vf", filters, "-f", "rawvideo"])
    size = width * height
    return [sum(data[at : at + size]) / size for at in range(0, len(data) - size + 1, size)]


def _samples(raw: Path) -> array.array[int]:
    filters = "aresample=async=1:first_pts=0"
    data = _decoded(raw, ["-vn", "-t", str(SYNC_WITHIN_S), "-af", filters, "-ac", "1", "-ar", str(RATE), "-f", "s16le"])
    samples = array.array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _decoded(raw: Path, arguments: list[str]) -> bytes:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(raw), *arguments, "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[-400:]
        raise Trouble(f"The recording cannot be read back: {said}.", "Is the disk full?")
    return done.stdout


def _write(raw: Path, destination: Path, cut: Cut, runner: Runner) -> None:
    video = f"[0:v]fps={FPS},trim=start={cut.start_s:.4f}:end={cut.until_s:.4f},setpts=PTS-STARTPTS[v]"
    heard = (max(0.0, cut.start_s - cut.delay_s), cut.until_s - cut.delay_s)
    audio = f"[0:a]aresample=async=1:first_pts=0,atrim=start={heard[0]:.4f}:end={heard[1]:.4f},asetpts=PTS-STARTPTS[a]"
    partial = destination.with_name(f".{destination.stem}.part.mp4")
    command: list[str | Path] = [*FFMPEG, "-y", "-progress", "-", "-stats_period", "1", "-i", raw]
    command += ["-filter_complex", f"{video};{audio}", "-map", "[v]", "-map", "[a]"]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "160k"]
    command += ["-movflags", "+faststart", partial]

    def heard_progress(line: str) -> None:
        name, _, value = line.strip().partition("=")
        if name == "out_time_us" and value.isdigit():
            runner.step.progress(int(value) / 1e6 / (cut.until_s - cut.start_s), "encoding")

    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        runner.run(command, heard=heard_progress)
        partial.replace(destination)
    finally:
        partial.unlink(missing_ok=True)
