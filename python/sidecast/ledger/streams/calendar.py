"""Local days, weeks and months as numbers that go up by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

DAY_MS = 86_400_000
MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1).toordinal()


def local_offset_min(wall_ms: int) -> int:
    """Local time minus UTC at that moment, on this machine, in minutes."""
    offset = datetime.fromtimestamp(wall_ms / 1000).astimezone().utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def day_of(wall_ms: int, offset_min: int) -> int:
    """Days since 1970-01-01 where the clock shows `offset_min` more than UTC."""
    return (wall_ms + offset_min * MINUTE_MS) // DAY_MS


def week_of(day: int) -> int:
    """Weeks since the Monday before 1970-01-01."""
    return (day + 3) // 7


def month_of(day: int) -> int:
    """Months since January of the year 0."""
    that = date.fromordinal(day + _EPOCH)
    return that.year * 12 + that.month - 1


def first_day_of_week(week: int) -> int:
    return week * 7 - 3


def first_day_of_month(month: int) -> int:
    return date(month // 12, month % 12 + 1, 1).toordinal() - _EPOCH


def iso(day: int) -> str:
    """`2026-11-23`."""
    return date.fromordinal(day + _EPOCH).isoformat()


def day_from_iso(text: str) -> int:
    """Raises ValueError when it is no date."""
    return date.fromisoformat(text).toordinal() - _EPOCH


def local_time(wall_ms: int, offset_min: int) -> str:
    """`2026-11-23 20:04`, as the clock showed it there."""
    zone = timezone(timedelta(minutes=offset_min))
    return datetime.fromtimestamp(wall_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")
