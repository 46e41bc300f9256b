"""What happens → the notifications that Twitch makes of it, with their payloads.

Source: https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..ids import stamp
from ..world.happenings import (
    Banned,
    Cleared,
    Deleted,
    Happening,
    Message,
    Noticed,
    Occurred,
    Said,
    SettingsChanged,
    Unbanned,
)
from ..world.shapes import badge_shapes, named, piece_shapes

_NOTICES = (
    "sub",
    "resub",
    "sub_gift",
    "community_sub_gift",
    "gift_paid_upgrade",
    "prime_paid_upgrade",
    "pay_it_forward",
    "raid",
    "unraid",
    "announcement",
    "bits_badge_tier",
    "charity_donation",
    "modiversary",
    "watch_streak",
    "shared_chat_sub",
    "shared_chat_resub",
    "shared_chat_sub_gift",
    "shared_chat_community_sub_gift",
    "shared_chat_gift_paid_upgrade",
    "shared_chat_prime_paid_upgrade",
    "shared_chat_pay_it_forward",
    "shared_chat_raid",
    "shared_chat_announcement",
    "shared_chat_modiversary",
)
"""All but one of these are null in a `channel.chat.notification`."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of one subscription type."""

    type: str
    version: str
    event: Mapping[str, Any]


def told(happening: Happening) -> tuple[Told, ...]:
    """In the order in which Twitch sends them."""
    match happening:
        case Said():
            return (Told("channel.chat.message", "1", _message(happening)),)
        case Deleted():
            event = {**named(happening.channel, "broadcaster_user"), **named(happening.message.author, "target_user")}
            return (Told("channel.chat.message_delete", "1", {**event, "message_id": happening.message.id}),)
        case Cleared():
            return (Told("channel.chat.clear", "1", named(happening.channel, "broadcaster_user")),)
        case Banned():
            return _banned(happening)
        case Unbanned():
            return (Told("channel.unban", "1", _unbanned(happening)),)
        case Noticed():
            return (Told("channel.chat.notification", "1", _notice(happening)),)
        case SettingsChanged():
            return (Told("channel.chat_settings.update", "1", _settings(happening)),)
        case Occurred():
            return (Told(happening.type, happening.version, happening.event),)


def _message(said: Said) -> dict[str, Any]:
    message = said.message
    shared = message.source is not None
    return {
        **named(said.channel, "broadcaster_user"),
        **named(message.source, "source_broadcaster_user"),
        **named(message.author, "chatter_user"),
        "message_id": message.id,
        "source_message_id": message.source_id if shared else None,
        "is_source_only": False if shared else None,
        # the text of a /me has its marks, its fragments have not
        "message": {
            "text": f"\x01ACTION {message.text}\x01" if message.action else message.text,
            "fragments": piece_shapes(message.pieces),
        },
        "color": message.author.colour,
        "badges": badge_shapes(message.badges),
        "source_badges": badge_shapes(message.source_badges) if shared else None,
        "message_type": message.kind,
        "cheer": {"bits": message.bits} if message.bits else None,
        "reply": _reply(message.reply_to, message.thread) if message.reply_to else None,
        "channel_points_custom_reward_id": message.reward_id or None,
        "channel_points_animation_id": None,
    }


def _reply(parent: Message, thread: Message | None) -> dict[str, Any]:
    first = thread or parent
    return {
        "parent_message_id": parent.id,
        "parent_message_body": parent.text,
        **named(parent.author, "parent_user"),
        "thread_message_id": first.id,
        **named(first.author, "thread_user"),
    }


def _banned(banned: Banned) -> tuple[Told, ...]:
    channel = named(banned.channel, "broadcaster_user")
    ban = {
        **named(banned.user, "user"),
        **channel,
        **named(banned.moderator, "moderator_user"),
        "reason": banned.reason,
        "banned_at": stamp(banned.at_ms),
        "ends_at": stamp(banned.ends_ms) if banned.ends_ms is not None else None,
        "is_permanent": banned.ends_ms is None,
    }
    cleared = {**channel, **named(banned.user, "target_user")}
    return Told("channel.chat.clear_user_messages", "1", cleared), Told("channel.ban", "1", ban)


def _unbanned(unbanned: Unbanned) -> dict[str, Any]:
    return {
        **named(unbanned.user, "user"),
        **named(unbanned.channel, "broadcaster_user"),
        **named(unbanned.moderator, "moderator_user"),
    }


def _notice(notice: Noticed) -> dict[str, Any]:
    return {
        **named(notice.channel, "broadcaster_user"),
        **named(None, "source_broadcaster_user"),
        **named(notice.author, "chatter_user"),
        "chatter_is_anonymous": notice.author is None,
        "color": notice.author.colour if notice.author else "",
        "badges": badge_shapes(notice.badges),
        "source_badges": None,
        "system_message": notice.system_message,
        "message_id": notice.id,
        "source_message_id": None,
        "message": {"text": notice.text, "fragments": piece_shapes(notice.pieces)},
        "notice_type": notice.kind,
        **dict.fromkeys(_NOTICES),
        notice.kind: dict(notice.details),
    }


def _settings(changed: SettingsChanged) -> dict[str, Any]:
    settings = changed.settings
    return {
        **named(changed.channel, "broadcaster_user"),
        "emote_mode": settings.emote_only,
        "follower_mode": settings.followers_minutes is not None,
        "follower_mode_duration_minutes": settings.followers_minutes,
        "slow_mode": settings.slow_seconds is not None,
        "slow_mode_wait_time_seconds": settings.slow_seconds,
        "subscriber_mode": settings.subs_only,
        "unique_chat_mode": settings.unique,
    }
