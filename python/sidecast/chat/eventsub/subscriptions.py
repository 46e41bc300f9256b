"""One subscription asked for, and what Twitch's answer means; the list of those that there are, and taking one away.

https://dev.twitch.tv/docs/api/reference/#create-eventsub-subscription
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from ...errors import SidecastError
from ...flow.twitch import Account, Answer, TwitchApi
from .wanted import Ids, Wanted

PATH = "eventsub/subscriptions"
PAGES = 5
"""Of the list, 100 each; an account has at most 300 subscriptions a socket, and this program some thirty."""


class Outcome(Enum):
    LIVE = auto()
    LATER = auto()
    """Twitch or the network failed; to be asked again soon."""
    SLOWER = auto()
    """Too much was asked at once, or too many sockets are open."""
    FORBIDDEN = auto()
    LOGGED_OUT = auto()
    DEAD = auto()
    """Twitch knows no such session (any more)."""
    REFUSED = auto()
    """It will be refused again: a version that has gone, a condition that does not hold."""


@dataclass(frozen=True, slots=True)
class Existing:
    id: str
    type: str
    status: str
    session_id: str


class Subscriptions:
    def __init__(self, api: TwitchApi, account: Account) -> None:
        self._api = api
        self._account = account

    async def ask(self, wanted: Wanted, ids: Ids, session_id: str) -> tuple[Outcome, str]:
        """What became of it, and Twitch's own words for a refusal."""
        body = {
            "type": wanted.type,
            "version": wanted.version,
            "condition": wanted.condition(ids),
            "transport": {"method": "websocket", "session_id": session_id},
        }
        try:
            answer = await self._api.call("POST", PATH, account=self._account, body=body)
        except SidecastError as error:  # a vault that is locked for a moment must not end the chat
            return Outcome.LATER, error.what
        return meaning(answer), answer.message

    async def existing(self) -> list[Existing] | None:
        """All of this account's; None when Twitch does not tell."""
        found: list[Existing] = []
        query: dict[str, str | list[str]] = {}
        for _ in range(PAGES):
            answer = await self._api.call("GET", PATH, account=self._account, query=query)
            if not answer.ok:
                return None
            listed = answer.data.get("data")
            found += [one for value in (listed if isinstance(listed, list) else []) if (one := _existing(value)) is not None]
            pagination = answer.data.get("pagination")
            cursor = pagination.get("cursor") if isinstance(pagination, Mapping) else None
            if not isinstance(cursor, str) or not cursor:
                break
            query = {"after": cursor}
        return found

    async def remove(self, subscription_id: str) -> bool:
        answer = await self._api.call("DELETE", PATH, account=self._account, query={"id": subscription_id})
        return answer.ok or answer.status == 404


def meaning(answer: Answer) -> Outcome:
    """Of an answer to a request for a subscription."""
    if answer.ok or answer.status == 409:  # it exists: an earlier request whose answer was lost
        return Outcome.LIVE
    if answer.status == 400:
        words = answer.message.lower()
        return Outcome.DEAD if "session" in words or "transport" in words else Outcome.REFUSED
    if 405 <= answer.status < 500 and answer.status not in {408, 425, 429}:
        return Outcome.REFUSED
    return {401: Outcome.LOGGED_OUT, 403: Outcome.FORBIDDEN, 404: Outcome.REFUSED, 429: Outcome.SLOWER}.get(
        answer.status, Outcome.LATER
    )


def _existing(value: Any) -> Existing | None:
    if not isinstance(value, Mapping):
        return None
    transport = value.get("transport")
    session_id = transport.get("session_id") if isinstance(transport, Mapping) else None
    fields = (value.get("id"), value.get("type"), value.get("status"))
    if not all(isinstance(each, str) for each in fields):
        return None
    return Existing(str(fields[0]), str(fields[1]), str(fields[2]), session_id if isinstance(session_id, str) else "")
