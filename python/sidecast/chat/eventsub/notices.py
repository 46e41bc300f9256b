"""`channel.chat.notification` → `ChannelEvent`: what Twitch itself writes into the chat. IRC calls it USERNOTICE.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/#channelchatnotification
"""

from __future__ import annotations

from ...flow.chat import Author, ChannelEvent, EventKind
from ..left_out import LeftOut
from .envelope import Envelope
from .fields import ANONYMOUS, MAX_ID, Fields, colour, from_elsewhere, needed, number, object_, person, roles, short, text

KINDS = {
    "sub": EventKind.SUB,
    "resub": EventKind.RESUB,
    "sub_gift": EventKind.GIFT,
    "community_sub_gift": EventKind.GIFT,
    "gift_paid_upgrade": EventKind.SUB,
    "prime_paid_upgrade": EventKind.SUB,
    "raid": EventKind.RAID,
    "announcement": EventKind.ANNOUNCEMENT,
    "unraid": EventKind.NOTICE,
    "pay_it_forward": EventKind.NOTICE,
    "bits_badge_tier": EventKind.NOTICE,
    "charity_donation": EventKind.NOTICE,
}
"""All others are `UNKNOWN` with their own name."""
_AMOUNTS = {
    "resub": "cumulative_months",
    "community_sub_gift": "total",
    "raid": "viewer_count",
    "bits_badge_tier": "tier",
}
"""In the unit of the event's kind."""
_SHARED = "shared_chat_"


def notice_of(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent | LeftOut:
    """Raises BadItem."""
    if from_elsewhere(event):
        return LeftOut.SHARED_CHAT
    raw = needed(event, "notice_type")
    name = raw.removeprefix(_SHARED)
    about = object_(event, raw) or {}
    if name == "sub_gift" and about.get("community_gift_id") is not None:
        return LeftOut.PART_OF_GIFT
    words = object_(event, "message") or {}
    return ChannelEvent(
        # the same as the id that IRC gives the notice
        id=needed(event, "message_id"),
        kind=KINDS.get(name, EventKind.UNKNOWN),
        arrived_ns=arrived_ns,
        author=_author(event),
        channel=text(event, "broadcaster_user_login", MAX_ID),
        amount=1 if name == "sub_gift" else number(about, _AMOUNTS[name]) if name in _AMOUNTS else 0,
        title=_money(about) if name == "charity_donation" else "",
        text=text(words, "text"),
        sent_ms=envelope.sent_ms,
        raw_kind=name,
    )


def _author(event: Fields) -> Author | None:
    who = short(event, "chatter_user_id")
    if not who or who in ANONYMOUS or event.get("chatter_is_anonymous") is True:
        return None
    return person(event, "chatter_", roles(event, who), colour(event))


def _money(about: Fields) -> str:
    """`12.50 USD`."""
    amount = object_(about, "amount")
    if amount is None:
        return ""
    value, places = number(amount, "value"), min(number(amount, "decimal_place") or number(amount, "decimal_places"), 6)
    return f"{value / 10**places:.{places}f} {text(amount, 'currency', 8)}".strip()
