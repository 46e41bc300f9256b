"""Contact strips of a film for human eyes: twelve pictures across an utterance, the mouth in each, the sound below and the words
where they are heard."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import mouth
from benchmarks.film import HEIGHT, RATE, WIDTH, Box, Film, Sound
from benchmarks.lag import Span

PICTURES, PER_ROW = 12, 4
WHOLE = Box(0, 0, WIDTH, HEIGHT)
SMALL = (640, 360)
"""Size of each picture: captions stay readable."""
MOUTH_HEIGHT, WAVE_HEIGHT, WORDS_HEIGHT = 168, 150, 64
BEFORE_S, AFTER_S = 0.12, 0.12
INK, PAPER, TICK = (60, 40, 130), (255, 255, 255), (230, 90, 40)
FONT = Path(__file__).resolve().parent.parent / "scenes" / "overlay" / "fonts" / "nunito-latin-800-normal.woff2"

Canvas = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    at_s: float
    """In the film."""


def draw(film: Film, sound: Sound, span: Span, words: Sequence[Word], destination: Path) -> None:
    """Writes a PNG. Raises ValueError when ffmpeg cannot."""
    start_s = max(0.0, span.start_s - BEFORE_S)
    until_s = min(film.seconds, span.end_s + AFTER_S)
    frames = list(film.pictures(WHOLE, start_s, until_s - start_s))
    if len(frames) < 2:
        raise ValueError(f"The film has no pictures between {start_s:.2f} and {until_s:.2f} s.")
    chosen = np.linspace(0, len(frames) - 1, PICTURES).round().astype(int)
    pictures = [frames[index] for index in chosen]
    width = PER_ROW * SMALL[0]
    rows = [np.concatenate([_scaled(p, *SMALL) for p in pictures[k : k + PER_ROW]], axis=1) for k in range(0, PICTURES, PER_ROW)]
    rows.append(_mouths(pictures, width))
    rows.append(_wave(sound, start_s, until_s, width, chosen / film.fps))
    rows.append(np.full((WORDS_HEIGHT, width, 3), PAPER, np.uint8))
    canvas = np.concatenate(rows, axis=0)
    _write(canvas, words, start_s, width / (until_s - start_s), destination)


def _mouths(pictures: Sequence[Canvas], width: int) -> Canvas:
    face = mouth.FACE
    each = width // len(pictures)
    crops = [p[face.y : face.y + face.height, face.x : face.x + face.width] for p in pictures]
    row = np.concatenate([_scaled(crop, each, MOUTH_HEIGHT) for crop in crops], axis=1)
    return np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0)))


def _wave(sound: Sound, start_s: float, until_s: float, width: int, ticks_s: npt.NDArray[np.float64]) -> Canvas:
    canvas = np.full((WAVE_HEIGHT, width, 3), PAPER, np.uint8)
    edges = np.linspace(start_s * RATE, until_s * RATE, width + 1).astype(int)
    scale = (WAVE_HEIGHT / 2 - 2) / max(0.05, float(np.abs(sound[edges[0] : edges[-1]]).max(initial=0.0)))
    for x in range(width):
        peak = float(np.abs(sound[edges[x] : max(edges[x] + 1, edges[x + 1])]).max(initial=0.0))
        half = int(peak * scale)
        canvas[WAVE_HEIGHT // 2 - half : WAVE_HEIGHT // 2 + half + 1, x] = INK
    for tick in ticks_s:
        x = min(width - 2, int(tick / (until_s - start_s) * width))
        canvas[:, x : x + 2] = TICK
    return canvas


def _scaled(picture: Canvas, width: int, height: int) -> Canvas:
    """By the nearest pixel, or the mean of two by two where that fits exactly."""
    rows, columns = picture.shape[:2]
    if (rows, columns) == (2 * height, 2 * width):
        halved: Canvas = picture.reshape(height, 2, width, 2, 3).mean((1, 3)).astype(np.uint8)
        return halved
    nearest: Canvas = picture[np.arange(height) * rows // height][:, np.arange(width) * columns // width]
    return nearest


def _write(canvas: Canvas, words: Sequence[Word], start_s: float, per_s: float, destination: Path) -> None:
    height, width = canvas.shape[:2]
    with tempfile.TemporaryDirectory(prefix="sidecast-strip-") as name:
        filters = []
        for index, word in enumerate(words):
            # in a file: the text then needs no escaping
            text = Path(name) / str(index)
            text.write_text(word.text, encoding="utf-8")
            x, y = int((word.at_s - start_s) * per_s), height - WORDS_HEIGHT + 6 + 28 * (index % 2)
            filters.append(f"drawtext=fontfile={FONT}:textfile={text}:expansion=none:fontsize=24:x={x}:y={y}:fontcolor=black")
        command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
        command += ["-i", "-", "-vf", ",".join(filters) or "null"]
        done = subprocess.run(
            [*command, "-frames:v", "1", str(destination)], input=canvas.tobytes(), capture_output=True, check=False
        )
    if done.returncode != 0:
        raise ValueError(f"ffmpeg could not write {destination}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
