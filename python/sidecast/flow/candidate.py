"""A message that might be answered, what was understood of it, and why it was answered or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .chat import ChannelEvent, ChatMessage, Removal, RemovalScope
from .verdict import Verdict


class Kind(StrEnum):
    """What a message is, as far as its words tell."""

    QUESTION = "question"
    MENTION = "mention"
    """It names the host."""
    GREETING = "greeting"
    COMMAND = "command"
    """`!word`: meant for a bot or for the host's own commands."""
    REACTION = "reaction"
    """Emotes, laughter, cheers: noise of the room rather than something to answer."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the words tell."""

    kinds: frozenset[Kind]
    sentiment: float
    """-1 (hostile, sad) .. 1 (warm, glad)."""
    energy: float
    """0 (calm) .. 1 (shouting)."""
    subject: str
    """The text without the host's name, commands and emotes: what an answer is looked up by."""
    tokens: int


class Reason(StrEnum):
    """Why an incoming item did or did not become a turn. Every item ends with exactly one."""

    ANSWERED = "answered"
    BLOCKED = "blocked"
    HELD = "held"
    """The gate was not sure, or the platform took it back until a moderator has looked at it."""
    COMMAND = "command"
    REACTION = "reaction"
    REPEATED = "repeated"
    """The same text was seen a moment ago."""
    STALE = "stale"
    """Waited longer than a viewer would expect an answer."""
    CROWDED_OUT = "crowded_out"
    """The waiting list was full and others scored higher."""
    AUTHOR_LIMIT = "author_limit"
    """Its author already has a message waiting."""
    REMOVED = "removed"
    """Deleted, timed out or cleared before it was answered, or a reply to what was."""
    OVERRULED = "overruled"
    """Skipped or stopped by the streamer before anything of it was heard."""
    NEVER = "never"
    """Somebody said that it is not to be answered this evening, nor the same words of its author."""
    REJECTED = "rejected"
    """Somebody read the reply and did not want it said."""
    UNAPPROVED = "unapproved"
    """Nobody approved the reply in time."""
    CAREFUL = "careful"
    """A storm: only those who are known here, or nobody, was answered."""
    OPTED_OUT = "opted_out"
    """Its author does not want to be answered, quoted or remembered: its words were dropped unread."""
    OWN = "own"
    """The host's own line, come back from the platform."""
    MUTED = "muted"
    FAILED = "failed"
    """Chosen, but brain, gate or voice gave nothing that could be said."""
    OVERLOADED = "overloaded"
    """The intake queue was full: dropped unread."""
    INFORMATION = "information"
    """An event that is noted but never answered, or a removal."""
    WAITING = "waiting"
    """Still waiting; only in reports made while the show runs."""
    CHANNEL_LEFT = "channel_left"
    """The show went over to another channel's chat."""
    SHOW_ENDED = "show_ended"


TAKEN_AWAY = frozenset({Reason.REMOVED, Reason.HELD})
"""Why a turn was cut that a removal hit."""


def fate_by(removal: Removal) -> Reason:
    """What becomes of an item that `removal` hits."""
    return Reason.HELD if removal.scope is RemovalScope.HELD else Reason.REMOVED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A screened and understood message or event with its score. Higher scores are answered first."""

    item: ChatMessage | ChannelEvent
    verdict: Verdict
    understanding: Understanding
    screened_ns: int
    """When it was screened and understood."""
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    """The score's summands by name, for the page and the ledger."""
    asked_by: str = ""
    """Who had it answered, or said; empty = the host's own choice."""
    asked_ns: int = 0
    """When they did."""
    recalled: bool = False
    """It had been passed over, and so has its reason already, when somebody asked for it."""
