"""`./sidecast clean`: removes what the launcher made, after saying what that is. Never the user's settings and data."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from . import lock
from .console import Console
from .places import Places
from .trouble import Trouble


def made(places: Places) -> list[tuple[Path, str]]:
    """What there is to remove, with the words for it."""
    bridge = places.repository / "addons" / "python_bridge"
    candidates = [
        (places.home, "environment, models, logs"),
        (places.repository / ".godot", "Godot's import of the project"),
        (bridge / "bin", "the built bridge"),
        (bridge / "build", "the bridge's build folder"),
        (places.cache, "Godot and voices, shared by all checkouts"),
    ]
    return [(path, words) for path, words in candidates if path.exists()]


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
    total = 0.0
    for path, words in found:
        megabytes = _megabytes(path)
        total += megabytes
        console.line(f"  {megabytes:7,.0f} MB  {path}  ({words})")
    console.line(f"Not touched: your ledger and keys in {places.data}, and your settings.")
    if not yes and not _agreed():
        console.line("Nothing was removed.")
        return 1
    for path, _ in found:
        # somebody may have put it on a bigger disk
        shutil.rmtree(path.resolve())
        if path.is_symlink():
            path.unlink()
    console.line(f"Removed: {total:,.0f} MB.")
    return 0


def _megabytes(folder: Path) -> float:
    sizes = (
        file.stat(follow_symlinks=False).st_size for file in folder.resolve().rglob("*") if file.is_symlink() or file.is_file()
    )
    return sum(sizes) / 1e6


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write("Remove all of this? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
