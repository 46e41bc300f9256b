"""Twitch's message tags → roles, numbers, colours. Whatever stands in a tag, the answer is usable."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...flow.chat import Author, Role

Tags = Mapping[str, str]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BADGES = {
    "broadcaster": Role.BROADCASTER,
    "moderator": Role.MODERATOR,
    "lead_moderator": Role.MODERATOR,
    "vip": Role.VIP,
    "subscriber": Role.SUBSCRIBER,
    "founder": Role.SUBSCRIBER,
}
_FLAGS = (("mod", "1", Role.MODERATOR), ("user-type", "mod", Role.MODERATOR), ("vip", "1", Role.VIP))
"""Tags that say what a badge says too; a moderator's badge may be hidden. `subscriber=1` is a badge that is always there."""


def number(text: str, most: int = 2**53 - 1) -> int:
    """A count; 0 for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        return 0
    return min(int(text), most)


def roles(tags: Tags) -> frozenset[Role]:
    found = {_BADGES.get(badge.partition("/")[0]) for badge in tags.get("badges", "").split(",")}
    found |= {role for tag, value, role in _FLAGS if tags.get(tag) == value}
    return frozenset(role for role in found if role is not None)


def author(tags: Tags, login: str) -> Author:
    """Its id is the login where Twitch gives none, as for some lines of the past; its name is the one that people see."""
    colour = tags.get("color", "")
    return Author(
        id=tags.get("user-id") or login,
        name=tags.get("display-name", "").strip() or login,
        roles=roles(tags),
        colour=colour if _COLOUR.fullmatch(colour) else "",
    )


def from_elsewhere(tags: Tags) -> bool:
    """It came from another channel of a shared chat."""
    source = tags.get("source-room-id", "")
    return source not in ("", tags.get("room-id"))
