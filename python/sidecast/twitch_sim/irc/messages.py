"""A message in the channel → PRIVMSG."""

from __future__ import annotations

from collections.abc import Sequence

from ..world.happenings import Message, Piece, Said
from .author import author, badge_info, badges
from .wire import ServerLine, user

_KINDS = {
    "channel_points_highlighted": "highlighted-message",
    "channel_points_sub_only": "skip-subs-mode-message",
    "power_ups_gigantified_emote": "gigantified-emote-message",
    "power_ups_message_effect": "animated-message",
    "user_intro": "user-intro",
}
"""EventSub's `message_type` → IRC's `msg-id`."""


def privmsg(said: Said) -> ServerLine:
    message = said.message
    tags = {
        **author(message.author, message.badges, said.channel),
        "emotes": emotes(message.pieces),
        "first-msg": "1" if message.first else "0",
        "flags": "",
        "id": message.id,
        "returning-chatter": "0",
        "tmi-sent-ts": str(message.at_ms),
        **_optional(message),
        **_reply(message),
        **_shared(message),
    }
    return ServerLine(
        command="PRIVMSG",
        params=(f"#{said.channel.login}", f"\x01ACTION {message.text}\x01" if message.action else message.text),
        source=user(message.author.login),
        tags=dict(sorted(tags.items())),
        trailing=True,
    )


def emotes(pieces: Sequence[Piece]) -> str:
    """`25:0-4,12-16/1902:6-10`: ids with their first and last code point; those of a `/me` count from its text on."""
    at = 0
    places: dict[str, list[str]] = {}
    for piece in pieces:
        end = at + len(piece.text)
        if piece.emote_id:
            places.setdefault(piece.emote_id, []).append(f"{at}-{end - 1}")
        at = end
    return "/".join(f"{emote}:{','.join(spans)}" for emote, spans in places.items())


def _optional(message: Message) -> dict[str, str]:
    tags = {
        "bits": str(message.bits) if message.bits else "",
        "client-nonce": message.client_nonce,
        "custom-reward-id": message.reward_id,
        "emote-only": "1" if _only_emotes(message.pieces) else "",
        "msg-id": _KINDS.get(message.kind, ""),
    }
    return {name: value for name, value in tags.items() if value}


def _only_emotes(pieces: Sequence[Piece]) -> bool:
    found = [piece for piece in pieces if piece.emote_id or piece.text.strip()]
    return bool(found) and all(piece.emote_id for piece in found)


def _reply(message: Message) -> dict[str, str]:
    parent = message.reply_to
    if parent is None:
        return {}
    root = message.thread or parent
    return {
        "reply-parent-display-name": parent.author.name,
        "reply-parent-msg-body": parent.text,
        "reply-parent-msg-id": parent.id,
        "reply-parent-user-id": parent.author.id,
        "reply-parent-user-login": parent.author.login,
        "reply-thread-parent-display-name": root.author.name,
        "reply-thread-parent-msg-id": root.id,
        "reply-thread-parent-user-id": root.author.id,
        "reply-thread-parent-user-login": root.author.login,
    }


def _shared(message: Message) -> dict[str, str]:
    if message.source is None:
        return {}
    return {
        "source-badge-info": badge_info(message.source_badges),
        "source-badges": badges(message.source_badges),
        "source-id": message.source_id,
        "source-only": "0",
        "source-room-id": message.source.id,
    }
