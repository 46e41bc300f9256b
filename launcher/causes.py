"""What can go wrong outside of Sidecast: a full disk, missing rights, no network. From an OSError, or from a program's words."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .places import REPOSITORY, Places
from .trouble import Trouble

FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
SAYS_FULL = re.compile(r"no space left on device|disk quota exceeded|not enough free space", re.IGNORECASE)
SAYS_FORBIDDEN = re.compile(r"(?:permission denied|read-only file system)(?:.*?[:‘'\"]\s*(?P<path>/[^'\"’:\s]+))?", re.IGNORECASE)
SAYS_NO_NETWORK = re.compile(
    r"failed to establish a new connection|temporary failure (?:in name resolution|resolving)|name or service not known"
    r"|could not resolve|network is unreachable|no route to host|connection (?:timed out|refused)|read timed out"
    r"|unable to connect|could not connect"
    r"|\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b",
    re.IGNORECASE,
)
NEARLY_FULL = 16 << 20
"""Bytes. Programs give up before the last one is taken."""
NEEDED = "All that is set up takes about 2 GB."
AGAIN = "start again: what is done stays done."


@dataclass(frozen=True, slots=True)
class Cause:
    """`what` is a sentence's end, after the name of what failed."""

    what: str
    remedy: str
    network: bool = False


def of_error(error: OSError, places: Places) -> Trouble | None:
    """None for an error that says nothing about the machine: that one is a fault of ours, and its trace is wanted."""
    if error.errno in FULL:
        cause = _full((error.filename, places.home, places.cache, places.data, "/tmp"))  # noqa: S108 - asked, not used
        return Trouble(f"Sidecast cannot go on: {cause.what}", cause.remedy)
    if error.errno in FORBIDDEN and error.filename:
        return Trouble(f"{error.filename} cannot be used: {_small(error.strerror)}.", _rights(Path(str(error.filename))))
    if error.errno == errno.ENOENT and "temporary directory" in str(error.strerror):
        return Trouble("There is no folder for temporary files that can be written to.", "Free space in /tmp, or set TMPDIR.")
    return None


def of_words(lines: Iterable[str], near: Path) -> Cause | None:
    """What the last words of a failed program mean; None when they say nothing of the machine.

    Args:
        near: a file on the disk that the program most likely wrote to.
    """
    said = "\n".join(lines)
    if SAYS_FULL.search(said):
        return _full((near, REPOSITORY, "/tmp"))  # noqa: S108 - asked, not used
    if SAYS_NO_NETWORK.search(said):
        return Cause("the network cannot be reached.", f"Check it, then {AGAIN}", network=True)
    if match := SAYS_FORBIDDEN.search(said):
        path = match["path"]
        return Cause(f"{path or 'a file'} cannot be used: permission denied.", _rights(Path(path) if path else REPOSITORY))
    return None


def _full(places: Iterable[str | Path | None]) -> Cause:
    found = (_existing(Path(place)) for place in places if place)
    crowded = next((folder for folder in found if shutil.disk_usage(folder).free < NEARLY_FULL), None)
    where = f"the disk of {crowded} is full." if crowded else "the disk is full, or your share of it is used up."
    return Cause(where, f"Free some space there, then {AGAIN} {NEEDED}")


def _rights(path: Path) -> str:
    if path.is_relative_to(REPOSITORY):
        return f"Sidecast works in its own folder: make {REPOSITORY} yours, or clone it once more where you may write."
    return "Give yourself the right to write there, or choose another place: HOME, XDG_DATA_HOME, XDG_CACHE_HOME, SIDECAST_HOME."


def _existing(path: Path) -> Path:
    """The nearest folder that is there."""
    while not path.is_dir():
        path = path.parent
    return path


def _small(words: str | None) -> str:
    return words[:1].lower() + words[1:] if words else "the system refuses it"
