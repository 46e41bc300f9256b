"""What the control room shows of the show beside what every watcher is told."""

from __future__ import annotations

from dataclasses import dataclass

from .candidate import Candidate
from .turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One that waits for an answer."""

    candidate: Candidate
    """With its score and parts as of now."""
    deadline_ns: int
    """When it is too late to answer it."""
    placed_by: str = ""
    """Who has put it where it is, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsApproval:
    """A reply of which nothing is heard until a human has said yes."""

    turn: Turn
    lines: tuple[str, ...]
    """What would be said, clause by clause, as it is written."""
    doubts: tuple[str, ...]
    """What the gates found in it: decision, category and rule of each; never the words."""
    until_ms: int
    """Unix time at which nobody is waited for any longer."""
    then_say: bool
    """What happens then: it is said, rather than dropped."""
