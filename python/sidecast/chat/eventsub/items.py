"""Notifications → messages, events and removals. Pure: whatever a payload holds, an item comes out or the reason why not."""

from __future__ import annotations

from collections.abc import Callable

from ...flow.chat import Incoming
from ..left_out import LeftOut
from . import happenings, moderation, removals
from .chat_messages import message_of
from .envelope import Bad, Envelope, Kind
from .fields import BadItem, Fields, short
from .notices import notice_of

__all__ = ["Bad", "LeftOut", "items_of"]

Reader = Callable[[Fields, Envelope, int], Incoming | LeftOut]


def items_of(envelope: Envelope, channel_id: str, arrived_ns: int) -> Incoming | LeftOut | Bad | None:
    """What the envelope tells; None for one that is no notification. Never raises.

    A type that is not known here makes an event of kind `UNKNOWN` with its own name.

    Args:
        channel_id: of the broadcaster whose channel is read; what is addressed to another is left out.
        arrived_ns: `Clock.now_ns()` when the frame came.
    """
    if envelope.kind is not Kind.NOTIFICATION:
        return None
    event = envelope.payload.get("event")
    if not isinstance(event, dict):
        return Bad.NO_PAYLOAD
    name = envelope.subscription_type
    try:
        whose = short(event, "to_broadcaster_user_id" if name == "channel.raid" else "broadcaster_user_id")
        if whose != channel_id and (whose or name in _READERS):
            return LeftOut.OTHER_CHANNEL
        return _READERS.get(name, happenings.unknown)(event, envelope, arrived_ns)
    except BadItem:
        return Bad.FIELDS


_READERS: dict[str, Reader] = {
    "channel.chat.message": message_of,
    "channel.chat.notification": notice_of,
    "channel.chat.message_delete": removals.message_deleted,
    "channel.chat.clear": removals.chat_cleared,
    "channel.chat.clear_user_messages": removals.user_cleared,
    "channel.ban": removals.banned,
    "channel.chat_settings.update": moderation.settings,
    "automod.message.hold": removals.held,
    "automod.message.update": moderation.looked_at,
    "channel.moderate": moderation.act,
    "channel.shield_mode.begin": moderation.shield,
    "channel.shield_mode.end": moderation.shield,
    "channel.suspicious_user.message": moderation.suspicious,
    "channel.suspicious_user.update": moderation.suspicious,
    **happenings.READERS,
}
