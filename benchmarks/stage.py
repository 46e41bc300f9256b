"""How smoothly the stage moves: every frame of the demo at 1280x720, with speech, caption, card and backdrop.

The real app plays the demo on a screen and a sound server without a machine behind them, so the picture is drawn by the
processor unless the X server has a GPU; `renderer` says which. Frames count while a voice sounds and its caption is shown;
those in which a card is shown as well are `with_card_pct` of them. Where there is no GPU the app itself draws no more than
36 frames a second (`scenes/show/show.gd`), so that more than that cannot be seen here.

`cpu_cores` is what the app and its voices took of the processor over the whole run, drawing included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Report, machine, percentile, raw_writer

REPOSITORY = Path(__file__).resolve().parent.parent
SCENE = "res://benchmarks/stage_meter/meter.tscn"
SIZE = "1280x720"
SETTLE_S = 120
"""Start and end that the app may take on top of its own seconds."""
FEWEST = 200
"""Frames of speech, at least, that are worth a percentile."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the meter wrote, and what the run cost."""

    renderer: str
    size: tuple[int, int]
    frames: list[dict[str, Any]]
    cpu_cores: float


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench stage", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a frame")
    parser.add_argument("--seconds", type=float, default=90, help="length of the demo that is watched (default 90)")
    options = parser.parse_args(arguments)
    godot = os.environ.get("SIDECAST_GODOT") or shutil.which("godot")
    if godot is None:
        parser.error("no Godot: start it by ./sidecast bench stage, or set SIDECAST_GODOT")
    with tempfile.TemporaryDirectory(prefix="sidecast-stage-") as name:
        try:
            run = watch(Path(godot), options.seconds, Path(name))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            sys.stderr.write(f"stage: {error}\n")
            return 1
    with raw_writer(options.raw) as write:
        for frame in run.frames:
            write(frame)
    report = Report("stage")
    try:
        summarise(report, run)
    except ValueError as error:
        sys.stderr.write(f"stage: {error}\n")
        return 1
    here = machine()
    sys.stdout.write(f"{here['processor']}, {here['cores']} cores; {run.renderer}\n")
    report.finish(options.json)
    return 0


def watch(godot: Path, seconds: float, folder: Path) -> Run:
    """Play the demo for `seconds` with data of its own.

    Raises:
        RuntimeError: the app ended with an error.
        subprocess.TimeoutExpired: it did not end; it was killed.
    """
    file = folder / "frames.jsonl"
    environment = os.environ | {
        "SIDECAST_STAGE_FRAMES": str(file),
        "SIDECAST_CONTROL__PORT": "0",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [str(godot), "--no-header", "--path", str(REPOSITORY), "--rendering-driver", "opengl3", "--resolution", SIZE]
    command += ["--position", "0,0", "--audio-driver", "PulseAudio", SCENE, "--", "--demo", "--for", str(seconds)]
    before, began = cpu_s(), time.monotonic()
    done = subprocess.run(command, env=environment, timeout=seconds + SETTLE_S, check=False)
    took = time.monotonic() - began
    if done.returncode != 0 or not file.exists():
        raise RuntimeError(f"The app ended with code {done.returncode}; its own words are above.")
    head, *frames = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return Run(head["renderer"], (head["width"], head["height"]), frames, (cpu_s() - before) / took)


def cpu_s() -> float:
    """Processor time of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def summarise(report: Report, run: Run) -> None:
    """Raises ValueError when too little was said to judge by."""
    full = [frame for frame in run.frames if frame["speech"] and frame["caption"]]
    if len(full) < FEWEST:
        raise ValueError(f"Only {len(full)} frames had speech and a caption; watch for longer (--seconds).")
    times = column(full, "ms")
    report.n = len(full)
    report.figure("fps_p50", 1000 / percentile(times, 50))
    report.figure("fps_p5", 1000 / percentile(times, 95))
    for q in (50, 95, 99):
        report.figure(f"frame_ms_p{q}", percentile(times, q))
    report.figure("frame_ms_max", max(times))
    report.figure("draw_calls", round(percentile(column(full, "draw_calls"), 50)))
    report.figure("draw_calls_max", round(max(column(full, "draw_calls"))))
    report.figure("primitives", round(percentile(column(full, "primitives"), 50)))
    report.figure("with_card_pct", 100 * sum(bool(frame["card"]) for frame in full) / len(full))
    silent = column([frame for frame in run.frames if not frame["speech"]], "ms")
    if silent:
        report.figure("silent_fps_p50", 1000 / percentile(silent, 50))
    report.figure("cpu_cores", run.cpu_cores)
    report.figure("width", run.size[0])
    report.figure("height", run.size[1])
    report.figure("renderer", run.renderer)


def column(frames: Sequence[Mapping[str, Any]], key: str) -> list[float]:
    return [float(frame[key]) for frame in frames]


if __name__ == "__main__":
    sys.exit(main())
