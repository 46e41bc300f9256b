"""Fields of a payload, each checked and bounded as it is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...flow.chat import Author, Role

MAX_ID = 256
MAX_NAME = 128
MAX_TEXT = 4096
"""Characters of viewers' words. Twitch allows 500; what is longer is cut, so that the gate still sees and judges it."""
MOST = 2**53 - 1

Fields = Mapping[str, Any]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NOBODY: frozenset[Role] = frozenset()
_BROADCASTER = frozenset({Role.BROADCASTER})
_BADGES = {
    "broadcaster": _BROADCASTER,
    "moderator": frozenset({Role.MODERATOR}),
    "lead_moderator": frozenset({Role.MODERATOR}),
    "vip": frozenset({Role.VIP}),
    "subscriber": frozenset({Role.SUBSCRIBER}),
    "founder": frozenset({Role.SUBSCRIBER}),
}
ANONYMOUS = frozenset({"274598607", "407665396"})
"""Ids of AnAnonymousGifter and AnAnonymousCheerer, in whose names Twitch lets people give and cheer without theirs."""


class BadItem(ValueError):
    """A payload that lacks what its type must have. Carries nothing of the payload."""


def needed(fields: Fields, key: str) -> str:
    """An id or the like: a text that is there and short."""
    value = fields.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
        raise BadItem("an id is missing")
    return value


def short(fields: Fields, key: str) -> str:
    """An id or the like that may be missing."""
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_ID:
        raise BadItem("an id is none")
    return value


def text(fields: Fields, key: str, most: int = MAX_TEXT) -> str:
    """Words that may be missing; cut to `most` characters."""
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadItem("a text is none")
    return value[:most]


def number(fields: Fields, key: str) -> int:
    """A count; 0 when it is missing. Digits in a text count too: Twitch has changed from one to the other before."""
    value = fields.get(key)
    if value is None:
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise BadItem("a number is none")
    return value


def object_(fields: Fields, key: str) -> Fields | None:
    value = fields.get(key)
    if value is None or isinstance(value, dict):
        return value
    raise BadItem("an object is none")


def needed_object(fields: Fields, key: str) -> Fields:
    value = object_(fields, key)
    if value is None:
        raise BadItem("an object is missing")
    return value


def objects(fields: Fields, key: str) -> list[Fields]:
    """Of a list that may be missing."""
    value = fields.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadItem("a list is none")
    for each in value:
        if not isinstance(each, dict):
            raise BadItem("a list holds something else than objects")
    return value


def person(fields: Fields, prefix: str = "", roles: frozenset[Role] = _NOBODY, colour: str = "") -> Author:
    """Whom `user_id`, `user_name` and `user_login`, each with `prefix` before it, name."""
    name = text(fields, f"{prefix}user_name", MAX_NAME).strip() or text(fields, f"{prefix}user_login", MAX_NAME)
    if not name:
        raise BadItem("nobody")
    return Author(id=needed(fields, f"{prefix}user_id"), name=name, roles=roles, colour=colour)


def perhaps(fields: Fields, prefix: str = "") -> Author | None:
    """Like `person`; None for one whom Twitch does not name, or names by one of its own accounts."""
    if fields.get("is_anonymous") is True or fields.get(f"{prefix}is_anonymous") is True:
        return None
    who = fields.get(f"{prefix}user_id")
    # what is no text is found out, and said, by `person`
    unnamed = who is None or (isinstance(who, str) and who in ANONYMOUS)
    return None if unnamed else person(fields, prefix)


def roles(event: Fields, who: str) -> frozenset[Role]:
    """What a chatter's badges say. A broadcaster who hides theirs is one all the same."""
    found = _NOBODY
    for badge in objects(event, "badges"):
        name = badge.get("set_id")
        if isinstance(name, str) and name in _BADGES:
            found |= _BADGES[name]
    return found | _BROADCASTER if who == event.get("broadcaster_user_id") else found


def colour(event: Fields) -> str:
    value = event.get("color")
    return value if isinstance(value, str) and _COLOUR.fullmatch(value) else ""


def from_elsewhere(event: Fields) -> bool:
    """It came from another channel of a shared chat."""
    source = short(event, "source_broadcaster_user_id")
    return source not in ("", event.get("broadcaster_user_id"))
