"""Which poll and prediction run, and whether the shield is up: asked of Twitch, at most every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ...clock import Clock
from ...flow.acting import Option, Vote
from ...flow.twitch import Account, Answer, TwitchApi
from .performing import first_row

FRESH_S = 2.0


class Running:
    """Remembers an answer for a moment, so that many pages are one question."""

    def __init__(self, api: TwitchApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[str, tuple[int, Answer]] = {}

    def changed(self) -> None:
        """Something was done: what is known is old."""
        self._known.clear()

    async def poll(self, channel_id: str) -> Vote | None:
        return poll_in(first_row(await self._ask("polls", {"broadcaster_id": channel_id, "first": "1"})))

    async def prediction(self, channel_id: str) -> Vote | None:
        return prediction_in(first_row(await self._ask("predictions", {"broadcaster_id": channel_id, "first": "1"})))

    async def shield(self, channel_id: str) -> bool | None:
        row = first_row(await self._ask("moderation/shield_mode", {"broadcaster_id": channel_id, "moderator_id": channel_id}))
        on = row.get("is_active")
        return on if isinstance(on, bool) else None

    async def _ask(self, path: str, query: dict[str, str]) -> Answer:
        now_ns = self._clock.now_ns()
        known = self._known.get(path)
        if known is not None and now_ns - known[0] < FRESH_S * 1e9:
            return known[1]
        answer = await self._api.call("GET", path, account=Account.BROADCASTER, query=query)
        self._known[path] = (self._clock.now_ns(), answer)
        return answer


def poll_in(row: Mapping[str, Any]) -> Vote | None:
    """What Helix says of the latest poll; None when it is over. https://dev.twitch.tv/docs/api/reference/#get-polls"""
    if row.get("status") != "ACTIVE":
        return None
    options = tuple(_option(each, "votes") for each in _rows(row, "choices"))
    return Vote(id=_text(row, "id"), title=_text(row, "title"), options=options, until_ms=_ends_ms(row, "started_at", "duration"))


def prediction_in(row: Mapping[str, Any]) -> Vote | None:
    """The same of a prediction. https://dev.twitch.tv/docs/api/reference/#get-predictions"""
    if row.get("status") not in ("ACTIVE", "LOCKED"):
        return None
    return Vote(
        id=_text(row, "id"),
        title=_text(row, "title"),
        options=tuple(_option(each, "users") for each in _rows(row, "outcomes")),
        locked=row["status"] == "LOCKED",
        until_ms=_ends_ms(row, "created_at", "prediction_window"),
    )


def _option(row: Mapping[str, Any], count: str) -> Option:
    return Option(
        id=_text(row, "id"), title=_text(row, "title"), count=_number(row, count), points=_number(row, "channel_points")
    )


def _rows(row: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = row.get(key)
    return [each for each in found if isinstance(each, Mapping)][:10] if isinstance(found, list) else []


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value[:200] if isinstance(value, str) else ""


def _number(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key)
    return value if isinstance(value, int) and 0 <= value < 2**53 else 0


def _ends_ms(row: Mapping[str, Any], begun: str, lasts: str) -> int:
    try:
        at = datetime.fromisoformat(_text(row, begun)).astimezone(UTC) + timedelta(seconds=_number(row, lasts))
    except (ValueError, OverflowError):
        return 0
    return round(at.timestamp() * 1000)
