"""Step: a Godot 4.5 or newer: `$GODOT`, one on PATH, one fetched before, an official archive, Debian's own build."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from . import godot_debian
from .console import Console
from .places import Places
from .stamps import write_whole
from .trouble import Trouble

OLDEST = (4, 5)
PROBE_S = 60
"""The first start of a program of 150 MB on a slow disk."""
REMEDY = "Install Godot 4.5 or newer and name it:  GODOT=/path/to/godot ./sidecast run"


@dataclass(frozen=True, slots=True)
class Godot:
    """A Godot that was seen to start."""

    program: Path
    version: str
    """As it says itself, e.g. `4.6.3.stable.debian`."""
    modified_ns: int
    """Of the program's file, to notice another one in the same place."""


def prepare(places: Places, console: Console) -> Godot:
    """The first of the places above that has a fitting Godot; fetches one when none has.

    Raises:
        Trouble: `$GODOT` does not fit, or nothing could be fetched.
    """
    if godot := find(places):
        return _kept(godot, places)
    archive = os.environ.get("SIDECAST_GODOT_ARCHIVE")
    if archive:
        from . import godot_archive  # what it imports costs as much as the rest of a quick start

        program = godot_archive.fetch(archive, places, console)
    else:
        program = godot_debian.fetch(places, console)
    fetched = _asked(program)
    if fetched is None:
        raise Trouble(f"The Godot that was just fetched ({program}) does not start.", REMEDY)
    return _kept(fetched, places)


def find(places: Places) -> Godot | None:
    """What is there already; changes nothing.

    Raises:
        Trouble: `$GODOT` does not fit.
    """
    chosen = os.environ.get("GODOT")
    if chosen:
        return _named(chosen, places)
    return next(filter(None, (_known(candidate, places) or _asked(candidate) for candidate in _candidates(places))), None)


def _named(chosen: str, places: Places) -> Godot:
    path = shutil.which(chosen)
    if path is None:
        raise Trouble(f"GODOT={chosen} is not a program that can be started.", "Correct it, or unset it.")
    godot = _known(Path(path), places) or _asked(Path(path))
    if godot is None:
        raise Trouble(f"GODOT={chosen} is not Godot 4.5 or newer, or does not start.", "Correct it, or unset it.")
    return godot


def _candidates(places: Places) -> Iterator[Path]:
    for name in ("godot", "godot4"):
        if path := shutil.which(name):
            yield Path(path)
    # newest first; the folder appears whole or not at all, so what is there is complete
    yield from sorted(places.cache.glob("godot-4.*/godot"), key=lambda path: _numbers(path.parent.name), reverse=True)


def _known(program: Path, places: Places) -> Godot | None:
    try:
        kept = json.loads(_note(places).read_text("utf-8"))
        godot = Godot(Path(kept["program"]), kept["version"], kept["modified_ns"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return godot if godot.program == program and godot.modified_ns == program.stat().st_mtime_ns else None


def _asked(program: Path) -> Godot | None:
    version = version_of(program)
    return Godot(program, version, program.stat().st_mtime_ns) if version else None


def _kept(godot: Godot, places: Places) -> Godot:
    """Starting Godot to ask its version costs more than the rest of a quick start, so the answer is kept."""
    if _known(godot.program, places) != godot:
        write_whole(_note(places), json.dumps({**asdict(godot), "program": str(godot.program)}))
    return godot


def _note(places: Places) -> Path:
    return places.stamps / "godot.json"


def version_of(program: Path) -> str | None:
    """What `--version` says; None when it does not start or is too old."""
    try:
        said = subprocess.run([program, "--headless", "--version"], capture_output=True, text=True, timeout=PROBE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = said.stdout.strip().splitlines()
    if said.returncode != 0 or not lines or _numbers(lines[-1])[:2] < OLDEST:
        return None
    return lines[-1].strip()


def _numbers(text: str) -> tuple[int, ...]:
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
