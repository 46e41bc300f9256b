"""What of a turn's words a caption page knows: the words, and when each utterance was really heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...flow.cue import Caption
from .plain import MAX_WORD, line

MAX_WORDS = 400
"""Of one turn; the words of the oldest utterances go first. As many as the app's own caption takes."""
_DECIMALS = 3

Words = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One utterance."""

    utterance: int
    words: Words
    """Text, start and end in seconds from the utterance's first sample."""
    began_ms: int | None = None
    """Unix time of that sample, once it was heard."""
    cut_ms: int | None = None
    """Unix time at which it was silenced."""


class Said:
    """The caption of one turn. Positions come from the stage's marks, never from a timer."""

    def __init__(self, turn_id: str) -> None:
        self.turn_id = turn_id
        self.parts: tuple[Part, ...] = ()

    def add(self, caption: Caption) -> bool:
        """An utterance is on its way to the mixer; whether there is anything new to show."""
        words = tuple(
            (text, round(word.start_s, _DECIMALS), round(word.end_s, _DECIMALS))
            for word in caption.words[:MAX_WORDS]
            if (text := line(word.text, MAX_WORD))
        )
        if not words or caption.turn_id != self.turn_id:
            return False
        self.parts = (*(self.parts if caption.more else ()), Part(caption.utterance, words))
        while sum(len(part.words) for part in self.parts) > MAX_WORDS:
            self.parts = self.parts[1:]
        return True

    def began(self, utterance: int, audible_ms: int) -> bool:
        """Its first audible sample was heard: that of its first word, so the silence before it is taken off."""
        for part in self.parts:
            if part.utterance == utterance and part.began_ms is None:
                silence_s = next((start for _, start, end in part.words if end > start), 0.0)
                return self._put(replace(part, began_ms=audible_ms - round(silence_s * 1e3)))
        return False

    def cut(self, utterance: int, at_ms: int) -> bool:
        """It was silenced; what of it had not begun by then never will."""
        for part in self.parts:
            if part.utterance == utterance and part.cut_ms is None:
                return self._put(replace(part, cut_ms=at_ms))
        return False

    def view(self) -> dict[str, Any]:
        return {
            "turn": self.turn_id,
            "parts": [
                {
                    "n": part.utterance,
                    "words": [list(word) for word in part.words],
                    "began_ms": part.began_ms,
                    "cut_ms": part.cut_ms,
                }
                for part in self.parts
            ],
        }

    def _put(self, changed: Part) -> bool:
        self.parts = tuple(changed if part.utterance == changed.utterance else part for part in self.parts)
        return True
