"""Who wrote → the tags that a line of theirs has."""

from __future__ import annotations

from collections.abc import Sequence

from ..world.people import Badge, User

ANONYMOUS = User(id="274598607", login="ananonymousgifter", name="AnAnonymousGifter")
"""In whose name Twitch tells of anonymous gifts in IRC."""
_MONTHS = frozenset({"subscriber", "founder"})
"""Badges whose `info` is a number of months."""


def badges(worn: Sequence[Badge]) -> str:
    return ",".join(f"{badge.set_id}/{badge.id}" for badge in worn)


def badge_info(worn: Sequence[Badge]) -> str:
    return ",".join(f"{badge.set_id}/{badge.info}" for badge in worn if badge.set_id in _MONTHS and badge.info)


def looks(user: User, worn: Sequence[Badge]) -> dict[str, str]:
    return {"badge-info": badge_info(worn), "badges": badges(worn), "color": user.colour, "display-name": user.name}


def standing(worn: Sequence[Badge]) -> dict[str, str]:
    """What the badges say, said again in tags of their own. The broadcaster is no moderator here, as at Twitch."""
    sets = {badge.set_id for badge in worn}
    moderator = bool(sets & {"moderator", "lead_moderator"})
    tags = {
        "mod": "1" if moderator else "0",
        "subscriber": "1" if sets & _MONTHS else "0",
        "turbo": "1" if "turbo" in sets else "0",
        "user-type": "mod" if moderator else "",
    }
    return tags | ({"vip": "1"} if "vip" in sets else {})


def author(user: User, worn: Sequence[Badge], channel: User) -> dict[str, str]:
    """Of a PRIVMSG and a USERNOTICE."""
    return {**looks(user, worn), **standing(worn), "room-id": channel.id, "user-id": user.id}
