"""`channel.chat.message` → `ChatMessage`: the one that comes by the thousand.

https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/#channelchatmessage
"""

from __future__ import annotations

from ...flow.chat import ChatMessage, Fragment, FragmentKind
from ..left_out import LeftOut
from .envelope import Envelope
from .fields import (
    MAX_TEXT,
    BadItem,
    Fields,
    colour,
    from_elsewhere,
    needed,
    needed_object,
    number,
    object_,
    objects,
    person,
    roles,
    short,
    text,
)

MAX_FRAGMENTS = 512

_ACTION = "\x01ACTION "
_END = "\x01"
_FIRST = "user_intro"
"""A viewer's first message, when Twitch invites them to introduce themselves."""
OWN_REWARDS = {
    "channel_points_highlighted": "send_highlighted_message",
    "channel_points_sub_only": "single_message_bypass_sub_mode",
}
"""Kind of message → Twitch's own id of the reward that was redeemed with it; the channel's own rewards have ids of theirs."""


def message_of(event: Fields, envelope: Envelope, arrived_ns: int) -> ChatMessage | LeftOut:
    """Raises BadItem."""
    if from_elsewhere(event):
        return LeftOut.SHARED_CHAT
    words = needed_object(event, "message")
    said = words.get("text")
    if not isinstance(said, str):
        raise BadItem("no text")
    parts = fragments(words, said)
    if said.startswith(_END):
        if not said.startswith(_ACTION):
            return LeftOut.CLIENT_REQUEST
        said = said.removeprefix(_ACTION).removesuffix(_END)
        parts = _without_action(parts, said)
    if len(said) > MAX_TEXT:
        said, parts = said[:MAX_TEXT], ()
    who = needed(event, "chatter_user_id")
    kind = short(event, "message_type")
    cheer, reply = object_(event, "cheer"), object_(event, "reply")
    return ChatMessage(
        id=needed(event, "message_id"),
        author=person(event, "chatter_", roles(event, who), colour(event)),
        text=said,
        arrived_ns=arrived_ns,
        channel=text(event, "broadcaster_user_login"),
        fragments=parts,
        reply_to=short(reply, "parent_message_id") if reply is not None else "",
        sent_ms=envelope.sent_ms,
        first=kind == _FIRST,
        bits=number(cheer, "bits") if cheer is not None else 0,
        reward_id=short(event, "channel_points_custom_reward_id") or OWN_REWARDS.get(kind, ""),
    )


def fragments(words: Fields, said: str) -> tuple[Fragment, ...]:
    """Joined they give `said` back; none when it is nothing but text, or when Twitch's do not add up."""
    given = objects(words, "fragments")
    if len(given) > MAX_FRAGMENTS:
        return ()
    parts: list[Fragment] = []
    plain = True
    for each in given:
        run, kind = each.get("text"), each.get("type")
        if not isinstance(run, str):
            raise BadItem("a fragment without text")
        if kind == "text":
            part = Fragment(FragmentKind.TEXT, run)
        else:
            part = _special(each, run, kind)
            plain = plain and part.kind is FragmentKind.TEXT
        if run:
            parts.append(part)
    if plain or "".join([part.text for part in parts]) != said:
        return ()
    return tuple(parts)


def _special(each: Fields, run: str, kind: object) -> Fragment:
    match kind:
        case "emote":
            emote = object_(each, "emote")
            return Fragment(FragmentKind.EMOTE, run, short(emote, "id") if emote is not None else "")
        case "mention":
            mentioned = object_(each, "mention")
            return Fragment(FragmentKind.MENTION, run, short(mentioned, "user_id") if mentioned is not None else "")
        case "cheermote":
            return Fragment(FragmentKind.CHEER, run)
        case _:  # of a kind that Twitch has added since: its words are words
            return Fragment(FragmentKind.TEXT, run)


def _without_action(parts: tuple[Fragment, ...], said: str) -> tuple[Fragment, ...]:
    if not parts:
        return ()
    first, *rest = parts
    cut = [Fragment(first.kind, first.text.removeprefix(_ACTION), first.id), *rest]
    last = cut[-1]
    cut[-1] = Fragment(last.kind, last.text.removesuffix(_END), last.id)
    kept = tuple(part for part in cut if part.text)
    return kept if "".join(part.text for part in kept) == said else ()
