"""Lines of Twitch's IRC → messages, events and removals. Pure: whatever a line holds, an item comes out or the reason why not."""

from __future__ import annotations

from collections.abc import Callable

from irctokens.line import Line

from ...flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope
from .fragments import fragments
from .tags import Tags, author, from_elsewhere, number
from .tally import LeftOut

_ACTION = "\x01ACTION "
_EVENTS = {
    "sub": EventKind.SUB,
    "resub": EventKind.RESUB,
    "subgift": EventKind.GIFT,
    "anonsubgift": EventKind.GIFT,
    "submysterygift": EventKind.GIFT,
    "anonsubmysterygift": EventKind.GIFT,
    "giftpaidupgrade": EventKind.SUB,
    "anongiftpaidupgrade": EventKind.SUB,
    "primepaidupgrade": EventKind.SUB,
    "raid": EventKind.RAID,
    "announcement": EventKind.ANNOUNCEMENT,
    "unraid": EventKind.NOTICE,
    "standardpayforward": EventKind.NOTICE,
    "communitypayforward": EventKind.NOTICE,
    "bitsbadgetier": EventKind.NOTICE,
    "charitydonation": EventKind.NOTICE,
    "viewermilestone": EventKind.NOTICE,
}
"""By `msg-id` of a USERNOTICE. All others are `UNKNOWN` with their own name: noted, shown, not answered."""
_OWN_REWARDS = {
    "highlighted-message": "send_highlighted_message",
    "skip-subs-mode-message": "single_message_bypass_sub_mode",
}
"""By `msg-id` of a PRIVMSG: Twitch's own rewards, by the ids that they have elsewhere."""

_ANONYMOUS_GIVER = "274598607"
"""Id of AnAnonymousGifter, in whose name Twitch lets people give without theirs."""


class BadItem(ValueError):
    """A line that lacks what its kind must have. Carries nothing of the line."""


def item_of(line: Line, channel: str, arrived_ns: int, new_id: Callable[[], str]) -> Incoming | LeftOut | None:
    """The item that `line` tells of; None for a line that tells of none (`ROOMSTATE`, `JOIN`, numerics).

    Args:
        channel: the one that is read, without `#`.
        new_id: makes an id for what Twitch gave none; all live lines have one.

    Raises:
        BadItem: it lacks what its kind must have.
    """
    read = _READERS.get(line.command)
    if read is None:
        return None
    tags: Tags = line.tags or {}
    if not line.params:
        raise BadItem("no channel")
    if line.params[0].removeprefix("#") != channel:
        return LeftOut.OTHER_CHANNEL
    if from_elsewhere(tags):
        return LeftOut.SHARED_CHAT
    return read(line, tags, channel, arrived_ns, new_id)


def part_of_gift(line: Line, is_announced: Callable[[str], bool]) -> bool:
    """True for a sub that was given together with others, as `gift_of` their announcement tells."""
    tags: Tags = line.tags or {}
    if tags.get("msg-id") not in {"subgift", "anonsubgift"}:
        return False
    return bool(tags.get("msg-param-community-gift-id")) or is_announced(tags.get("msg-param-origin-id", ""))


def gift_of(line: Line) -> str:
    """The id that the single subs of a big gift share, or empty for any other line."""
    tags: Tags = line.tags or {}
    return tags.get("msg-param-origin-id", "") if tags.get("msg-id") in {"submysterygift", "anonsubmysterygift"} else ""


