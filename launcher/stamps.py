"""What makes a step idempotent and safe to interrupt: keys, stamps, folders that appear whole or not at all, one lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def key_of(*parts: str | Path) -> str:
    """Hash of texts and of files' contents; a folder counts with every file below it, by name and content."""
    digest = hashlib.sha256()
    for part in parts:
        files = _files(part) if isinstance(part, Path) else ()
        for file in files:
            digest.update(f"{file.name}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        if isinstance(part, str):
            digest.update(f"{part}\0".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)


class Stamp:
    """Says that a step was completed for a key. Written last, so that an interrupted step is simply not done."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def holds(self, key: str) -> bool:
        try:
            return self._path.read_text("utf-8") == key
        except FileNotFoundError:
            return False

    def set(self, key: str) -> None:
        write_whole(self._path, key)

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Replaces `path` by `text` at once, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, "utf-8")
    partial.replace(path)


@contextmanager
def whole_folder(destination: Path) -> Iterator[Path]:
    """A temporary folder that becomes `destination` when the block succeeds and vanishes when it does not.

    What an earlier, killed attempt left behind is removed first.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".making-{destination.name}-"
    for leftover in destination.parent.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix=prefix, dir=destination.parent))
    try:
        yield making
        making.chmod(0o755)
        if destination.exists():
            shutil.rmtree(destination)
        making.rename(destination)
    finally:
        shutil.rmtree(making, ignore_errors=True)


@contextmanager
def only_one(lock: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds `lock` for the block, so that two launchers never set up the same folder at once.

    Args:
        waiting: called once if another process holds the lock.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
