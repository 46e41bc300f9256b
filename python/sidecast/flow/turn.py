"""One thing the co-host does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .candidate import Candidate


class Priority(IntEnum):
    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A chosen candidate on its way to being answered."""

    id: str
    cause: Candidate
    chosen_ns: int
    priority: Priority = Priority.MEDIUM
    deadline_ns: int = 0
    """After this the turn is not worth starting; 0 = none."""
    was_free: bool = True
    """The host was free to speak when the cause arrived; only such turns count in `audible_ms`."""
