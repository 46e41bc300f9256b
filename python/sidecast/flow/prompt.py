"""What a brain is asked. Chat is data: viewer text sits in slots of its own, never in the instructions."""

from __future__ import annotations

from dataclasses import dataclass

from .candidate import Understanding
from .chat import EventKind

MAX_NAME = 25
"""Characters of a viewer's name that reach a brain (Twitch's own limit)."""
MAX_TEXT = 300
"""Characters of viewer text that reach a brain."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One past turn as it was *heard*."""

    name: str
    text: str
    heard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One request for a reply. `name`, `text` and `title` are viewer data, already length-capped."""

    turn_id: str
    name: str
    text: str
    understanding: Understanding
    event: EventKind | None = None
    amount: int = 0
    title: str = ""
    newcomer: bool = False
    history: tuple[Exchange, ...] = ()
    """Oldest first."""
