"""Puts what was unpacked in the place of what is there. Once begun it is carried through, however often it is broken off."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import KeepError
from .estate import BEFORE, RESTORING, VAULT, Estate
from .writing import sync_folder

PLAN = ".restore.json"
"""In the data folder: while it is there, a restore is under way or waits for the next start."""
ERASED = "erased-since.json"
"""In the vault's folder, for the first who opens it: whom the restored state must forget again."""
_JOURNALS = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be put where. All paths are absolute."""

    created_ms: int
    """Of the backup."""
    put: tuple[Path, ...]
    """Each has its new content beside it, under `<name>.restoring`."""
    gone: tuple[Path, ...]
    """There now and not in the backup."""


def plan(created_ms: int, files: Mapping[str, Path], estate: Estate, also: Iterable[Path] = ()) -> Plan:
    """`also`: further files whose new content lies beside them."""
    put = [estate.path_of(name) for name in files] + list(also)
    keys = list((estate.data / "vault").glob("*.key"))
    gone = [path for path in (*(path for _, path in estate.files()), *keys) if path not in put]
    return Plan(created_ms, tuple(put), tuple(gone))


def note(wanted: Plan, estate: Estate) -> None:
    """From here on the restore happens: now by `finish`, or at the next start."""
    record = {
        "created_ms": wanted.created_ms,
        "put": [str(path) for path in wanted.put],
        "gone": [str(path) for path in wanted.gone],
    }
    _write(estate.data / PLAN, record)


def waiting(data: Path) -> Plan | None:
    """The restore that was noted and is not finished.

    Raises:
        KeepError: the note is damaged.
    """
    try:
        record = json.loads((data / PLAN).read_text("utf-8"))
        put, gone = (tuple(Path(path) for path in record[name]) for name in ("put", "gone"))
        return Plan(int(record["created_ms"]), put, gone)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError) as error:
        remedy = f"Delete {data / PLAN}, and restore again."
        raise KeepError("The note about a restore that was begun cannot be read.", remedy) from error


def call_off(data: Path) -> bool:
    """Forgets a restore that waits for the next start. False when there was none, or it has begun.

    What is there now stays; what was unpacked goes.
    """
    wanted = waiting(data)
    if wanted is None or any(not _beside(path, RESTORING).exists() for path in wanted.put):
        return False
    (data / PLAN).unlink()
    for path in wanted.put:
        _beside(path, RESTORING).unlink(missing_ok=True)
    return True


def finish(data: Path) -> Plan | None:
    """Carries through the restore that was noted, if one was. What it replaced stays as `<name>.before-restore`.

    Nobody may have the files open: the caller holds the show's lock.

    Raises:
        KeepError: a file cannot be moved; it is tried again at the next start.
    """
    wanted = waiting(data)
    if wanted is None:
        return None
    try:
        _remember_erased(data, wanted.created_ms)
        for path in wanted.put:
            if _beside(path, RESTORING).exists():
                _set_aside(path)
                os.replace(_beside(path, RESTORING), path)  # noqa: PTH105
                sync_folder(path.parent)
        for path in wanted.gone:
            _set_aside(path)
        (data / PLAN).unlink()
        sync_folder(data)
    except (OSError, sqlite3.Error) as error:
        raise KeepError(f"The restore is not finished: {error}.", "Free space or give rights, then start again.") from error
    return wanted


def erasures(folder: Path) -> tuple[int, list[tuple[bytes, int]]] | None:
    """When the restored backup was made, and who was erased since; None when nothing waits."""
    try:
        record = json.loads((folder / ERASED).read_text("ascii"))
        return int(record["created_ms"]), [(bytes.fromhex(tag), int(at)) for tag, at in record["erased"]]
    except FileNotFoundError:
        return None


def erasures_done(folder: Path) -> None:
    (folder / ERASED).unlink(missing_ok=True)


def _remember_erased(data: Path, created_ms: int) -> None:
    """Before the vault that knows is set aside. After that, what is written already stays."""
    folder = data / "vault"
    current = folder / Path(VAULT).name
    if not _beside(current, RESTORING).exists():
        return
    known = erasures(folder)
    tags = dict(known[1]) if known else {}
    if current.exists():
        with closing(sqlite3.connect(current)) as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'erased'").fetchone():
                tags |= {bytes(tag): int(at) for tag, at in db.execute("SELECT tag, at_ms FROM erased")}
    _write(folder / ERASED, {"created_ms": created_ms, "erased": [[tag.hex(), at] for tag, at in tags.items()]})


def _set_aside(path: Path) -> None:
    """With its journals: one of another database's beside the new one would damage it."""
    for suffix in _JOURNALS:
        part = path.with_name(path.name + suffix)
        if part.exists():
            os.replace(part, _beside(part, BEFORE))  # noqa: PTH105


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _write(path: Path, record: Mapping[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)  # noqa: PTH105
    sync_folder(path.parent)
