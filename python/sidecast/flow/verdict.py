"""What a gate says of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Decision(IntEnum):
    """From mild to strict, so that the strictest of several is their `max`."""

    ALLOW = 0
    SOFTEN = 1
    HOLD = 2
    BLOCK = 3


class Category(StrEnum):
    """Why; after Twitch's AutoMod, plus what a talking host adds."""

    NONE = "none"
    AGGRESSION = "aggression"
    BULLYING = "bullying"
    DISABILITY = "disability"
    MISOGYNY = "misogyny"
    RACE_RELIGION = "race_religion"
    SEX = "sex"
    SEXUALITY = "sexuality"
    SWEARING = "swearing"
    SELF_HARM = "self_harm"
    MINORS = "minors"
    EXTREMISM = "extremism"
    PERSONAL_DATA = "personal_data"
    SECRETS = "secrets"
    LINK = "link"
    COMMAND = "command"
    INJECTION = "injection"
    OWN = "own"
    """The streamer's own list."""
    SPAM = "spam"
    MALFORMED = "malformed"
    """Too long, not text, or not speakable."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision about one text, explainable in one line."""

    decision: Decision
    judged: str
    """The text that was judged, byte for byte."""
    category: Category = Category.NONE
    rule: str = ""
    """Name of the rule that decided; never the matched text."""
    confidence: float = 1.0
    """0..1."""
    replacement: str = ""
    """With SOFTEN: what is said instead."""

    @property
    def passes(self) -> bool:
        return self.decision is Decision.ALLOW
