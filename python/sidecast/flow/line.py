"""One line of the ledger: everything about one turn, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    HEARD = "heard"
    CUT = "cut"
    """Partly heard: skipped, muted, stopped or removed in the middle."""
    SILENT = "silent"
    """Nothing of it was heard."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Stamps (`now_ns`) of a turn's way; 0 = never reached. In the order of the picture in DESIGN."""

    arrived_ns: int = 0
    screened_ns: int = 0
    chosen_ns: int = 0
    first_clause_ns: int = 0
    cleared_ns: int = 0
    first_pcm_ns: int = 0
    audible_ns: int = 0
    ended_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    turn_id: str
    wall_ms: int
    author_id: str
    author_name: str
    """Sealed at rest with the author's own key, as are `text` and `heard`."""
    text: str
    cause: str
    """`message`, or the event's kind."""
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)
    """Why it was chosen: the score's summands."""
    waiting: int = 0
    """How many candidates it was chosen from."""
    brain: str = ""
    voice: str = ""
    verdicts: tuple[str, ...] = ()
    """One a clause: decision, category and rule, e.g. `allow`, `block swearing en.strong`."""
    cleared: tuple[str, ...] = ()
    """The spoken text of every clause that the gate cleared, sealed at rest."""
    heard: str = ""
    """What was really heard, truncated where it was cut."""
    outcome: Outcome = Outcome.SILENT
    reason: str = ""
    """Why it ended as it did: `Reason`, or who cut it."""
    was_free: bool = True
    item_id: str = ""
    """The platform's id of the message or event."""
    removed: bool = False
    """The message was taken away: `text`, `cleared` and `heard` are empty, whatever was heard."""
    asked_by: str = ""
    """Who had it answered, or said; empty = the host's own choice."""
    asked_ns: int = 0
    """When they did; 0 = nobody did."""
    approved_by: str = ""
    """Who let the reply be said, or `time` when nobody objected in time; empty when nobody was asked, or it was not said."""
    stages: Stages = field(default_factory=Stages)
