"""What the launcher says: one calm line a step, with a bar while it lasts when somebody watches, plain lines otherwise."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BAR_CELLS = 20
TICK_S = 0.1
GREEN, RED, YELLOW, DIM, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"


class Step:
    """One thing that takes a while. Any thread may report progress."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""
        self.fraction: float | None = None
        self.result = ""
        """Said in the finished line, e.g. a version."""
        self.failed = False
        self.started = time.monotonic()

    def progress(self, fraction: float | None = None, note: str = "") -> None:
        """`fraction` from 0 to 1, or None when nobody knows how long it takes."""
        self.fraction = None if fraction is None else min(max(fraction, 0.0), 1.0)
        self.note = note or self.note

    @property
    def elapsed(self) -> str:
        seconds = time.monotonic() - self.started
        return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


class Console:
    """Writes to standard error, so that standard output stays the command's own."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colours = self.live and "NO_COLOR" not in os.environ
        self.steps_done = 0

    def line(self, text: str = "") -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def warn(self, text: str) -> None:
        self.line(f"  {self.paint(YELLOW, '!')} {text}")

    def trouble(self, what: str, remedy: str) -> None:
        self.line(f"{self.paint(RED, 'sidecast:')} {what}")
        if remedy:
            self.line(f"  {self.paint(BOLD, '→')} {remedy}")

    def paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self._colours else text

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Shows `title` while the block runs, and then how long it took; an exception passes through, marked as failed."""
        step = Step(title)
        stop = threading.Event()
        ticker = threading.Thread(target=self._animate, args=(step, stop), daemon=True)
        if self.live:
            ticker.start()
        else:
            self.line(f"  … {title}")
        sign = self.paint(RED, "✗")
        try:
            yield step
            if not step.failed:
                sign = self.paint(GREEN, "✓")
        finally:
            stop.set()
            if self.live:
                ticker.join()
                self._stream.write("\r\033[K")
            result = f" {step.result}" if step.result else ""
            self.line(f"  {sign} {title}{result}  {self.paint(DIM, step.elapsed)}")
            self.steps_done += 1

    def _animate(self, step: Step, stop: threading.Event) -> None:
        beat = 0
        while not stop.wait(TICK_S):
            beat += 1
            width = shutil.get_terminal_size().columns
            gauge = "" if step.fraction is None else f"  {_bar(step.fraction)}"
            text = f"  {SPINNER[beat % len(SPINNER)]} {step.title}{gauge}  {step.elapsed}  {step.note}"
            self._stream.write(f"\r\033[K{text[: width - 1]}")
            self._stream.flush()


def _bar(fraction: float) -> str:
    full = round(fraction * BAR_CELLS)
    return f"{'━' * full}{'╌' * (BAR_CELLS - full)} {fraction:4.0%}"
