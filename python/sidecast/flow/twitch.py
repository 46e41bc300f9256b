"""What the rooms say to each other about Twitch's web interface (Helix)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Account(StrEnum):
    """In whose name something is asked of Twitch."""

    BROADCASTER = "broadcaster"
    """The streamer, whose channel it is."""
    BOT = "bot"
    """The account that the co-host writes with; may be the streamer's own."""


class Feature(StrEnum):
    """What the streamer can switch on; what each needs of Twitch is in `twitch/scopes.py`. Nothing else is asked for."""

    CHAT = "chat"
    """Hear chat over EventSub, with its badges, replies and removals."""
    THANKS = "thanks"
    """Follows, subscriptions, gifts and cheers."""
    REWARDS = "rewards"
    """Channel-points rewards that are redeemed."""
    POLLS = "polls"
    """Polls and predictions as they run."""
    SHOW = "show"
    """Hype trains, ad breaks, shout-outs."""
    MODERATION = "moderation"
    """What moderators and AutoMod do, so that the host follows."""
    WRITE = "write"
    """Write and reply in chat."""
    MODERATE = "moderate"
    """Delete, time out, warn, shield mode."""
    SHOUT_OUT = "shout_out"
    """Give shout-outs."""
    RUN_POLLS = "run_polls"
    """Start and end polls and predictions."""
    FULFIL = "fulfil"
    """Fulfil or refund rewards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an account is at Twitch."""

    user_id: str
    login: str
    name: str
    """As it is displayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Helix answered; never an exception for a status, for each caller knows what a refusal means to it."""

    status: int
    """HTTP status; 0 = no answer came within the time-out, or nobody listens."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object, or empty."""
    message: str = ""
    """Twitch's own words for a refusal, or why there was no answer. Holds no token."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class TwitchApi(Protocol):
    """Helix in an account's name: keeps to Twitch's pace, refreshes the token once on a 401, has a time-out."""

    def identity(self, account: Account) -> Identity | None:
        """Who is logged in; None = nobody is."""
        ...

    def scopes(self, account: Account) -> frozenset[str]:
        """What its token allows."""
        ...

    async def call(
        self,
        method: str,
        path: str,
        *,
        account: Account,
        query: Mapping[str, str | list[str]] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """`path` is below `/helix`, such as `chat/messages`."""
        ...
