"""The smallest text that is judged and spoken."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import NotCleared
from .verdict import Decision, Verdict


class Mood:
    """Names that an avatar is asked to show. A pack may add its own; unknown ones fall back to NEUTRAL."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    LAUGHING = "laughing"
    SAD = "sad"
    ANGRY = "angry"
    SURPRISED = "surprised"
    THINKING = "thinking"
    EMBARRASSED = "embarrassed"
    SLEEPY = "sleepy"


@dataclass(frozen=True, slots=True)
class Word:
    """A written word and how it is read aloud. Several spoken words (`42`, forty two) stay one `Word`."""

    written: str
    spoken: str
    """May be empty: shown in the caption, not read (an emoji)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause of a reply in its spoken form, not yet judged."""

    turn_id: str
    index: int
    """0 for the first clause of the turn."""
    words: tuple[Word, ...]
    mood: str = Mood.NEUTRAL
    gesture: str = ""
    """Name of a gesture that starts with the clause (`wave`), or empty."""

    @property
    def text(self) -> str:
        """As the caption shows it."""
        return " ".join(word.written for word in self.words)

    @property
    def spoken(self) -> str:
        """As the engine gets it."""
        return " ".join(word.spoken for word in self.words if word.spoken)


@dataclass(frozen=True, slots=True)
class ClearedClause:
    """A clause that the gate out has allowed. Only `safety/gate_out.py` makes these; a test holds it to that.

    Raises:
        NotCleared: the verdict does not allow it, or is about another text than the one to be spoken.
    """

    clause: Clause
    verdict: Verdict

    def __post_init__(self) -> None:
        if self.verdict.decision is not Decision.ALLOW:
            raise NotCleared(f"Clause {self.clause.index} of turn {self.clause.turn_id} was not allowed by the gate.")
        if self.verdict.judged != self.clause.spoken:
            raise NotCleared(f"The verdict on clause {self.clause.index} of turn {self.clause.turn_id} is about another text.")

    @property
    def spoken(self) -> str:
        """Byte for byte what the engine gets."""
        return self.clause.spoken
