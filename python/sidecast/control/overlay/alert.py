"""A channel event as an alert shows it, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ...flow.chat import ChannelEvent, EventKind
from .plain import MAX_NAME, MAX_TEXT, line, readable_on_dark

SOMEBODY = "somebody"
"""Who has a name that the host would not say either."""
MAX_TOGETHER = 50
"""Followers in one alert whose names are remembered, for removals; more are only counted."""
NAMED = 2
"""Of several followers."""


@dataclass(frozen=True, slots=True)
class _Kind:
    words: str
    """After the name; `{amount}` and `{s}` for one or several of it."""
    stays_s: float
    rank: int
    """What is less goes first when too much waits."""


KINDS: Mapping[EventKind, _Kind] = MappingProxyType(
    {
        EventKind.FOLLOW: _Kind("is a new follower", 5.0, 0),
        EventKind.CHEER: _Kind("cheered with {amount} bit{s}", 6.0, 1),
        EventKind.SUB: _Kind("subscribed", 6.0, 2),
        EventKind.RESUB: _Kind("subscribed for {amount} month{s}", 6.0, 2),
        EventKind.GIFT: _Kind("gave away {amount} sub{s}", 7.0, 3),
        EventKind.HYPE_TRAIN: _Kind("Hype train, level {amount}", 6.0, 3),
        EventKind.RAID: _Kind("raids with {amount} viewer{s}", 8.0, 4),
    }
)
"""Others are no alerts: the card shows them when they are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One that waits, or is shown."""

    events: tuple[ChannelEvent, ...]
    """The first, and for followers those that came while it waited; bounded."""
    names: tuple[str, ...]
    """Theirs, as they may be shown."""
    more: int = 0
    """Followers beyond those."""
    text: str = ""
    """What its viewer wrote with it, if that passed the gate."""

    @property
    def kind(self) -> EventKind:
        return self.events[0].kind

    @property
    def rank(self) -> int:
        return KINDS[self.kind].rank

    @property
    def stays_s(self) -> float:
        return KINDS[self.kind].stays_s

    def joined(self, other: Alert) -> Alert:
        """Both in one."""
        events, names = self.events + other.events, self.names + other.names
        more = self.more + other.more + max(0, len(events) - MAX_TOGETHER)
        return replace(self, events=events[:MAX_TOGETHER], names=names[:MAX_TOGETHER], more=more)

    def without(self, gone: set[str]) -> Alert | None:
        """What is left of it when these events (ids) are taken away; None: nothing."""
        left = [pair for pair in zip(self.events, self.names, strict=True) if pair[0].id not in gone]
        if not left:
            return None
        return replace(self, events=tuple(event for event, _ in left), names=tuple(name for _, name in left))

    def view(self) -> dict[str, Any]:
        event = self.events[0]
        amount = event.amount
        words = KINDS[self.kind].words.format(amount=f"{amount:,}", s="" if amount == 1 else "s")
        others = len(self.names) - NAMED + self.more
        named = list(self.names[:NAMED])
        if others > 0:
            named.append(f"{others} other{'' if others == 1 else 's'}")
        if len(self.names) + self.more > 1:
            words = "are new followers"
        return {
            "kind": self.kind.value,
            "name": " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named),
            "colour": readable_on_dark(event.author.colour if event.author else ""),
            "words": words,
            "text": self.text,
            "amount": amount,
        }


def alert_of(event: ChannelEvent, name: str, *, with_text: bool) -> Alert | None:
    """None for an event that is none.

    Args:
        name: of its viewer, as it may be shown.
        with_text: what they wrote passed the gate whole.
    """
    if event.kind not in KINDS:
        return None
    named = line(name, MAX_NAME)
    if not named and event.kind is not EventKind.HYPE_TRAIN:
        named = SOMEBODY
    return Alert(events=(event,), names=(named,), text=line(event.text, MAX_TEXT) if with_text else "")
