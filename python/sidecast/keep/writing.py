"""Writes a backup while everything goes on: databases by SQLite's own online copy, in one file that appears when it is whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import KeepError
from .container import Header, Reader, Writer, read_header
from .estate import Estate, is_sqlite

MANIFEST = "manifest.json"
MAX_FILE = 64 * 2**30
SPARE = 64 * 2**20
"""Bytes that a backup leaves free on the disk."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole and was read back."""

    path: Path
    files: int
    size: int
    """Bytes of the file."""


def write_backup(
    estate: Estate,
    target: Path,
    header: Header,
    key: bytes,
    inside: Mapping[str, Any],
    *,
    replace: bool = False,
    progress: Callable[[float], None] = lambda part: None,
) -> Made:
    """Everything of `estate` into `target`, which then is on the disk, readable by its owner only, and was read back whole.

    Args:
        inside: what the vault adds for itself; only who opens the backup sees it.
        progress: is told the part that is done, 0 to 1.

    Raises:
        KeepError: a file of that name is there, the disk is full, or something cannot be read. No half file is left.
    """
    if target.exists() and not replace:
        raise KeepError(f"There is a file {target} already.", "Give the backup another name.")
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as out, _snapshot(estate) as files:
                _fits(files, target.parent)
                _fill(Writer(out, header.to_bytes(), key), files, _manifest(header, files, inside), progress)
                out.flush()
                os.fsync(out.fileno())
                _read_back(part, key)
            os.replace(part, target)  # noqa: PTH105 - the word says what it does
            sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise KeepError(
            f"The backup {target} cannot be made: {error.strerror}.", "Check the space and the rights there."
        ) from error
    except sqlite3.Error as error:
        raise KeepError(f"A database cannot be copied: {error}.", "See  ./sidecast doctor  and the log.") from error
    progress(1.0)
    return Made(target, len(files), target.stat().st_size)


@contextmanager
def _snapshot(estate: Estate) -> Iterator[list[tuple[str, Path]]]:
    """Every file as it is at one moment: databases copied, small files by themselves are always whole (they are replaced)."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=estate.data) as folder:
        files = []
        for number, (name, path) in enumerate(estate.files()):
            if is_sqlite(path):
                copy = Path(folder) / str(number)
                copy_database(path, copy)
                files.append((name, copy))
            else:
                files.append((name, path))
        yield files


def copy_database(path: Path, copy: Path) -> None:
    """The database as one file, consistent whatever is written meanwhile: one read transaction, which stops no writer."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=10)) as source, closing(sqlite3.connect(copy)) as into:
        into.execute("PRAGMA synchronous=OFF").fetchall()
        source.backup(into)
        # alone in a file, without a journal beside it
        into.execute("PRAGMA journal_mode=DELETE").fetchall()


def _fits(files: list[tuple[str, Path]], folder: Path) -> None:
    needed = sum(path.stat().st_size for _, path in files) + SPARE
    free = shutil.disk_usage(folder).free
    if needed > free:
        gib = 2**30
        what = f"The disk under {folder} has {free / gib:.1f} GiB free, and the backup needs {needed / gib:.1f} GiB."
        raise KeepError(what, "Free some space, or name another folder.")


def _manifest(header: Header, files: list[tuple[str, Path]], inside: Mapping[str, Any]) -> bytes:
    entries = {name: {"size": path.stat().st_size, "sha256": _digest(path)} for name, path in files}
    return json.dumps({"created_ms": header.created_ms, "files": entries, "inside": dict(inside)}).encode()


def _fill(writer: Writer, files: list[tuple[str, Path]], manifest: bytes, progress: Callable[[float], None]) -> None:
    total, done = sum(path.stat().st_size for _, path in files) or 1, 0
    with tarfile.open(fileobj=writer, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(manifest)
        tar.addfile(about, io.BytesIO(manifest))
        for name, path in files:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o600
            with path.open("rb") as file:
                tar.addfile(entry, file)
            done += entry.size
            progress(0.9 * done / total)
    writer.finish()


def _read_back(part: Path, key: bytes) -> None:
    """What was written opens, to its last byte."""
    with part.open("rb") as stream:
        _, bound = read_header(stream)
        reader = Reader(stream, bound, key)
        while reader.read(_PIECE):
            pass


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
