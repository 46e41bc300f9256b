"""Sound with its timing."""

from __future__ import annotations

from asyncio import Future
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
    """One cleared clause with its timed phonemes, and its sound, of which the rest may still be on its way."""

    cleared: ClearedClause
    pcm: bytes
    """s16le mono: the beginning, or all of it."""
    frames: int
    """Of the whole utterance."""
    rest: Future[bytes] | None = None
    """The PCM after `pcm`, when that is not all. Fails with VoiceError when the voice breaks off."""
    rate: int
    """Hz."""
    alphabet: Alphabet
    segments: tuple[Segment, ...]
    engine: str
    """Name of the voice that made it."""
    synthesised_ns: int = 0

    @property
    def seconds(self) -> float:
        return self.frames / self.rate

    async def whole(self) -> bytes:
        """All of its PCM, once it is there. Raises VoiceError when the voice breaks off."""
        return self.pcm + (await self.rest if self.rest is not None else b"")
