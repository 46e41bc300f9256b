"""Sound with its timing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .clause import ClearedClause


class Alphabet(StrEnum):
    """Which phoneme symbols an engine speaks in."""

    ARPABET = "arpabet"
    IPA = "ipa"


@dataclass(frozen=True, slots=True)
class Segment:
    """One phoneme and when it sounds, in seconds from the utterance's first sample."""

    phoneme: str
    start_s: float
    end_s: float
    word: int = -1
    """Index into `clause.words` of the word it belongs to; -1 for silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """PCM of one cleared clause with timed phonemes."""

    cleared: ClearedClause
    pcm: bytes
    """s16le mono."""
    rate: int
    """Hz."""
    alphabet: Alphabet
    segments: tuple[Segment, ...]
    engine: str
    """Name of the voice that made it."""
    synthesised_ns: int = 0

    @property
    def frames(self) -> int:
        return len(self.pcm) // 2

    @property
    def seconds(self) -> float:
        return self.frames / self.rate
