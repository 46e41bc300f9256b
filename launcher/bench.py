"""`./sidecast bench NAME`: one benchmark, on a screen and a sound server of its own."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

from . import setup, system
from .console import Console
from .places import Places
from .process import Family
from .studio import studio
from .trouble import Trouble
from .workplace import workplace

LLAMA = ("attacks", "brains")
"""Those that need llama.cpp."""
FURTHER = {"obs": (replace(system.OBS, required=True),)}
"""What some need besides a screen and a sound server."""
STARTS = "def main("
"""What tells a benchmark from the modules that it is made of."""


def names(places: Places) -> list[str]:
    """The benchmarks there are."""
    folder = places.repository / "benchmarks"
    return sorted(file.stem for file in folder.glob("*.py") if STARTS in file.read_text("utf-8"))


def run(name: str, arguments: list[str], places: Places, console: Console) -> int:
    """Returns the benchmark's exit code.

    Raises:
        Trouble: there is no such benchmark, or a step of the set-up failed.
    """
    known = names(places)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise Trouble(f"There is no benchmark “{name}”.", hint, code=2)
    needs = [system.SCREEN, system.SOUND, *FURTHER.get(name, ())]
    ready = setup.everything(places, console, needs, dev=True, with_llama=name in LLAMA)
    with workplace() as folder, Family() as family:
        variables = studio(ready, family, folder)
        command: list[str | Path] = [places.python, "-m", f"benchmarks.{name}", *arguments]
        return family.start(command, env=variables, grace_s=10, stdin=None).wait()
