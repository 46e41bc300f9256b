"""An utterance while it is in the mixer, and which of its words were heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..flow.utterance import Utterance


@dataclass(slots=True)
class Sounding:
    """An utterance that the mixer has, and what became of it."""

    utterance: Utterance
    frames: int
    """How many it has got, or will get."""
    ended: asyncio.Event
    heard_frames: int = 0

    def words(self, frames: int) -> int:
        """How many of its words begin to sound within its first `frames`."""
        if frames >= self.utterance.frames:
            return len(self.utterance.cleared.clause.words)
        until_s = frames / self.utterance.rate
        return 1 + max((s.word for s in self.utterance.segments if s.word >= 0 and s.start_s < until_s), default=-1)

    def heard_words(self) -> str:
        """As they are written."""
        return " ".join(word.written for word in self.utterance.cleared.clause.words[: self.words(self.heard_frames)])
