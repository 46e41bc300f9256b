"""What takes something out of the chat → `Removal`, with IRC's words for the reasons.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/#channelchatclear
"""

from __future__ import annotations

from ...flow.chat import Removal, RemovalScope
from .envelope import Envelope
from .fields import MAX_ID, BadItem, Fields, needed, needed_object, text


def message_deleted(event: Fields, envelope: Envelope, arrived_ns: int) -> Removal:
    """`channel.chat.message_delete`."""
    return Removal(
        scope=RemovalScope.MESSAGE,
        arrived_ns=arrived_ns,
        message_id=needed(event, "message_id"),
        reason="deleted",
        channel=_channel(event),
        sent_ms=envelope.sent_ms,
    )


def chat_cleared(event: Fields, envelope: Envelope, arrived_ns: int) -> Removal:
    """`channel.chat.clear`."""
    return Removal(
        scope=RemovalScope.CHAT, arrived_ns=arrived_ns, reason="cleared", channel=_channel(event), sent_ms=envelope.sent_ms
    )


def user_cleared(event: Fields, envelope: Envelope, arrived_ns: int) -> Removal:
    """`channel.chat.clear_user_messages`: of a ban or a time-out, it does not say which."""
    return _user(event, needed(event, "target_user_id"), "banned or timed out", envelope, arrived_ns)


def banned(event: Fields, envelope: Envelope, arrived_ns: int) -> Removal:
    """`channel.ban`."""
    reason = "banned" if event.get("is_permanent") is True else "timed out"
    return _user(event, needed(event, "user_id"), reason, envelope, arrived_ns)


def held(event: Fields, envelope: Envelope, arrived_ns: int) -> Removal:
    """`automod.message.hold`: nobody but moderators sees it until one has let it through."""
    return Removal(
        scope=RemovalScope.HELD,
        arrived_ns=arrived_ns,
        message_id=needed(event, "message_id"),
        reason="held by AutoMod",
        channel=_channel(event),
        sent_ms=envelope.sent_ms,
    )


def by_moderator(event: Fields, action: str, envelope: Envelope, arrived_ns: int) -> Removal:
    """`channel.moderate`, of those actions that take something away."""
    match action:
        case "clear":
            return chat_cleared(event, envelope, arrived_ns)
        case "delete":
            about = needed_object(event, "delete")
            return message_deleted({**about, "broadcaster_user_login": _channel(event)}, envelope, arrived_ns)
        case "ban" | "timeout":
            reason = "banned" if action == "ban" else "timed out"
            return _user(event, needed(needed_object(event, action), "user_id"), reason, envelope, arrived_ns)
        case _:
            raise BadItem("an action that takes nothing away")


def _user(event: Fields, who: str, reason: str, envelope: Envelope, arrived_ns: int) -> Removal:
    return Removal(
        scope=RemovalScope.USER,
        arrived_ns=arrived_ns,
        author_id=who,
        reason=reason,
        channel=_channel(event),
        sent_ms=envelope.sent_ms,
    )


def _channel(event: Fields) -> str:
    return text(event, "broadcaster_user_login", MAX_ID)
