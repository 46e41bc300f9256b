"""Godot out of an official release archive: `$SIDECAST_GODOT_ARCHIVE`, a path or an address, judged by its published SHA-512."""

from __future__ import annotations

import hashlib
import re
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit

from .console import Console, Step
from .places import Places
from .stamps import whole_folder
from .trouble import Trouble

CHUNK = 1 << 20
TIMEOUT_S = 60
SUMS = "SHA512-SUMS.txt"
"""What Godot publishes beside its archives."""
SCHEMES = ("https", "http", "file")


def fetch(archive: str, places: Places, console: Console) -> Path:
    """Checks and unpacks the archive; the program to start.

    Raises:
        Trouble: it cannot be read, has no published checksum, has another one, or holds no Godot.
    """
    name = PurePosixPath(urlsplit(archive).path).name or archive
    match = re.search(r"v?(4\.\d+(?:\.\d+)?)", name)
    destination = places.cache / f"godot-{match[1] if match else '4.0'}-official"
    with console.step("Godot") as step:
        try:
            with whole_folder(destination) as making:
                packed = making / "archive.zip"
                found = _copy(archive, packed, step)
                expected = _published(archive, name)
                if found != expected:
                    what = f"{name} is not what was published: its SHA-512 is {found[:16]}… and should be {expected[:16]}…."
                    raise Trouble(what, "Download it again.")
                _unpack(packed, making / "godot")
                packed.unlink()
        except (OSError, urllib.error.URLError, zipfile.BadZipFile) as error:
            raise Trouble(f"SIDECAST_GODOT_ARCHIVE={archive} cannot be used: {error}.", "Correct it, or unset it.") from error
        step.result = name
    return destination / "godot"


@contextmanager
def _opened(source: str) -> Iterator[tuple[IO[bytes], int]]:
    if urlsplit(source).scheme in SCHEMES:
        with urllib.request.urlopen(source, timeout=TIMEOUT_S) as response:  # noqa: S310 - the user's own address
            yield response, int(response.headers.get("Content-Length") or 0)
    else:
        path = Path(source).expanduser()
        with path.open("rb") as file:
            yield file, path.stat().st_size


def _copy(source: str, destination: Path, step: Step) -> str:
    digest, done = hashlib.sha512(), 0
    with _opened(source) as (reading, size), destination.open("wb") as writing:
        while chunk := reading.read(CHUNK):
            writing.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            step.progress(done / size if size else None, "downloading")
    return digest.hexdigest()


def _published(archive: str, name: str) -> str:
    """The checksum beside the archive: in `<archive>.sha512`, or in Godot's list of all files of a release."""
    beside = archive.rsplit("/", 1)[0] if "/" in archive else "."
    for source in (f"{archive}.sha512", f"{beside}/{SUMS}"):
        try:
            with _opened(source) as (reading, _):
                text = reading.read(CHUNK).decode("utf-8", "replace")
        except (OSError, urllib.error.URLError):
            continue
        for line in text.splitlines():
            match = re.match(r"([0-9a-fA-F]{128})(?:\s+\*?(.+))?$", line.strip())
            if match and (match[2] is None or PurePosixPath(match[2]).name == name):
                return match[1].lower()
    raise Trouble(f"There is no published SHA-512 beside {archive}.", f"Put {SUMS} or {name}.sha512 next to it.")


def _unpack(packed: Path, program: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        programs = [entry for entry in archive.infolist() if re.search(r"Godot_v4[^/]*linux[^/]*(x86_64|arm64)$", entry.filename)]
        if not programs:
            raise Trouble(f"{packed.name} holds no Godot for Linux.", "Take the archive Godot_v4…_linux.x86_64.zip.")
        with archive.open(programs[0]) as reading, program.open("wb") as writing:
            shutil.copyfileobj(reading, writing)
    program.chmod(0o755)
