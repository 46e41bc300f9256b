"""One account's place: what is kept of it, how it is, and what may be shown of it. Pure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from ..flow.twitch import Account, Identity
from ..worker.backoff import Backoff
from .hidden import Hidden
from .kept import Kept


class State(StrEnum):
    NONE = "none"
    """Nobody is logged in."""
    GOOD = "good"
    OFFLINE = "offline"
    """Twitch's log-in does not answer, or not as it should; what is known is used, and it is asked again."""
    ENDED = "ended"
    """It was taken back or is over: somebody must log in again."""
    OTHER_CLIENT = "other_client"
    """The tokens belong to another application than the one in the settings."""
    VAULT = "vault"
    """The vault cannot be read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a request needs to be made in an account's name."""

    access: Hidden
    client_id: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown of an account. No token."""

    account: Account
    state: State
    words: str
    """What is wrong and what to do; empty when all is well."""
    who: Identity | None
    scopes: frozenset[str]
    since_ms: int
    checked_ms: int
    """When Twitch last said that it is valid (Unix ms); 0 = not since the start."""


@dataclass(slots=True)
class Slot:
    account: Account
    backoff: Backoff
    kept: Kept | None = None
    state: State = State.NONE
    words: str = ""
    checked_ms: int = 0
    due_ns: int = 0
    """When Twitch is asked next whether it is valid."""
    unsaved: bool = False
    """The vault did not take what is in `kept`; what it has is of no use."""
    renewing: asyncio.Task[None] | None = field(default=None, repr=False)

    def adopt(self, kept: Kept | None, client_id: str) -> None:
        """What the vault has, or a log-in has brought.

        Args:
            client_id: of the application in the settings; empty = none.
        """
        self.kept, self.words, self.due_ns = kept, "", 0
        if kept is None:
            self.state = State.NONE
        elif kept.access is None:
            self.state, self.words = State.ENDED, kept.ended
        elif kept.client_id != client_id:
            self.state = State.OTHER_CLIENT
            self.words = "It was logged in with another client id than the one in the settings. Log in again."
        else:
            self.state = State.GOOD

    def well(self, kept: Kept, wall_ms: int, due_ns: int) -> None:
        """Twitch says that it is valid."""
        self.kept, self.state, self.words = kept, State.GOOD, ""
        self.checked_ms, self.due_ns = wall_ms, due_ns
        self.backoff.succeeded()

    @property
    def live(self) -> Kept | None:
        """What is kept, if it can be used."""
        return (
            self.kept if self.kept is not None and self.kept.access is not None and self.state is not State.OTHER_CLIENT else None
        )

    @property
    def ticket(self) -> Pass | None:
        kept = self.live
        if kept is None or kept.access is None:
            return None
        return Pass(access=kept.access, client_id=kept.client_id, user_id=kept.who.user_id)

    @property
    def shown(self) -> Shown:
        kept = self.kept
        return Shown(
            account=self.account,
            state=self.state,
            words=self.words,
            who=kept.who if kept else None,
            scopes=kept.scopes if kept else frozenset(),
            since_ms=kept.since_ms if kept else 0,
            checked_ms=self.checked_ms,
        )
