"""What moderators and AutoMod did → removals, and events for what takes nothing away.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/#channelmoderate-v2
"""

from __future__ import annotations

from ...flow.chat import Author, ChannelEvent, EventKind, Incoming, Role
from ..left_out import LeftOut
from .envelope import Envelope
from .fields import MAX_ID, Fields, needed, number, object_, person, short, text
from .removals import by_moderator, message_deleted

_REMOVES = frozenset({"ban", "timeout", "delete", "clear"})
_TAKES_NOTHING = frozenset(
    {
        "unban",
        "untimeout",
        "mod",
        "unmod",
        "vip",
        "unvip",
        "warn",
        "raid",
        "unraid",
        "slow",
        "slowoff",
        "followers",
        "followersoff",
        "emoteonly",
        "emoteonlyoff",
        "subscribers",
        "subscribersoff",
        "uniquechat",
        "uniquechatoff",
        "add_blocked_term",
        "add_permitted_term",
        "remove_blocked_term",
        "remove_permitted_term",
        "approve_unban_request",
        "deny_unban_request",
    }
)
_ELSEWHERE = "shared_chat_"
_MODERATOR = frozenset({Role.MODERATOR})


def act(event: Fields, envelope: Envelope, arrived_ns: int) -> Incoming | LeftOut:
    """`channel.moderate`. Raises BadItem."""
    action = needed(event, "action")
    if action.startswith(_ELSEWHERE):
        return LeftOut.SHARED_CHAT
    if action in _REMOVES:
        return by_moderator(event, action, envelope, arrived_ns)
    # whom it is done to is left out: the event is the moderator's, and erasing that viewer would not find it
    kind = EventKind.MODERATION if action in _TAKES_NOTHING else EventKind.UNKNOWN
    return _event(
        event,
        envelope,
        arrived_ns,
        kind=kind,
        title=action.replace("_", " "),
        raw_kind=f"{envelope.subscription_type}.{action}",
    )


def looked_at(event: Fields, envelope: Envelope, arrived_ns: int) -> Incoming:
    """`automod.message.update`: what AutoMod held was let through, refused, or nobody looked in time. Raises BadItem.

    What is let through comes as a message of its own, with the id that it was held by.
    """
    status = needed(event, "status").lower()
    if status == "approved":
        return ChannelEvent(
            id=envelope.id,
            kind=EventKind.MODERATION,
            arrived_ns=arrived_ns,
            author=_moderator(event),
            channel=text(event, "broadcaster_user_login", MAX_ID),
            title=status,
            sent_ms=envelope.sent_ms,
            raw_kind=envelope.subscription_type,
            about=needed(event, "message_id"),
        )
    return message_deleted(event, envelope, arrived_ns)


def shield(event: Fields, envelope: Envelope, arrived_ns: int) -> Incoming:
    """`channel.shield_mode.begin` and `.end`. Raises BadItem."""
    return _event(
        event,
        envelope,
        arrived_ns,
        title="shield mode on" if envelope.subscription_type.endswith(".begin") else "shield mode off",
        raw_kind=envelope.subscription_type,
    )


def suspicious(event: Fields, envelope: Envelope, arrived_ns: int) -> Incoming:
    """`channel.suspicious_user.message` and `.update`. Raises BadItem.

    Without the words: those that the chat sees come as a message too, and by its id a removal finds them there.
    """
    words = object_(event, "message") or {}
    return ChannelEvent(
        id=envelope.id,
        kind=EventKind.MODERATION,
        arrived_ns=arrived_ns,
        author=person(event),
        channel=text(event, "broadcaster_user_login", MAX_ID),
        title=f"suspicious user: {text(event, 'low_trust_status', 64).replace('_', ' ')}",
        sent_ms=envelope.sent_ms,
        raw_kind=envelope.subscription_type,
        about=short(words, "message_id"),
    )


def settings(event: Fields, envelope: Envelope, arrived_ns: int) -> Incoming:
    """`channel.chat_settings.update`. Raises BadItem."""
    modes = []
    if event.get("slow_mode") is True:
        modes.append(f"slow mode {number(event, 'slow_mode_wait_time_seconds')} s")
    if event.get("follower_mode") is True:
        modes.append(f"followers of {number(event, 'follower_mode_duration_minutes')} min only")
    modes += [said for key, said in _MODES if event.get(key) is True]
    return _event(
        event, envelope, arrived_ns, title=", ".join(modes) or "chat is open to all", raw_kind=envelope.subscription_type
    )


_MODES = (("subscriber_mode", "subscribers only"), ("emote_mode", "emotes only"), ("unique_chat_mode", "unique messages only"))


def _event(
    event: Fields,
    envelope: Envelope,
    arrived_ns: int,
    *,
    title: str,
    raw_kind: str,
    kind: EventKind = EventKind.MODERATION,
) -> ChannelEvent:
    return ChannelEvent(
        id=envelope.id,
        kind=kind,
        arrived_ns=arrived_ns,
        author=_moderator(event),
        channel=text(event, "broadcaster_user_login", MAX_ID),
        title=title[:MAX_ID],
        sent_ms=envelope.sent_ms,
        raw_kind=raw_kind[:MAX_ID],
    )


def _moderator(event: Fields) -> Author | None:
    """None where Twitch does not say who: an update of the settings, AutoMod itself."""
    if event.get("moderator_user_id") is None:
        return None
    return person(event, "moderator_", _MODERATOR)
