"""Notifications → messages, events and removals. Pure: whatever a payload holds, an item comes out or the reason why not."""

from __future__ import annotations

from ...flow.chat import Incoming
from ..left_out import LeftOut
from .envelope import Bad, Envelope, Kind

__all__ = ["Bad", "LeftOut", "items_of"]


def items_of(envelope: Envelope, channel_id: str, arrived_ns: int) -> Incoming | LeftOut | Bad | None:
    """What the envelope tells; None for one that tells of nothing in the channel. Never raises.

    Args:
        channel_id: of the broadcaster whose channel is read; what is addressed to another is left out.
        arrived_ns: `Clock.now_ns()` when the frame came.
    """
    if envelope.kind is not Kind.NOTIFICATION:
        return None
    return Bad.FIELDS
