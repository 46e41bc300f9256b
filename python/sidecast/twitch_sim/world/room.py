"""One channel: its chat, its people, its stream, its polls and rewards. State only; what changes it is in the modules beside."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from .happenings import ChatSettings, Message
from .people import Standing, User

MESSAGES = 2000
"""Messages that can still be deleted or answered; Twitch forgets them after hours."""


@dataclass(slots=True)
class Stream:
    """On air."""

    id: str
    started_ms: int
    viewers: int = 12


@dataclass(slots=True)
class Room:
    channel: User
    standing: Standing = field(default_factory=Standing)
    settings: ChatSettings = field(default_factory=ChatSettings)
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    last_said: dict[str, deque[tuple[int, str]]] = field(default_factory=dict)
    """By user id: when they wrote what of late, for the rules on pace and repetition."""
    stream: Stream | None = None
    title: str = "Just a rehearsal"
    category: tuple[str, str] = ("509658", "Just Chatting")
    """Id and name."""
    language: str = "en"
    shield: bool = False
    shield_by: User | None = None
    shield_ms: int = 0
    shouted_ms: dict[str, int] = field(default_factory=dict)
    """When whom a shout-out was last given."""
    rewards: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As Helix shows them, by id."""
    redemptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As EventSub tells of them, by id."""
    polls: dict[str, dict[str, Any]] = field(default_factory=dict)
    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    """AutoMod's queue, by message id."""
    train: dict[str, Any] | None = None
    train_ends_ms: int = 0

    def remember(self, message: Message) -> None:
        self.messages[message.id] = message
        while len(self.messages) > MESSAGES:
            self.messages.popitem(last=False)
