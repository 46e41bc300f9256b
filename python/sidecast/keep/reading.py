"""Reads a backup into files beside those that they will replace. Nothing that is in use is touched here."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import KeepError
from .container import Reader, damaged, read_header
from .estate import MAX_FILES, RESTORING, Estate, is_sqlite
from .writing import MANIFEST, MAX_FILE, SPARE

MAX_MANIFEST = 4 * 2**20
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup beside its destination, checked to its last byte."""

    created_ms: int
    files: Mapping[str, Path]
    """By name: where each lies, waiting."""
    inside: Mapping[str, Any]
    """What the vault put in for itself."""


def unpack(stream: BinaryIO, key: bytes, estate: Estate) -> Unpacked:
    """Every file of the backup as `<its place>.restoring`.

    Raises:
        KeepError: it was changed or cut, does not fit on the disk, or holds what no backup does. What was unpacked is gone then.
    """
    _, bound = read_header(stream)
    files: dict[str, Path] = {}
    try:
        reader = Reader(stream, bound, key)
        with tarfile.open(fileobj=reader, mode="r|") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            _fits(manifest, estate)
            for member in members:
                files[member.name] = _unpack_one(tar, member, manifest, files, estate)
        _check_end(reader, manifest, files)
        return Unpacked(manifest["created_ms"], files, manifest["inside"])
    except BaseException as error:
        discard(files, estate)
        if isinstance(error, tarfile.TarError | UnicodeError | EOFError):
            raise damaged() from error
        if isinstance(error, OSError):
            raise KeepError(f"The backup cannot be unpacked: {error.strerror}.", "Check the space and rights there.") from error
        raise


def _check_end(reader: Reader, manifest: dict[str, Any], files: Mapping[str, Path]) -> None:
    while reader.read(_PIECE):
        pass  # to the end: what was cut off is only missed there
    if files.keys() != manifest["files"].keys():
        raise damaged()


def discard(files: Mapping[str, Path], estate: Estate) -> None:
    """Takes away what was unpacked, and what an unpacking that was killed left."""
    for path in files.values():
        path.unlink(missing_ok=True)
    for root in {estate.config, estate.data, estate.ledger.parent}:
        for stray in root.rglob(f"*{RESTORING}") if root.is_dir() else ():
            stray.unlink(missing_ok=True)


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> dict[str, Any]:
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > MAX_MANIFEST:
        raise damaged()
    file = tar.extractfile(member)
    try:
        manifest = json.loads(file.read() if file else b"")
        entries = manifest["files"]
        sound = isinstance(manifest["created_ms"], int) and isinstance(manifest["inside"], dict) and len(entries) <= MAX_FILES
        for entry in entries.values():
            sound = sound and isinstance(entry["sha256"], str) and 0 <= int(entry["size"]) <= MAX_FILE
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged() from None
    if not sound:
        raise damaged()
    return dict(manifest)


def _fits(manifest: dict[str, Any], estate: Estate) -> None:
    estate.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    needed = sum(entry["size"] for entry in manifest["files"].values()) + SPARE
    free = shutil.disk_usage(estate.data).free
    if needed > free:
        what = f"The disk under {estate.data} has {free / 2**30:.1f} GiB free, and the backup needs {needed / 2**30:.1f} GiB."
        raise KeepError(what, "Free some space.")


def _unpack_one(
    tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: dict[str, Any], files: dict[str, Path], estate: Estate
) -> Path:
    entry = manifest["files"].get(member.name)
    if entry is None or member.name in files or not member.isreg() or member.size != entry["size"]:
        raise damaged()
    goal = estate.path_of(member.name)
    path = goal.with_name(goal.name + RESTORING)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    files[member.name] = path
    source = tar.extractfile(member)
    assert source is not None
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
        while piece := source.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if not secrets.compare_digest(digest.hexdigest(), entry["sha256"]):
        raise damaged()
    if is_sqlite(path):
        _check_database(path, member.name)
    return path


def _check_database(path: Path, name: str) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise KeepError(f"The database {name} in this backup is damaged: {error}.", "Take another backup.") from error
    if said != "ok":
        raise KeepError(f"The database {name} in this backup is damaged.", "Take another backup.")