def _message(line: Line, tags: Tags, channel: str, arrived_ns: int, new_id: Callable[[], str]) -> Incoming | LeftOut:
    if len(line.params) < 2:
        raise BadItem("no text")
    text = line.params[1]
    if text.startswith(_ACTION):
        text = text.removeprefix(_ACTION).removesuffix("\x01")
    elif text.startswith("\x01"):
        return LeftOut.CLIENT_REQUEST
    bits = number(tags.get("bits", ""))
    return ChatMessage(
        id=tags.get("id") or new_id(),
        author=_writer(tags, (line.source or "").partition("!")[0].partition("@")[0]),
        text=text,
        arrived_ns=arrived_ns,
        channel=channel,
        fragments=fragments(text, tags.get("emotes", ""), bits, tags.get("reply-parent-user-id", "")),
        reply_to=tags.get("reply-parent-msg-id", ""),
        sent_ms=_sent_ms(tags),
        first=tags.get("first-msg") == "1",
        bits=bits,
        reward_id=tags.get("custom-reward-id", "") or _OWN_REWARDS.get(tags.get("msg-id", ""), ""),
    )


def _event(line: Line, tags: Tags, channel: str, arrived_ns: int, new_id: Callable[[], str]) -> Incoming:
    name = tags.get("msg-id", "")
    if name == "sharedchatnotice":
        name = tags.get("source-msg-id", "")
    if not name:
        raise BadItem("a notice without a name")
    anonymous = name.startswith("anon") or tags.get("user-id") == _ANONYMOUS_GIVER
    return ChannelEvent(
        id=tags.get("id") or new_id(),
        kind=_EVENTS.get(name, EventKind.UNKNOWN),
        arrived_ns=arrived_ns,
        author=None if anonymous else _writer(tags, tags.get("login", "")),
        channel=channel,
        amount=_amount(name, tags),
        text=line.params[1] if len(line.params) > 1 else "",
        sent_ms=_sent_ms(tags),
        raw_kind=name,
    )


def _amount(name: str, tags: Tags) -> int:
    """In the unit of the event's kind; 0 where it has no meaning."""
    match name:
        case "raid":
            return number(tags.get("msg-param-viewerCount", ""))
        case "resub":
            return number(tags.get("msg-param-cumulative-months", "") or tags.get("msg-param-months", ""))
        case "subgift" | "anonsubgift":
            return 1
        case "submysterygift" | "anonsubmysterygift":
            return number(tags.get("msg-param-mass-gift-count", ""))
        case "bitsbadgetier":
            return number(tags.get("msg-param-threshold", ""))
        case _:
            return 0


def _clear_chat(line: Line, tags: Tags, channel: str, arrived_ns: int, new_id: Callable[[], str]) -> Incoming:
    """The whole chat, or all of one user's messages because of a ban or a time-out."""
    if len(line.params) < 2:
        return Removal(scope=RemovalScope.CHAT, arrived_ns=arrived_ns, reason="cleared", channel=channel, sent_ms=_sent_ms(tags))
    who = tags.get("target-user-id") or line.params[1]
    if not who:
        raise BadItem("nobody's messages")
    reason = "timed out" if tags.get("ban-duration") else "banned"
    return Removal(
        scope=RemovalScope.USER, arrived_ns=arrived_ns, author_id=who, reason=reason, channel=channel, sent_ms=_sent_ms(tags)
    )


def _clear_message(line: Line, tags: Tags, channel: str, arrived_ns: int, new_id: Callable[[], str]) -> Incoming:
    which = tags.get("target-msg-id", "")
    if not which:
        raise BadItem("no message is named")
    return Removal(
        scope=RemovalScope.MESSAGE,
        arrived_ns=arrived_ns,
        message_id=which,
        reason="deleted",
        channel=channel,
        sent_ms=_sent_ms(tags),
    )


def _sent_ms(tags: Tags) -> int | None:
    return number(tags.get("tmi-sent-ts", "")) or None


def _writer(tags: Tags, login: str) -> Author:
    who = author(tags, login)
    if not who.id or not who.name:
        raise BadItem("nobody wrote it")
    return who


_READERS: dict[str, Callable[[Line, Tags, str, int, Callable[[], str]], Incoming | LeftOut]] = {
    "PRIVMSG": _message,
    "USERNOTICE": _event,
    "CLEARCHAT": _clear_chat,
    "CLEARMSG": _clear_message,
}
