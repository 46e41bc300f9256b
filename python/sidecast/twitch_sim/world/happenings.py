"""What happens in the world, before anybody puts it into words: EventSub makes notifications of it, IRC lines.

Chat has types of its own, as both transports tell of it; `Occurred` is what only EventSub tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .people import Badge, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a message's text; all pieces joined give the text."""

    kind: str
    """`text`, `emote`, `mention` or `cheermote`, as in EventSub."""
    text: str
    emote_id: str = ""
    user: User | None = None
    """Whom a mention names."""
    prefix: str = ""
    bits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A chat message as it stands in the channel."""

    id: str
    author: User
    text: str
    pieces: tuple[Piece, ...]
    at_ms: int
    badges: tuple[Badge, ...] = ()
    kind: str = "text"
    """EventSub's `message_type`: `text`, `channel_points_highlighted`, `user_intro`, …"""
    bits: int = 0
    reply_to: Message | None = None
    thread: Message | None = None
    """The first message of the thread that a reply belongs to."""
    reward_id: str = ""
    first: bool = False
    """The author's first message in this channel; IRC alone says so."""
    action: bool = False
    """Written with /me."""
    source: User | None = None
    """Of a shared chat: the channel in which it was written; None = this one."""
    source_id: str = ""
    """Its id there."""
    source_badges: tuple[Badge, ...] = ()
    client_nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    channel: User
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    channel: User
    message: Message
    moderator: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """The whole chat."""

    channel: User
    moderator: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Banned:
    """Takes all of the user's messages away, as Twitch does."""

    channel: User
    user: User
    moderator: User
    reason: str
    at_ms: int
    ends_ms: int | None = None
    """None = for good; else a time-out until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbanned:
    channel: User
    user: User
    moderator: User
    timed: bool
    """It was a time-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A `channel.chat.notification`, on IRC a USERNOTICE."""

    channel: User
    id: str
    kind: str
    """`sub`, `resub`, `sub_gift`, `community_sub_gift`, `raid`, `announcement`, …"""
    system_message: str
    at_ms: int
    author: User | None = None
    """None = anonymous."""
    badges: tuple[Badge, ...] = ()
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    """The object that EventSub keeps under `kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """How the chat is set; None = off."""

    emote_only: bool = False
    followers_minutes: int | None = None
    slow_seconds: int | None = None
    subs_only: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    channel: User
    settings: ChatSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurred:
    """Only EventSub tells of it. `event` is its payload, whole."""

    channel: User
    type: str
    event: Mapping[str, Any]
    version: str = "1"


Happening = Said | Deleted | Cleared | Banned | Unbanned | Noticed | SettingsChanged | Occurred
