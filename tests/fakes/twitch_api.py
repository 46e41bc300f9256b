"""Helix without a network: answers as it is told, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecast.clock import Clock
from sidecast.flow.twitch import Account, Answer, Identity
from sidecast.twitch.scopes import FEATURES

STREAMER = Identity(user_id="1000", login="mira", name="Mira")
BOT = Identity(user_id="2000", login="kit_bot", name="Kit")
ALL_SCOPES = frozenset(scope for wants in FEATURES for scopes in wants.scopes.values() for scope in scopes)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call."""

    method: str
    path: str
    account: Account
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    at_ns: int = 0


@dataclass
class FakeTwitchApi:
    """Both accounts are logged in and may do everything, unless a test says otherwise."""

    clock: Clock | None = None
    identities: dict[Account, Identity] = field(default_factory=lambda: {Account.BROADCASTER: STREAMER, Account.BOT: BOT})
    granted: dict[Account, frozenset[str]] = field(default_factory=lambda: dict.fromkeys(Account, ALL_SCOPES))
    answers: list[Answer] = field(default_factory=list)
    """The next ones, in turn; after that everything succeeds."""
    respond: Callable[[Asked], Answer] | None = None
    """In place of the usual success."""
    takes_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    def identity(self, account: Account) -> Identity | None:
        return self.identities.get(account)

    def scopes(self, account: Account) -> frozenset[str]:
        return self.granted.get(account, frozenset())

    @property
    def changes(self) -> list[Asked]:
        """Everything but questions."""
        return [each for each in self.asked if each.method != "GET"]

    async def call(
        self,
        method: str,
        path: str,
        *,
        account: Account,
        query: Mapping[str, str | list[str]] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        asked = Asked(method, path, account, dict(query or {}), dict(body or {}), self.clock.now_ns() if self.clock else 0)
        self.asked.append(asked)
        if self.takes_s and self.clock:
            await self.clock.sleep(self.takes_s)
        if self.answers:
            return self.answers.pop(0)
        return self.respond(asked) if self.respond else self._success(asked)

    def _success(self, asked: Asked) -> Answer:
        number = len(self.asked)
        if asked.path == "chat/messages":
            return Answer(status=200, data={"data": [{"message_id": f"m-{number}", "is_sent": True}]})
        if asked.path in {"polls", "predictions"} and asked.method == "POST":
            return Answer(status=200, data={"data": [{"id": f"v-{number}", "status": "ACTIVE"}]})
        if asked.method == "GET":
            return Answer(status=200, data={"data": []})
        return Answer(status=204)
