"""Twitch's time stamps: `2024-05-14T12:31:47.995298776Z`, with none to nine digits after the point."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_SECOND = len("2024-05-14T12:31:47")


def stamp_ms(value: Any) -> int | None:
    """Unix milliseconds; None for what is no time stamp (RFC 3339, in UTC as Twitch writes them) after 1970."""
    if not isinstance(value, str) or len(value) > 40 or value[-1:] != "Z":
        return None
    second = _second_ms(value[:_SECOND])
    if second is None:
        return None
    fraction = value[_SECOND + 1 : -1]
    if not fraction:
        return second if len(value) == _SECOND + 1 else None
    if value[_SECOND] != "." or not fraction.isdigit() or not fraction.isascii():
        return None
    return second + int((fraction + "00")[:3])


@lru_cache(maxsize=64)
def _second_ms(text: str) -> int | None:
    """Messages of one second share it."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment.year >= 1970 else None
