"""What happens in a channel → `ChannelEvent`, one reader a type. All take the event, its envelope and when it came.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...flow.chat import ChannelEvent, EventKind
from ..left_out import LeftOut
from .envelope import Envelope
from .fields import (
    MAX_ID,
    MAX_TEXT,
    BadItem,
    Fields,
    needed,
    needed_object,
    number,
    object_,
    objects,
    perhaps,
    person,
    short,
    text,
)

Reader = Callable[[Fields, Envelope, int], ChannelEvent | LeftOut]


def followed(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    return made(EventKind.FOLLOW, event, envelope, arrived_ns, author=person(event))


def subscribed(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent | LeftOut:
    if event.get("is_gift") is True:
        return LeftOut.PART_OF_GIFT
    return made(EventKind.SUB, event, envelope, arrived_ns, author=person(event))


def resubscribed(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    words = object_(event, "message") or {}
    months = number(event, "cumulative_months")
    said = text(words, "text")
    return made(EventKind.RESUB, event, envelope, arrived_ns, author=person(event), amount=months, text=said)


def gave(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    return made(EventKind.GIFT, event, envelope, arrived_ns, author=perhaps(event), amount=number(event, "total"))


def cheered(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    bits, said = number(event, "bits"), text(event, "message")
    return made(EventKind.CHEER, event, envelope, arrived_ns, author=perhaps(event), amount=bits, text=said)


def raided(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    who = person(event, "from_broadcaster_")
    channel = text(event, "to_broadcaster_user_login", MAX_ID)
    return made(EventKind.RAID, event, envelope, arrived_ns, author=who, amount=number(event, "viewers"), channel=channel)


def redeemed(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    reward = needed_object(event, "reward")
    return made(
        EventKind.REDEMPTION,
        event,
        envelope,
        arrived_ns,
        author=person(event),
        title=text(reward, "title", MAX_ID),
        text=text(event, "user_input"),
        about=needed(event, "id"),
        reward_id=needed(reward, "id"),
    )


def polled(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    """`text` holds the choices with their votes, as far as there are any."""
    choices = [(text(each, "title", MAX_ID), number(each, "votes")) for each in objects(event, "choices")]
    return _counted(EventKind.POLL, event, envelope, arrived_ns, choices)


def predicted(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    """`text` holds the outcome that came true, or all of them with their users."""
    outcomes = [(each, text(each, "title", MAX_ID), number(each, "users")) for each in objects(event, "outcomes")]
    won = short(event, "winning_outcome_id")
    came_true = [(title, users) for each, title, users in outcomes if won and each.get("id") == won]
    shown = came_true or [(title, users) for _, title, users in outcomes]
    return _counted(EventKind.PREDICTION, event, envelope, arrived_ns, shown)


def _counted(kind: EventKind, event: Fields, envelope: Envelope, arrived_ns: int, options: list[tuple[str, int]]) -> ChannelEvent:
    return made(
        kind,
        event,
        envelope,
        arrived_ns,
        amount=sum(count for _, count in options),
        title=text(event, "title", MAX_ID),
        text=", ".join(f"{title} {count}" if count else title for title, count in options)[:MAX_TEXT],
        about=needed(event, "id"),
    )


def rode(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    """`channel.hype_train.*`; `title` is its type where it is none of the regular ones."""
    kind = text(event, "type", 64).replace("_", " ")
    title = "" if kind == "regular" else kind
    level, train = number(event, "level"), needed(event, "id")
    return made(EventKind.HYPE_TRAIN, event, envelope, arrived_ns, amount=level, title=title, about=train)


def advertised(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    return made(EventKind.AD_BREAK, event, envelope, arrived_ns, amount=number(event, "duration_seconds"))


def shouted_out(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    who = person(event, "from_broadcaster_")
    return made(EventKind.SHOUT_OUT, event, envelope, arrived_ns, author=who, amount=number(event, "viewer_count"))


def went_on(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    return made(EventKind.STREAM_ON, event, envelope, arrived_ns, about=short(event, "id"))


def went_off(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    return made(EventKind.STREAM_OFF, event, envelope, arrived_ns)


def renamed(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    """`channel.update`: another title or category."""
    title, category = text(event, "title", MAX_ID), text(event, "category_name", MAX_ID)
    return made(EventKind.NOTICE, event, envelope, arrived_ns, title=title, text=category)


def unknown(event: Fields, envelope: Envelope, arrived_ns: int) -> ChannelEvent:
    """Of a type that Twitch has added since. Whom it names is only taken when it names somebody as all others do."""
    try:
        who = perhaps(event)
    except BadItem:
        who = None
    login = event.get("broadcaster_user_login")
    channel = login[:MAX_ID] if isinstance(login, str) else ""
    return made(EventKind.UNKNOWN, event, envelope, arrived_ns, author=who, channel=channel)


def made(kind: EventKind, event: Fields, envelope: Envelope, arrived_ns: int, **more: Any) -> ChannelEvent:
    if "channel" not in more:
        more["channel"] = text(event, "broadcaster_user_login", MAX_ID)
    return ChannelEvent(
        id=envelope.id,
        kind=kind,
        arrived_ns=arrived_ns,
        sent_ms=envelope.sent_ms,
        raw_kind=envelope.subscription_type,
        **more,
    )


READERS: dict[str, Reader] = {
    "channel.follow": followed,
    "channel.subscribe": subscribed,
    "channel.subscription.gift": gave,
    "channel.subscription.message": resubscribed,
    "channel.cheer": cheered,
    "channel.raid": raided,
    "channel.channel_points_custom_reward_redemption.add": redeemed,
    **{f"channel.poll.{part}": polled for part in ("begin", "progress", "end")},
    **{f"channel.prediction.{part}": predicted for part in ("begin", "progress", "lock", "end")},
    **{f"channel.hype_train.{part}": rode for part in ("begin", "progress", "end")},
    "channel.ad_break.begin": advertised,
    "channel.shoutout.receive": shouted_out,
    "channel.update": renamed,
    "stream.online": went_on,
    "stream.offline": went_off,
}
