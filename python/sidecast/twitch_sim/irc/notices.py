"""What chat is told of beside messages (subs, gifts, raids, announcements) → USERNOTICE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..world.happenings import Noticed
from .author import ANONYMOUS, author
from .messages import emotes
from .wire import ServerLine

Params = Mapping[str, Any]
Event = Mapping[str, Any]
_SHARED = "shared_chat_"


def usernotice(noticed: Noticed) -> ServerLine:
    """A kind that is not known here keeps its name, as one does that Twitch adds tomorrow."""
    who = noticed.author or ANONYMOUS
    plain = noticed.kind.removeprefix(_SHARED)
    known = _KINDS.get(plain)
    kind, params = known(noticed.details) if known else (plain, {})
    tags = {
        **author(who, noticed.badges, noticed.channel),
        "emotes": emotes(noticed.pieces),
        "flags": "",
        "id": noticed.id,
        "login": who.login,
        "msg-id": kind,
        "system-msg": noticed.system_message,
        "tmi-sent-ts": str(noticed.at_ms),
        **{f"msg-param-{name}": str(value) for name, value in params.items()},
    }
    if plain != noticed.kind:
        tags |= {"msg-id": "sharedchatnotice", "source-msg-id": kind}
    room = f"#{noticed.channel.login}"
    said = (noticed.text,) if noticed.text else ()
    return ServerLine(command="USERNOTICE", params=(room, *said), tags=dict(sorted(tags.items())), trailing=bool(said))


def _plan(of: Event) -> Params:
    tier = str(of.get("sub_tier") or "1000")
    names = {"1000": "Channel Subscription", "2000": "Channel Subscription (Tier 2)", "3000": "Channel Subscription (Tier 3)"}
    return {"sub-plan": "Prime" if of.get("is_prime") else tier, "sub-plan-name": names.get(tier, names["1000"])}


def _sub(of: Event) -> tuple[str, Params]:
    once = {"cumulative-months": 1, "months": 0, "multimonth-tenure": 0, "should-share-streak": 0, "was-gifted": "false"}
    return "sub", once | {"multimonth-duration": of.get("duration_months") or 0} | dict(_plan(of))


def _resub(of: Event) -> tuple[str, Params]:
    streak = of.get("streak_months")
    told = {
        "cumulative-months": of.get("cumulative_months") or 1,
        "months": 0,
        "multimonth-duration": of.get("duration_months") or 0,
        "multimonth-tenure": 0,
        "should-share-streak": 1 if streak else 0,
        "was-gifted": "true" if of.get("is_gift") else "false",
    }
    return "resub", told | ({"streak-months": streak} if streak else {}) | dict(_plan(of))


def _gift(of: Event) -> tuple[str, Params]:
    told = {
        "gift-months": of.get("duration_months") or 1,
        "months": 1,
        "recipient-display-name": of["recipient_user_name"],
        "recipient-id": of["recipient_user_id"],
        "recipient-user-name": of["recipient_user_login"],
        "sender-count": of.get("cumulative_total") or 0,
    }
    bundle = of.get("community_gift_id")
    return "subgift", told | ({"community-gift-id": bundle, "origin-id": bundle} if bundle else {}) | dict(_plan(of))


def _gifts(of: Event) -> tuple[str, Params]:
    told = {
        "community-gift-id": of["id"],
        "mass-gift-count": of["total"],
        "origin-id": of["id"],
        "sender-count": of.get("cumulative_total") or of["total"],
    }
    return "submysterygift", told | dict(_plan(of))


def _upgrade(of: Event) -> tuple[str, Params]:
    if of.get("gifter_is_anonymous"):
        return "anongiftpaidupgrade", {}
    return "giftpaidupgrade", {"sender-login": of.get("gifter_user_login") or "", "sender-name": of.get("gifter_user_name") or ""}


def _forward(of: Event) -> tuple[str, Params]:
    told = {
        "prior-gifter-anonymous": "true" if of.get("gifter_is_anonymous") else "false",
        "prior-gifter-display-name": of.get("gifter_user_name") or "",
        "prior-gifter-id": of.get("gifter_user_id") or "",
        "prior-gifter-user-name": of.get("gifter_user_login") or "",
    }
    return "communitypayforward", told


def _raid(of: Event) -> tuple[str, Params]:
    told = {
        "displayName": of["user_name"],
        "login": of["user_login"],
        "profileImageURL": of.get("profile_image_url") or "",
        "viewerCount": of["viewer_count"],
    }
    return "raid", told


def _charity(of: Event) -> tuple[str, Params]:
    amount = of["amount"]
    told = {
        "charity-name": of["charity_name"],
        "donation-amount": amount["value"],
        "donation-currency": amount["currency"],
        "exponent": amount["decimal_places"],
    }
    return "charitydonation", told


def _streak(of: Event) -> tuple[str, Params]:
    told = {"category": "watch-streak", "value": of.get("streak_count") or 0, "copoReward": of.get("channel_points_awarded") or 0}
    return "viewermilestone", told


_KINDS: dict[str, Callable[[Event], tuple[str, Params]]] = {
    "announcement": lambda of: ("announcement", {"color": of.get("color") or "PRIMARY"}),
    "bits_badge_tier": lambda of: ("bitsbadgetier", {"threshold": of["tier"]}),
    "charity_donation": _charity,
    "community_sub_gift": _gifts,
    "gift_paid_upgrade": _upgrade,
    "pay_it_forward": _forward,
    "prime_paid_upgrade": lambda of: ("primepaidupgrade", _plan(of)),
    "raid": _raid,
    "resub": _resub,
    "sub": _sub,
    "sub_gift": _gift,
    "unraid": lambda of: ("unraid", {}),
    "watch_streak": _streak,
}
