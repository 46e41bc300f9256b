"""Shapes that many of Twitch's payloads share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .happenings import Piece
from .people import Badge, User

_MODERATE = (
    "followers",
    "slow",
    "vip",
    "unvip",
    "mod",
    "unmod",
    "ban",
    "unban",
    "timeout",
    "untimeout",
    "raid",
    "unraid",
    "delete",
    "automod_terms",
    "unban_request",
    "warn",
    "shared_chat_ban",
    "shared_chat_unban",
    "shared_chat_timeout",
    "shared_chat_untimeout",
    "shared_chat_delete",
)
"""All but one of these are null in a `channel.moderate`."""


def named(user: User | None, prefix: str) -> dict[str, Any]:
    """`…_id`, `…_login`, `…_name`; null for nobody."""
    if user is None:
        return {f"{prefix}_id": None, f"{prefix}_login": None, f"{prefix}_name": None}
    return {f"{prefix}_id": user.id, f"{prefix}_login": user.login, f"{prefix}_name": user.name}


def badge_shapes(badges: tuple[Badge, ...]) -> list[dict[str, str]]:
    return [{"set_id": badge.set_id, "id": badge.id, "info": badge.info} for badge in badges]


def piece_shapes(pieces: tuple[Piece, ...], *, mentions: bool = True) -> list[dict[str, Any]]:
    """A message's `fragments`; AutoMod's have no mentions: they are text there."""
    return [_piece(piece, mentions=mentions) for piece in pieces]


def _piece(piece: Piece, *, mentions: bool) -> dict[str, Any]:
    kind = "text" if piece.kind == "mention" and not mentions else piece.kind
    shape: dict[str, Any] = {"type": kind, "text": piece.text, "cheermote": None, "emote": None}
    if mentions:
        shape["mention"] = None
    if kind == "emote":
        shape["emote"] = {"id": piece.emote_id, "emote_set_id": "0"}
        if mentions:
            shape["emote"] |= {"owner_id": "0", "format": ["static"]}
    elif kind == "cheermote":
        shape["cheermote"] = {"prefix": piece.prefix, "bits": piece.bits, "tier": tier_of(piece.bits)}
    elif kind == "mention" and piece.user:
        user = piece.user
        shape["mention"] = {"user_id": user.id, "user_name": user.name, "user_login": user.login}
    return shape


def tier_of(bits: int) -> int:
    """A cheermote's tier is the smallest number of bits that looks like it."""
    return max((tier for tier in (1, 100, 1000, 5000, 10_000) if tier <= bits), default=1)


def moderate(channel: User, moderator: User, action: str, what: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A `channel.moderate` of version 2; `what` stands under the action's own name."""
    return {
        **named(channel, "broadcaster_user"),
        **named(None, "source_broadcaster_user"),
        **named(moderator, "moderator_user"),
        "action": action,
        **dict.fromkeys(_MODERATE),
        **({action: what} if what is not None else {}),
    }
