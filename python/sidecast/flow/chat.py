"""What comes in from a platform: messages, channel events and removals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """What an author may be in a channel. Commands are taken from roles, never from text."""

    BROADCASTER = "broadcaster"
    MODERATOR = "moderator"
    VIP = "vip"
    SUBSCRIBER = "subscriber"


class FragmentKind(StrEnum):
    TEXT = "text"
    EMOTE = "emote"
    MENTION = "mention"
    CHEER = "cheer"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of the message's text; the fragments joined give the text back."""

    kind: FragmentKind
    text: str
    id: str = ""
    """Emote id, mentioned user's id, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote. `name` is personal: sealed in the ledger, marked in logs."""

    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    colour: str = ""
    """`#rrggbb` as chosen on the platform, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message of a viewer."""

    id: str
    author: Author
    text: str
    arrived_ns: int
    """`Clock.now_ns()` when the source handed it over; all latency counts from here."""
    channel: str = ""
    fragments: tuple[Fragment, ...] = ()
    reply_to: str = ""
    """Id of the message that this one answers, or empty."""
    sent_ms: int | None = None
    """The platform's own time, Unix milliseconds."""
    first: bool = False
    """The platform says that this is the author's first message in the channel."""
    bits: int = 0
    reward: str = ""
    """Title of the channel-points reward that this message redeems, or empty."""
    reward_id: str = ""
    """The platform's id of that reward; some sources know no more of it."""


class EventKind(StrEnum):
    FOLLOW = "follow"
    SUB = "sub"
    RESUB = "resub"
    GIFT = "gift"
    CHEER = "cheer"
    RAID = "raid"
    REDEMPTION = "redemption"
    POLL = "poll"
    PREDICTION = "prediction"
    HYPE_TRAIN = "hype_train"
    AD_BREAK = "ad_break"
    SHOUT_OUT = "shout_out"
    STREAM_ON = "stream_on"
    STREAM_OFF = "stream_off"
    ANNOUNCEMENT = "announcement"
    """A moderator's line that the platform frames; `text` holds it."""
    NOTICE = "notice"
    """What the platform tells the chat of itself (a badge earned, a gift paid forward, another title); `raw_kind` says what."""
    MODERATION = "moderation"
    """What moderators or the platform did that takes nothing away: a warning, slow mode, a shield; `raw_kind` says what."""
    SAID = "said"
    """The streamer has typed a line for the host to say: no platform sends this, and no removal of chat cuts it."""
    UNKNOWN = "unknown"
    """What the platform added since; kept, counted and shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent:
    """Something that happened in the channel. `text` is viewer text and goes through the gate."""

    id: str
    kind: EventKind
    arrived_ns: int
    author: Author | None = None
    channel: str = ""
    amount: int = 0
    """Viewers of a raid, bits of a cheer, months of a resub, gifts given, votes of a poll, users of a prediction, level of a
    hype train, seconds of an ad break; 0 where it has no meaning."""
    title: str = ""
    """Title of a reward, a poll or a prediction, or what a moderator's act is in a word or two."""
    text: str = ""
    sent_ms: int | None = None
    raw_kind: str = ""
    """The platform's own name of the event."""
    about: str = ""
    """The platform's id of what it tells of, which outlives the event: a redemption, a poll, a prediction, a hype train."""
    reward_id: str = ""
    """The platform's id of the reward that is redeemed, or empty."""


class RemovalScope(StrEnum):
    MESSAGE = "message"
    USER = "user"
    CHAT = "chat"
    HELD = "held"
    """One message, taken back until a moderator has looked at it: it may come again, with the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A message, a user's messages or the whole chat was taken away: cancels what hangs on it, anywhere."""

    scope: RemovalScope
    arrived_ns: int
    message_id: str = ""
    author_id: str = ""
    reason: str = ""
    channel: str = ""
    taken: frozenset[str] = frozenset()
    """Ids of recent messages that it takes away, as far as the show knows."""
    cut: str = ""
    """Id of the turn that it cut, or empty."""
    sent_ms: int | None = None
    """The platform's own time, Unix milliseconds."""

    def hits(self, item: ChatMessage | ChannelEvent) -> bool:
        """True when `item` is what this removal takes away."""
        if isinstance(item, ChannelEvent) and item.kind is EventKind.SAID:
            return False
        if self.scope is RemovalScope.CHAT:
            return True
        if self.scope is RemovalScope.USER:
            return item.author is not None and bool(self.author_id) and item.author.id == self.author_id
        return bool(self.message_id) and item.id == self.message_id

    def reaches(self, item: ChatMessage | ChannelEvent) -> bool:
        """True also for a reply to what is taken away: it may quote it."""
        if self.hits(item):
            return True
        parent = item.reply_to if isinstance(item, ChatMessage) else ""
        return parent != "" and (parent == self.message_id or parent in self.taken)


def without_words(item: ChatMessage | ChannelEvent) -> ChatMessage | ChannelEvent:
    """What may be kept of an item that was removed."""
    return replace(item, text="", fragments=()) if isinstance(item, ChatMessage) else replace(item, text="")


def left_alone(item: ChatMessage | ChannelEvent) -> ChatMessage | ChannelEvent:
    """What is told of an item whose author has opted out: that there was one."""
    nobody = Author(id="", name="")
    if isinstance(item, ChatMessage):
        return replace(item, id="", author=nobody, text="", fragments=(), reply_to="", reward="")
    return replace(item, id="", author=nobody, text="", title="")


Incoming = ChatMessage | ChannelEvent | Removal
"""What a chat source yields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a source may have missed something: nothing of it will ever come. No item: it goes to the ledger."""

    source: str
    """Its name, as in `ChatSource.name`."""
    from_ms: int
    """Unix milliseconds of the last moment that was surely heard."""
    to_ms: int
    """Unix milliseconds from which everything is heard again."""
    why: str
    """For the streamer; holds no viewer text."""
