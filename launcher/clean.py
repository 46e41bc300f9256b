"""`./sidecast clean`: removes what the launcher made, after saying what that is. Never the user's settings and data."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from . import lock
from .console import Console
from .places import Places
from .trouble import Trouble

NOTES = (".uid", ".import")


@dataclass(frozen=True, slots=True)
class Made:
    """One line of what there is to remove."""

    where: str
    words: str
    paths: tuple[Path, ...]


def made(places: Places) -> list[Made]:
    """What there is to remove, with the words for it."""
    bridge = places.repository / "addons" / "python_bridge"
    candidates = [
        (places.home, "environment, models, the built page, logs"),
        (places.repository / ".godot", "Godot's import of the project"),
        (bridge / "bin", "the built bridge"),
        (bridge / "build", "the bridge's build folder"),
        (places.cache, "Godot, voices and Node, shared by all checkouts"),
    ]
    folders = [Made(str(path), words, (path,)) for path, words in candidates if path.exists()]
    notes = _notes(places.repository)
    return [*folders, Made(f"{len(notes)} files", "Godot's notes beside the project's own files", notes)] if notes else folders


def _notes(repository: Path) -> tuple[Path, ...]:
    """What Godot writes beside each file that it imports; one without such a file, or in a hidden folder, is not its own."""
    tops = (top for top in repository.glob("*/") if not top.name.startswith("."))
    found = (path for top in tops for kind in NOTES for path in top.rglob(f"*{kind}"))
    return tuple(sorted(path for path in found if path.is_file() and path.with_suffix("").exists()))


def run(places: Places, console: Console, *, yes: bool) -> int:
    """Returns 0, also when there was nothing to do; 1 when the answer was no.

    Raises:
        Trouble: a show runs, which needs all of it.
    """
    if process := lock.running(places):
        raise Trouble(f"A show runs (process {process}) and needs what would be removed.", "End it first.")
    found = made(places)
    if not found:
        console.line("There is nothing to remove.")
        return 0
    sizes = [sum(map(_megabytes, each.paths)) for each in found]
    for each, megabytes in zip(found, sizes, strict=True):
        console.line(f"  {megabytes:7,.0f} MB  {each.where}  ({each.words})")
    console.line(f"Not touched: your ledger and keys in {places.data}, and your settings.")
    if not yes and not _agreed():
        console.line("Nothing was removed.")
        return 1
    for path in (path for each in found for path in each.paths):
        if path.is_dir():
            shutil.rmtree(path.resolve())  # somebody may have put it on a bigger disk
        if path.is_symlink() or path.is_file():
            path.unlink()
    console.line(f"Removed: {sum(sizes):,.0f} MB.")
    return 0


def _megabytes(path: Path) -> float:
    files = path.resolve().rglob("*") if path.is_dir() else (path,)
    return sum(file.stat(follow_symlinks=False).st_size for file in files if file.is_symlink() or file.is_file()) / 1e6


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write("Remove all of this? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
