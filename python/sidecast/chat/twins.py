"""One happening that Twitch tells twice under different ids: in the chat, and as an event of the channel.

A cheer is a message with bits and a `channel.cheer`; a sub, a gift and a raid are lines in the chat and events; a reward with
words is a message and a redemption. The chat's telling is preferred: its id is what IRC and the removals name.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..flow.chat import ChannelEvent, ChatMessage, EventKind, Removal

KEPT_S = 2.0
"""An event waits as long for the chat to tell the same; half of it is plenty, and nobody is thanked in less."""
SAME_S = 60.0
"""Tellings that are farther apart are of two happenings."""
REMEMBERED = 512
ANONYMOUS_CHEERER = "407665396"
"""Id of AnAnonymousCheerer, in whose name bits without a name come into the chat."""

Key = tuple[str, str, str]

_EVENTS: dict[str, Callable[[ChannelEvent], str]] = {
    "channel.cheer": lambda event: str(event.amount),
    "channel.subscribe": lambda event: "",
    "channel.subscription.message": lambda event: "",
    "channel.subscription.gift": lambda event: str(event.amount),
    "channel.raid": lambda event: "",
    "channel.channel_points_custom_reward_redemption.add": lambda event: event.reward_id,
}
"""Events of the channel that the chat may tell too → what tells one from another of the same viewer."""
_IN_CHAT = frozenset({EventKind.SUB, EventKind.RESUB, EventKind.GIFT, EventKind.RAID})


def is_of_channel(event: ChannelEvent) -> bool:
    """It is told as an event of the channel, and the chat may tell the same."""
    return event.raw_kind in _EVENTS


@dataclass(frozen=True, slots=True)
class _Kept:
    event: ChannelEvent
    key: Key
    until_ns: int


class Twins:
    """`chat` for what the chat tells, `event` for what the channel's events tell. No clock in here: `now_ns` is given."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._kept: deque[_Kept] = deque()
        self._in_chat: deque[tuple[int, Key]] = deque(maxlen=limit)
        """Told by the chat, and not yet by an event."""
        self._as_event: deque[tuple[int, Key, str]] = deque(maxlen=limit)
        """Handed on as an event, and not yet told by the chat; with the event's id."""
        self._titles: OrderedDict[str, str] = OrderedDict()
        """Reward id → its title, which only the events know."""
        self._event_of: OrderedDict[str, str] = OrderedDict()
        """Id of a message → id of the event that was handed on before it with the same words."""

    def __len__(self) -> int:
        return len(self._kept) + len(self._in_chat) + len(self._as_event) + len(self._titles) + len(self._event_of)

    @property
    def due_ns(self) -> int | None:
        """When something that was kept is to be handed on; None = nothing is kept."""
        return self._kept[0].until_ns if self._kept else None

    def due(self, now_ns: int) -> list[ChannelEvent]:
        """What the chat has not told in time."""
        found = []
        while self._kept and self._kept[0].until_ns <= now_ns:
            found.append(self._hand_on(self._kept.popleft(), now_ns))
        return found

    def event(self, event: ChannelEvent, now_ns: int) -> bool | None:
        """Of one that `is_of_channel`. True: hand it on. None: kept for a moment. False: the chat has told it."""
        if event.kind is EventKind.REDEMPTION:
            self._learn(event.reward_id, event.title)
            if not event.text:
                return True
        key = (event.kind.value, event.author.id if event.author is not None else "", _EVENTS[event.raw_kind](event))
        if self._told_in_chat(key, now_ns):
            return False
        kept = _Kept(event, key, now_ns + round(KEPT_S * 1e9))
        if len(self._kept) >= self._limit:
            # a flood: rather told twice than kept without end
            self._hand_on(kept, now_ns)
            return True
        self._kept.append(kept)
        return None

    def chat(self, item: ChatMessage | ChannelEvent, now_ns: int) -> ChatMessage | ChannelEvent | None:
        """What to hand on of what the chat tells; None when it was handed on as an event."""
        for key in _keys(item):
            kept = next((each for each in self._kept if each.key == key), None)
            if kept is not None:
                self._kept.remove(kept)
                continue
            told = self._told_as_event(key, now_ns)
            if told == "":
                self._in_chat.append((now_ns, key))
            elif isinstance(item, ChannelEvent):
                return None
            else:
                self._remember(self._event_of, item.id, told)
                item = replace(item, bits=0, reward="", reward_id="")
        if isinstance(item, ChatMessage) and item.reward_id and not item.reward:
            return replace(item, reward=self._titles.get(item.reward_id, ""))
        return item

    def taken(self, removal: Removal, now_ns: int) -> list[ChannelEvent | Removal]:
        """What comes before the removal, and the removal of an event that says what a removed message says."""
        hit = [each for each in self._kept if removal.hits(each.event)]
        for each in hit:
            self._kept.remove(each)
        found: list[ChannelEvent | Removal] = [self._hand_on(each, now_ns) for each in hit]
        if told := self._event_of.get(removal.message_id, ""):
            found.append(replace(removal, message_id=told))
        return found

    def _hand_on(self, kept: _Kept, now_ns: int) -> ChannelEvent:
        self._as_event.append((now_ns, kept.key, kept.event.id))
        return kept.event

    def _told_in_chat(self, key: Key, now_ns: int) -> bool:
        for each in self._in_chat:
            if each[1] == key and now_ns - each[0] <= SAME_S * 1e9:
                self._in_chat.remove(each)
                return True
        return False

    def _told_as_event(self, key: Key, now_ns: int) -> str:
        for each in self._as_event:
            if each[1] == key and now_ns - each[0] <= SAME_S * 1e9:
                self._as_event.remove(each)
                return each[2]
        return ""

    def _learn(self, reward_id: str, title: str) -> None:
        if reward_id and title:
            self._remember(self._titles, reward_id, title)

    def _remember(self, memory: OrderedDict[str, str], key: str, value: str) -> None:
        memory[key] = value
        if len(memory) > self._limit:
            memory.popitem(last=False)


def _keys(item: ChatMessage | ChannelEvent) -> list[Key]:
    author = item.author.id if item.author is not None else ""
    if isinstance(item, ChatMessage):
        keys = [(EventKind.CHEER.value, "" if author == ANONYMOUS_CHEERER else author, str(item.bits))] if item.bits else []
        return [*keys, (EventKind.REDEMPTION.value, author, item.reward_id)] if item.reward_id else keys
    if item.kind not in _IN_CHAT:
        return []
    return [(item.kind.value, author, str(item.amount) if item.kind is EventKind.GIFT else "")]
