"""What is asked of EventSub: types, versions, conditions, and the scopes that each needs.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types

All of it is asked in the broadcaster's name: one EventSub socket serves one user's subscriptions only, and a broadcaster may
read everything of their own channel, as a moderator may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...flow.twitch import Account


@dataclass(frozen=True, slots=True)
class Ids:
    """Whom a subscription is about, by Twitch's numeric ids."""

    channel: str
    """Of the broadcaster whose channel is read."""
    reader: str
    """Of the account that reads: the broadcaster's own, or a moderator's."""


Condition = Callable[[Ids], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    type: str
    version: str
    condition: Condition
    scopes: frozenset[str] = frozenset()
    """All of them are needed; `…:manage:…` does where `…:read:…` is asked for."""
    account: Account = Account.BROADCASTER

    def allowed(self, granted: frozenset[str]) -> bool:
        """Would Twitch accept it with a token of these scopes?"""
        return not self.missing(granted)

    def missing(self, granted: frozenset[str]) -> frozenset[str]:
        return frozenset(
            scope for scope in self.scopes if scope not in granted and scope.replace(":read:", ":manage:") not in granted
        )


def _channel(ids: Ids) -> dict[str, str]:
    return {"broadcaster_user_id": ids.channel}


def _chat(ids: Ids) -> dict[str, str]:
    return {"broadcaster_user_id": ids.channel, "user_id": ids.reader}


def _moderator(ids: Ids) -> dict[str, str]:
    return {"broadcaster_user_id": ids.channel, "moderator_user_id": ids.reader}


def _raided(ids: Ids) -> dict[str, str]:
    return {"to_broadcaster_user_id": ids.channel}


_CHAT = "user:read:chat"
_AUTOMOD = "moderator:manage:automod"
_SUBS = "channel:read:subscriptions"
_ACTS = tuple(
    f"moderator:read:{what}"
    for what in (
        "blocked_terms",
        "chat_settings",
        "unban_requests",
        "banned_users",
        "chat_messages",
        "warnings",
        "moderators",
        "vips",
    )
)
_PARTS: Mapping[str, tuple[str, ...]] = {
    "poll": ("begin", "progress", "end"),
    "prediction": ("begin", "progress", "lock", "end"),
    "hype_train": ("begin", "progress", "end"),
}


def _wanted(type_: str, condition: Condition, *scopes: str, version: str = "1") -> Wanted:
    return Wanted(type_, version, condition, frozenset(scopes))


def _parts(name: str, scope: str, version: str = "1") -> tuple[Wanted, ...]:
    return tuple(_wanted(f"channel.{name}.{part}", _channel, scope, version=version) for part in _PARTS[name])


WANTED: tuple[Wanted, ...] = (
    _wanted("channel.chat.message", _chat, _CHAT),
    _wanted("channel.chat.message_delete", _chat, _CHAT),
    _wanted("channel.chat.clear", _chat, _CHAT),
    _wanted("channel.chat.clear_user_messages", _chat, _CHAT),
    _wanted("channel.chat.notification", _chat, _CHAT),
    _wanted("channel.chat_settings.update", _chat, _CHAT),
    _wanted("automod.message.hold", _moderator, _AUTOMOD, version="2"),
    _wanted("automod.message.update", _moderator, _AUTOMOD, version="2"),
    _wanted("channel.moderate", _moderator, *_ACTS, version="2"),
    _wanted("channel.raid", _raided),
    _wanted("channel.follow", _moderator, "moderator:read:followers", version="2"),
    _wanted("channel.subscribe", _channel, _SUBS),
    _wanted("channel.subscription.gift", _channel, _SUBS),
    _wanted("channel.subscription.message", _channel, _SUBS),
    _wanted("channel.cheer", _channel, "bits:read"),
    _wanted("channel.suspicious_user.message", _moderator, "moderator:read:suspicious_users"),
    _wanted("channel.shield_mode.begin", _moderator, "moderator:read:shield_mode"),
    _wanted("channel.shield_mode.end", _moderator, "moderator:read:shield_mode"),
    _wanted("channel.channel_points_custom_reward_redemption.add", _channel, "channel:read:redemptions"),
    *_parts("poll", "channel:read:polls"),
    *_parts("prediction", "channel:read:predictions"),
    *_parts("hype_train", "channel:read:hype_train", version="2"),
    _wanted("channel.ad_break.begin", _channel, "channel:read:ads"),
    _wanted("channel.shoutout.receive", _moderator, "moderator:read:shoutouts"),
    _wanted("stream.online", _channel),
    _wanted("stream.offline", _channel),
)
"""The chat first: it is what cannot be missed, and Twitch allows ten seconds from the welcome to the first subscription."""
