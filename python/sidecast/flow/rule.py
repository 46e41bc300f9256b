"""A rule has run: what the ledger keeps of it. Holds no words of viewers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RunEnding(StrEnum):
    """What became of a run."""

    DONE = "done"
    PART = "part"
    """Some of it was done, some refused."""
    REFUSED = "refused"
    """Nothing of it was done."""
    CUT = "cut"
    """It was ended before its last step: the rules were stopped, or the show ended."""
    DROPPED = "dropped"
    """It never began: too many runs waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run of a rule in the ledger."""

    run_id: str
    at_ms: int
    """Unix milliseconds of what set it off."""
    rule: str
    """Its name in the streamer's file."""
    trigger: str
    """What set it off, in a few words of ours: `raid of 42`, `command !brb`, `test`."""
    ending: RunEnding
    told: str = ""
    """Why something was not done, or empty."""
    steps: int = 0
    done: int = 0
    """How many of them were done."""
    took_ms: int = 0
    tested: bool = False
    """Somebody pressed the test button."""
    viewer_id: str = ""
    """Who set it off, or empty."""
