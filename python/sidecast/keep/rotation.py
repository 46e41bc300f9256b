"""Automatic backups: one a day, the newest so many kept. Pure; the time is passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import KeepError

SUFFIX = ".sidecast-backup"
DAY_MS = 86_400_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.sidecast-backup")
_OURS = re.compile(r"daily-(\d{8}T\d{6})Z\.sidecast-backup")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder."""

    name: str
    made_ms: int
    size: int
    daily: bool
    """Made by itself, so it goes by itself."""


def daily_name(now_ms: int) -> str:
    return f"daily-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%S}Z{SUFFIX}"


def by_hand_name(now_ms: int) -> str:
    return f"sidecast-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%S}Z{SUFFIX}"


def checked(name: str) -> str:
    """`name`, if a backup in the folder can have it.

    Raises:
        KeepError: it cannot; so no name leads out of the folder.
    """
    if not _NAME.fullmatch(name) or ".." in name:
        raise KeepError("No backup has such a name.", f"They end in {SUFFIX}.")
    return name


def listed(folder: Path) -> list[Kept]:
    """Newest first."""
    found = []
    for path in folder.glob(f"*{SUFFIX}") if folder.is_dir() else ():
        match = _OURS.fullmatch(path.name)
        info = path.stat()
        made = int(info.st_mtime * 1000)
        if match:
            made = int(datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp() * 1000)
        if _NAME.fullmatch(path.name) and path.is_file():
            found.append(Kept(path.name, made, info.st_size, match is not None))
    return sorted(found, key=lambda kept: (-kept.made_ms, kept.name))


def due_ms(kept: Iterable[Kept], now_ms: int) -> int:
    """When the next daily one is due (Unix ms); in the past: now. A clock that was wrong does not put it off for ever."""
    newest = max((each.made_ms for each in kept if each.daily and each.made_ms <= now_ms), default=None)
    return now_ms if newest is None else newest + DAY_MS


def to_drop(kept: Iterable[Kept], keep: int) -> list[Kept]:
    """Daily ones beyond the newest `keep`. Those made by hand stay until a hand deletes them."""
    daily = sorted((each for each in kept if each.daily), key=lambda each: -each.made_ms)
    return daily[keep:]


def gone_by_ms(kept: Iterable[Kept], keep: int, now_ms: int) -> tuple[int | None, int]:
    """When the last daily backup that was made before now is dropped, if the show runs every day, and how many backups made by
    hand hold what is erased now for as long as somebody keeps them."""
    kept = list(kept)
    daily = [each.made_ms for each in kept if each.daily]
    by_hand = sum(not each.daily for each in kept)
    return (max(daily) + keep * DAY_MS if daily else None), by_hand
