"""Asks a program that may be slow, crash or say too much."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """How a program ended, and what it said."""

    code: int | None
    """Negative for a signal, None when it took too long or is not there."""
    said: str = ""
    last_words: str = ""
    """On standard error."""

    @property
    def well(self) -> bool:
        return self.code == 0


def ask(command: Sequence[str | Path], seconds: float, variables: Mapping[str, str] | None = None) -> Answer:
    """Never raises; the program is killed when its time is over."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(variables or {})}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Answer(None)
    return Answer(done.returncode, done.stdout, done.stderr.strip())
