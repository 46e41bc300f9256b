"""What is kept of an account: who it is, its tokens, what they allow. In the vault, and nowhere else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..errors import TwitchError
from ..flow.twitch import Account, Identity
from .hidden import Hidden, hidden

CLIENT_SECRET = "twitch.client_secret"  # noqa: S105 - its name in the vault
NAMES = {Account.BROADCASTER: "twitch.broadcaster", Account.BOT: "twitch.bot"}
"""In the vault. One secret an account, so that a pair of tokens is replaced whole or not at all."""
ITS_OWN = "id.twitch.tv"
"""Where Twitch's own log-in is. Those of another server, such as a rehearsal's, are kept under names of their own."""
MAX_SCOPES = 200
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the id server gives: a pair of tokens and what they allow."""

    access: Hidden
    refresh: Hidden | None
    scopes: frozenset[str]
    expires_in_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One account. Without tokens: it was logged in, and must log in again."""

    who: Identity
    client_id: str
    """For which application the tokens were given; another one cannot use them."""
    scopes: frozenset[str] = frozenset()
    access: Hidden | None = None
    refresh: Hidden | None = None
    since_ms: int = 0
    """When it was logged in (Unix ms)."""
    renewed_ms: int = 0
    """When its tokens were last replaced (Unix ms)."""
    expires_ms: int = 0
    """When the access token ends (Unix ms)."""
    ended: str = ""
    """Why its tokens are gone, in words; empty while they are not."""

    def renewed(self, grant: Grant, now_ms: int) -> Kept:
        """With another pair of tokens."""
        return replace(
            self,
            access=grant.access,
            refresh=grant.refresh,
            scopes=grant.scopes,
            renewed_ms=now_ms,
            expires_ms=now_ms + grant.expires_in_s * 1000,
            ended="",
        )

    def without_tokens(self, why: str) -> Kept:
        return replace(self, access=None, refresh=None, scopes=frozenset(), expires_ms=0, ended=why)

    def to_text(self) -> str:
        """For the vault alone: the tokens are in it."""
        return json.dumps(
            {
                "user_id": self.who.user_id,
                "login": self.who.login,
                "name": self.who.name,
                "client_id": self.client_id,
                "scopes": sorted(self.scopes),
                "access": self.access.reveal() if self.access else "",
                "refresh": self.refresh.reveal() if self.refresh else "",
                "since_ms": self.since_ms,
                "renewed_ms": self.renewed_ms,
                "expires_ms": self.expires_ms,
                "ended": self.ended,
            }
        )


def kept_from(text: str) -> Kept:
    """
    Raises:
        TwitchError: this is nothing that `Kept.to_text` wrote. The text is not quoted.
    """
    try:
        said: dict[str, Any] = json.loads(text)
        return Kept(
            who=Identity(user_id=str(said["user_id"]), login=str(said["login"]), name=str(said["name"])),
            client_id=str(said["client_id"]),
            scopes=frozenset(map(str, said["scopes"][:MAX_SCOPES])),
            access=hidden(said["access"]),
            refresh=hidden(said["refresh"]),
            since_ms=int(said["since_ms"]),
            renewed_ms=int(said["renewed_ms"]),
            expires_ms=int(said["expires_ms"]),
            ended=str(said["ended"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise TwitchError("What the vault keeps of a Twitch account cannot be read.", "Log in to Twitch again.") from None


def name_of(account: Account, server: str) -> str:
    """In the vault, of an account at a log-in server."""
    if server == ITS_OWN:
        return NAMES[account]
    return f"{NAMES[account]}.at-{_NOT_IN_NAMES.sub('-', server.lower()).strip('-')[:40]}"


class Secrets(Protocol):
    """The vault, as far as this room needs it. It blocks."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str | None) -> None: ...


class Shelf:
    """Where accounts are kept. Each call may raise SidecastError: the vault cannot be used."""

    def __init__(
        self, secrets: Secrets, in_thread: Callable[..., Awaitable[Any]] = asyncio.to_thread, server: str = ITS_OWN
    ) -> None:
        """`server`: host, and port if any, of the log-in."""
        self._secrets = secrets
        self._in_thread = in_thread
        self._server = server

    async def read(self, account: Account) -> Kept | None:
        text: str | None = await self._in_thread(self._secrets.get, name_of(account, self._server))
        return None if text is None else kept_from(text)

    async def write(self, account: Account, kept: Kept | None) -> None:
        """None takes it away."""
        await self._in_thread(self._secrets.set, name_of(account, self._server), None if kept is None else kept.to_text())

    async def client_secret(self) -> Hidden | None:
        """Of an application that has one (a confidential client); None for a public client."""
        return hidden(await self._in_thread(self._secrets.get, CLIENT_SECRET))
