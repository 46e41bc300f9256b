"""Who has subscribed to what on which session, and what Twitch refuses. Pure.

Source: https://dev.twitch.tv/docs/api/reference/#create-eventsub-subscription
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..ids import Ids, stamp
from ..oauth.grants import Token
from ..refusal import Refused
from ..world.world import World
from .catalogue import CATALOGUE, Kind, fits, missing_scope
from .told import Told

PER_SESSION = 300
TRANSPORTS = 3
"""Sessions with subscriptions that one user of one app may have."""
COST = 10
"""What subscriptions without the consent of whom they are about may cost in all."""
REMEMBERED = 1000
"""Ended subscriptions that are still listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    id: str
    type: str
    version: str
    condition: Mapping[str, str]
    session_id: str
    client_id: str
    user_id: str
    """Of the token that made it."""
    created_ms: int
    cost: int
    status: str = "enabled"

    def shape(self) -> dict[str, Any]:
        """As Helix and the envelope of a notification show it."""
        return {
            "id": self.id,
            "status": self.status,
            "type": self.type,
            "version": self.version,
            "condition": dict(self.condition),
            "transport": {"method": "websocket", "session_id": self.session_id},
            "created_at": stamp(self.created_ms),
            "cost": self.cost,
        }


class Subscriptions:
    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._ids = ids
        self._live: dict[str, Subscription] = {}
        self._ended: dict[str, Subscription] = {}

    def add(self, token: Token, asked: Mapping[str, Any], sessions: Mapping[str, str]) -> Subscription:
        """Args: sessions: those that are open, each with the `client_id:user_id` that uses it (empty: nobody yet).

        Raises:
            Refused: with the status and the words of Twitch.
        """
        kind, condition, session_id = self._read(asked)
        if not token.user_id:
            raise Refused(400, "invalid transport and auth combination")
        owner = f"{token.client_id}:{token.user_id}"
        if sessions.get(session_id) is None or sessions[session_id] not in {"", owner}:
            raise Refused(400, "websocket transport session does not exist or has already disconnected")
        self._check_right(token, kind, condition)
        version = str(asked["version"])
        here = [each for each in self._live.values() if each.session_id == session_id]
        if any(each.type == asked["type"] and each.version == version and each.condition == condition for each in here):
            raise Refused(409, "subscription already exists")
        mine = [each for each in self._live.values() if f"{each.client_id}:{each.user_id}" == owner]
        if len({each.session_id for each in mine} | {session_id}) > TRANSPORTS:
            raise Refused(429, "number of websocket transports limit exceeded")
        cost = int(not kind.free and not self._consented(token, condition))
        if len(here) >= PER_SESSION or sum(each.cost for each in mine) + cost > COST:
            raise Refused(429, "number of subscriptions limit exceeded" if not cost else "total cost limit exceeded")
        subscription = Subscription(
            id=self._ids.uuid(),
            type=str(asked["type"]),
            version=version,
            condition=condition,
            session_id=session_id,
            client_id=token.client_id,
            user_id=token.user_id,
            created_ms=self._world.now_ms(),
            cost=cost,
        )
        self._live[subscription.id] = subscription
        return subscription

    def _read(self, asked: Mapping[str, Any]) -> tuple[Kind, dict[str, str], str]:
        kind_name, version, condition, transport = (asked.get(key) for key in ("type", "version", "condition", "transport"))
        if not isinstance(kind_name, str) or not isinstance(condition, Mapping) or not isinstance(transport, Mapping):
            raise Refused(400, "missing or unparseable subscription")
        kind = CATALOGUE.get((kind_name, str(version)))
        if kind is None:
            raise Refused(400, "invalid subscription type and version")
        if transport.get("method") != "websocket":
            raise Refused(400, "the simulator knows only the transport method websocket")
        if not isinstance(transport.get("session_id"), str):
            raise Refused(400, "missing session_id in transport")
        given = {str(key): str(value) for key, value in condition.items() if value}
        known = {*kind.condition, *kind.optional}
        if not set(kind.condition) <= set(given) <= known or not given:
            raise Refused(400, "invalid condition")
        return kind, given, str(transport["session_id"])

    def _check_right(self, token: Token, kind: Kind, condition: Mapping[str, str]) -> None:
        world = self._world
        not_his = bool(kind.reader) and condition[kind.reader] != token.user_id
        if not_his or missing_scope(kind, frozenset(token.scopes)):
            raise Refused(403, "subscription missing proper authorization")
        channel, reader = world.by_id(condition.get("broadcaster_user_id", "")), world.by_id(token.user_id)
        if "broadcaster_user_id" in condition and channel is None:
            raise Refused(400, "invalid condition: no such broadcaster")
        if kind.reader != "moderator_user_id" or channel is None or reader is None:
            return
        if not world.room(channel).standing.may_moderate(reader, channel):
            raise Refused(403, "subscription missing proper authorization")

    def _consented(self, token: Token, condition: Mapping[str, str]) -> bool:
        """A subscription about who has authorised the app costs nothing."""
        return token.user_id in condition.values()

    def remove(self, subscription_id: str, token: Token) -> bool:
        """By whom it belongs to. False: there is no such one."""
        kept = self._live if subscription_id in self._live else self._ended
        found = kept.get(subscription_id)
        if found is None or found.client_id != token.client_id or (token.user_id and found.user_id != token.user_id):
            return False
        del kept[subscription_id]
        return True

    def end(self, status: str, *, session_id: str = "", user_id: str = "", kind: str = "") -> list[Subscription]:
        """Ends all to which everything given applies, and returns them with their new status."""
        hit = [
            each
            for each in self._live.values()
            if session_id in {"", each.session_id} and user_id in {"", each.user_id} and kind in {"", each.type}
        ]
        ended = [replace(each, status=status) for each in hit]
        for each in ended:
            del self._live[each.id]
            self._ended[each.id] = each
            if len(self._ended) > REMEMBERED:
                del self._ended[next(iter(self._ended))]
        return ended

    def hearing(self, told: Told) -> list[Subscription]:
        """Those that are to be told."""
        return [
            each
            for each in self._live.values()
            if each.type == told.type and each.version == told.version and fits(each.condition, told.event)
        ]

    def of_session(self, session_id: str) -> list[Subscription]:
        return [each for each in self._live.values() if each.session_id == session_id]

    def owned(self, token: Token) -> list[Subscription]:
        """All that Helix lists for the token, ended ones too."""
        every = [*self._live.values(), *self._ended.values()]
        return [each for each in every if each.client_id == token.client_id and token.user_id in {"", each.user_id}]
