"""What a chat source understood and did not hand on."""

from __future__ import annotations

from enum import StrEnum


class LeftOut(StrEnum):
    """Why something that was understood is not handed on."""

    SHARED_CHAT = "shared_chat"
    """It was written in, or belongs to, another channel of a shared chat."""
    OTHER_CHANNEL = "other_channel"
    """It is addressed to a channel that is not read."""
    PART_OF_GIFT = "part_of_gift"
    """One of many subs given at once; the gift itself is handed on."""
    TWICE = "twice"
    """It has come before: connections overlap, or more than one source tells of it."""
    REMOVED = "removed"
    """One source is behind another, and tells of what was removed before it came."""
    CLIENT_REQUEST = "client_request"
    """A CTCP request to the program, not a message to people."""
