"""A film's picture and sound, decoded by ffmpeg: what every look at a recording starts from.

Frame `i` stands for the moment `i / fps`, at which the screen was grabbed: what it shows is what was on the screen then.
A player shows it during the frame's length after that.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 1280, 720
"""Every picture is looked at in this size; what a film has more or less is scaled."""
FFMPEG = ("ffmpeg", "-nostdin", "-v", "error")
RATE = 16_000
"""Of the sound, Hz, mono."""

Picture = npt.NDArray[np.uint8]
"""Height × width × RGB."""
Sound = npt.NDArray[np.float32]
"""Mono, -1..1, at `RATE`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the picture, pixels at 1280 × 720."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Film:
    """A film on disk."""

    path: Path
    fps: float
    seconds: float

    @classmethod
    def open(cls, path: Path) -> Film:
        """Raises ValueError when ffprobe finds no picture or no sound in it."""
        command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode != 0:
            raise ValueError(f"{path} is not a film that ffprobe can read: {done.stderr.decode('utf-8', 'replace').strip()}")
        found = json.loads(done.stdout)
        kinds = {stream["codec_type"]: stream for stream in found["streams"]}
        if not {"video", "audio"} <= kinds.keys():
            raise ValueError(f"{path} lacks a picture or a sound; record it with ./sidecast run --record.")
        return cls(path, float(Fraction(kinds["video"]["avg_frame_rate"])), float(found["format"]["duration"]))

    def pictures(self, box: Box, start_s: float = 0.0, seconds: float | None = None) -> Iterator[Picture]:
        """The part in `box` of every frame of a stretch of the film (all of it), in order."""
        stretch = ["-ss", f"{start_s:.4f}"] + ([] if seconds is None else ["-t", f"{seconds:.4f}"])
        filters = f"scale={WIDTH}:{HEIGHT},crop={box.width}:{box.height}:{box.x}:{box.y},format=rgb24"
        command = [*FFMPEG, *stretch, "-i", str(self.path), "-an", "-vf", filters, "-f", "rawvideo", "-"]
        size = box.width * box.height * 3
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=4 * size) as process:
            assert process.stdout is not None
            while len(data := process.stdout.read(size)) == size:
                yield np.frombuffer(data, np.uint8).reshape(box.height, box.width, 3)
        if process.returncode != 0:
            raise ValueError(f"ffmpeg could not decode the picture of {self.path} (code {process.returncode}).")

    def sound(self) -> Sound:
        """The whole sound. Raises ValueError when it cannot be decoded."""
        command = [*FFMPEG, "-i", str(self.path), "-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise ValueError(f"ffmpeg could not decode the sound of {self.path}: {said}")
        return (np.frombuffer(done.stdout, "<i2") / 32768).astype(np.float32)
