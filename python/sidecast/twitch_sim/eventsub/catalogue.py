"""Which subscription types there are, and what one needs to subscribe.

Source: https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

B, M, U = "broadcaster_user_id", "moderator_user_id", "user_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type in one version."""

    condition: tuple[str, ...]
    """Keys that a subscription's condition must have."""
    optional: tuple[str, ...] = ()
    """Keys that it may have."""
    scopes: tuple[str, ...] = ()
    """The token has one of these; none needed where empty."""
    more: tuple[str, ...] = ()
    """And one of each of these groups, written `a|b`."""
    reader: str = ""
    """The key whose user the token must belong to; empty = anybody's token will do."""
    free: bool = False
    """Costs nothing whoever's token it is."""


def _chat() -> Kind:
    return Kind(condition=(B, U), scopes=("user:read:chat",), reader=U)


def _by_moderator(*scopes: str) -> Kind:
    return Kind(condition=(B, M), scopes=scopes, reader=M)


def _by_streamer(*scopes: str, optional: tuple[str, ...] = ()) -> Kind:
    return Kind(condition=(B,), optional=optional, scopes=scopes, reader=B)


def _versions(names: Iterable[str], version: str, kind: Kind) -> dict[tuple[str, str], Kind]:
    return {(name, version): kind for name in names}


_BOTH = ("banned_users", "blocked_terms", "chat_settings", "chat_messages", "unban_requests", "warnings")
_MODERATE = (
    *(f"moderator:read:{name}|moderator:manage:{name}" for name in _BOTH),
    "moderator:read:moderators",
    "moderator:read:vips",
)

