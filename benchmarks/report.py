"""What every benchmark prints and writes: one table, one JSON object, and on request one JSON line a sample.

The object is `{"bench", "commit", "machine", "n", "figures"}`. Keys of `figures` say what, unit and statistic
(`drain_ms_p99_burn4`) and stay stable, because trends are read from them.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Figure = int | float | str
"""A string only where a figure is a name (an engine, a policy) or says that it is simulated."""

_REPOSITORY = Path(__file__).resolve().parent.parent


class Report:
    """The figures of one run. `n` counts its samples (turns, events, frames: what the benchmark is about)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.n = 0
        self.figures: dict[str, Figure] = {}

    def figure(self, key: str, value: Figure) -> None:
        """Take one figure.

        Raises:
            ValueError: the key is taken already, or the value is NaN or infinite, which JSON cannot hold.
        """
        if key in self.figures:
            raise ValueError(f"The figure {key} of the benchmark {self.name} is given twice; give each figure once.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"The figure {key} of the benchmark {self.name} is {value}; leave it out when nothing was measured.")
        self.figures[key] = value

    def finish(self, json_path: Path | None) -> None:
        """Print the table and, where a path is given, write the object."""
        sys.stdout.write(self.table())
        sys.stdout.flush()
        if json_path is not None:
            json_path.parent.mkdir(parents=True, exist_ok=True)
            json_path.write_text(json.dumps(self.as_dict(), indent=2) + "\n", encoding="utf-8")

    def table(self) -> str:
        """One line a figure, in the order in which they were given."""
        width = max((len(key) for key in self.figures), default=0)
        lines = [f"{self.name}  n={self.n}"]
        lines += [f"  {key:<{width}}  {_readable(value)}" for key, value in self.figures.items()]
        return "\n".join(lines) + "\n"

    def as_dict(self) -> dict[str, Any]:
        return {"bench": self.name, "commit": commit(), "machine": machine(), "n": self.n, "figures": dict(self.figures)}


def percentile(values: Sequence[float], q: float) -> float:
    """The `q`-th percentile, 0 to 100, interpolated linearly between the closest ranks (numpy's default method).

    Raises:
        ValueError: no values, or `q` outside of 0 to 100.
    """
    if not values:
        raise ValueError("There is no percentile of no values; was anything measured?")
    if not 0 <= q <= 100:
        raise ValueError(f"A percentile lies between 0 and 100, not at {q}.")
    ordered = sorted(values)
    rank = (len(ordered) - 1) * q / 100
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


@contextmanager
def raw_writer(path: Path | None) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Gives a function that writes one JSON line a sample, from which the figures can be computed again.

    Without a path the function does nothing, so that a benchmark need not ask.
    """
    if path is None:
        yield lambda _sample: None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:

        def write(sample: Mapping[str, Any]) -> None:
            file.write(json.dumps(sample, separators=(",", ":")) + "\n")

        yield write


def commit() -> str:
    """The commit that was measured, with `+changes` when tracked files differ from it; `unknown` outside of git."""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+changes" if changed else "")


def machine() -> dict[str, Any]:
    """What the figures depend on and can be told without naming the machine's owner."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": _memory_gb(),
        "python": platform.python_version(),
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_REPOSITORY, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory_gb() -> float:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)


def _readable(value: Figure) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else value
