"""Twitch's time stamps: `2024-05-14T12:31:47.995298776Z`, with none to nine digits after the point."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


def stamp_ms(value: Any) -> int | None:
    """Unix milliseconds; None for what is no time stamp (RFC 3339) after 1970."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    match = _STAMP.fullmatch(value)
    if match is None:
        return None
    second = _second_ms(match[1] + (match[3] if match[3] != "Z" else "+00:00"))
    return None if second is None else second + int(((match[2] or "") + "000")[:3])


@lru_cache(maxsize=64)
def _second_ms(text: str) -> int | None:
    """A burst of messages shares its second."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return round(moment.timestamp() * 1000) if moment.year >= 1970 else None