CATALOGUE: Mapping[tuple[str, str], Kind] = {
    **_versions(
        (
            "channel.chat.message",
            "channel.chat.message_delete",
            "channel.chat.clear",
            "channel.chat.clear_user_messages",
            "channel.chat.notification",
            "channel.chat_settings.update",
            "channel.chat.user_message_hold",
            "channel.chat.user_message_update",
        ),
        "1",
        _chat(),
    ),
    **_versions(("automod.message.hold", "automod.message.update"), "2", _by_moderator("moderator:manage:automod")),
    **_versions(("automod.message.hold", "automod.message.update"), "1", _by_moderator("moderator:manage:automod")),
    ("channel.moderate", "2"): Kind(condition=(B, M), more=_MODERATE, reader=M),
    ("channel.moderate", "1"): Kind(condition=(B, M), more=tuple(each for each in _MODERATE if "warnings" not in each), reader=M),
    ("channel.ban", "1"): _by_streamer("channel:moderate"),
    ("channel.unban", "1"): _by_streamer("channel:moderate"),
    ("channel.moderator.add", "1"): _by_streamer("moderation:read"),
    ("channel.moderator.remove", "1"): _by_streamer("moderation:read"),
    ("channel.vip.add", "1"): _by_streamer("channel:read:vips", "channel:manage:vips"),
    ("channel.vip.remove", "1"): _by_streamer("channel:read:vips", "channel:manage:vips"),
    **_versions(
        ("channel.warning.send", "channel.warning.acknowledge"),
        "1",
        _by_moderator("moderator:read:warnings", "moderator:manage:warnings"),
    ),
    **_versions(
        ("channel.suspicious_user.message", "channel.suspicious_user.update"),
        "1",
        _by_moderator("moderator:read:suspicious_users"),
    ),
    **_versions(
        ("channel.shield_mode.begin", "channel.shield_mode.end"),
        "1",
        _by_moderator("moderator:read:shield_mode", "moderator:manage:shield_mode"),
    ),
    **_versions(
        ("channel.shoutout.create", "channel.shoutout.receive"),
        "1",
        _by_moderator("moderator:read:shoutouts", "moderator:manage:shoutouts"),
    ),
    ("channel.follow", "2"): _by_moderator("moderator:read:followers"),
    **_versions(
        ("channel.subscribe", "channel.subscription.end", "channel.subscription.gift", "channel.subscription.message"),
        "1",
        _by_streamer("channel:read:subscriptions"),
    ),
    ("channel.cheer", "1"): _by_streamer("bits:read"),
    ("channel.bits.use", "1"): _by_streamer("bits:read"),
    ("channel.raid", "1"): Kind(condition=(), optional=("from_broadcaster_user_id", "to_broadcaster_user_id"), free=True),
    **_versions(
        (
            "channel.channel_points_custom_reward.add",
            "channel.channel_points_custom_reward.update",
            "channel.channel_points_custom_reward.remove",
            "channel.channel_points_custom_reward_redemption.add",
            "channel.channel_points_custom_reward_redemption.update",
        ),
        "1",
        _by_streamer("channel:read:redemptions", "channel:manage:redemptions", optional=("reward_id",)),
    ),
    **_versions(
        ("channel.channel_points_automatic_reward_redemption.add",),
        "2",
        _by_streamer("channel:read:redemptions", "channel:manage:redemptions"),
    ),
    **_versions(
        ("channel.poll.begin", "channel.poll.progress", "channel.poll.end"),
        "1",
        _by_streamer("channel:read:polls", "channel:manage:polls"),
    ),
    **_versions(
        ("channel.prediction.begin", "channel.prediction.progress", "channel.prediction.lock", "channel.prediction.end"),
        "1",
        _by_streamer("channel:read:predictions", "channel:manage:predictions"),
    ),
    **_versions(
        ("channel.hype_train.begin", "channel.hype_train.progress", "channel.hype_train.end"),
        "2",
        _by_streamer("channel:read:hype_train"),
    ),
    ("channel.ad_break.begin", "1"): _by_streamer("channel:read:ads"),
    **_versions(
        ("channel.shared_chat.begin", "channel.shared_chat.update", "channel.shared_chat.end"), "1", Kind(condition=(B,))
    ),
    **_versions(("channel.goal.begin", "channel.goal.progress", "channel.goal.end"), "1", _by_streamer("channel:read:goals")),
    **_versions(
        ("channel.unban_request.create", "channel.unban_request.resolve"),
        "1",
        _by_moderator("moderator:read:unban_requests", "moderator:manage:unban_requests"),
    ),
    **_versions(
        ("channel.charity_campaign.donate", "channel.charity_campaign.start", "channel.charity_campaign.stop"),
        "1",
        _by_streamer("channel:read:charity"),
    ),
    ("automod.settings.update", "1"): _by_moderator("moderator:read:automod_settings"),
    ("automod.terms.update", "1"): _by_moderator("moderator:manage:automod"),
    ("channel.update", "2"): Kind(condition=(B,)),
    ("stream.online", "1"): Kind(condition=(B,)),
    ("stream.offline", "1"): Kind(condition=(B,)),
    ("user.update", "1"): Kind(condition=(U,)),
}


def missing_scope(kind: Kind, scopes: frozenset[str]) -> bool:
    """True: a token with these scopes may not subscribe."""
    if kind.scopes and not scopes & set(kind.scopes):
        return True
    return any(not scopes & set(group.split("|")) for group in kind.more)


def fits(condition: Mapping[str, str], event: Mapping[str, object]) -> bool:
    """Whether a subscription with that condition hears of an event of its type.

    `moderator_user_id` and a chat's `user_id` say who reads, and are no part of the event.
    """
    reads = (B, "from_broadcaster_user_id", "to_broadcaster_user_id")
    for key in reads:
        if condition.get(key) and event.get(key) != condition[key]:
            return False
    if wanted := condition.get("reward_id"):
        reward = event.get("reward")
        found = reward.get("id") if isinstance(reward, Mapping) else event.get("id")
        return found == wanted
    return B in condition or any(condition.get(key) for key in reads) or event.get(U) == condition.get(U)
