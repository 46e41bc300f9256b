"""Words with their times, so that a page can show them one by one as they are heard."""

from __future__ import annotations

from typing import Any

from ...clock import Clock
from ...flow.cue import Caption, TimedWord
from ...flow.mark import Audible

MAX_WORDS = 150
"""Of one clause, which has 600 characters at most."""
MAX_WORD = 80
KEPT = 16
"""Utterances whose sound has not begun: the mixer's ring holds far fewer."""


class Spoken:
    """When each utterance begins, from what its mark says."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._silence_s: dict[int, float] = {}

    def add(self, caption: Caption) -> None:
        """An utterance is on its way to the mixer."""
        self._silence_s[caption.utterance] = next((word.start_s for word in caption.words if word.end_s > word.start_s), 0.0)
        while len(self._silence_s) > KEPT:
            del self._silence_s[next(iter(self._silence_s))]

    def began_ms(self, mark: Audible) -> int:
        """Unix time of the utterance's first sample.

        What is heard first is its first word, so the silence before that is taken off.
        """
        silence_ms = self._silence_s.pop(mark.utterance, 0.0) * 1e3
        return round(self._clock.wall_ms() - (self._clock.now_ns() - mark.at_ns) / 1e6 - silence_ms)


def with_words(clauses: list[dict[str, Any]], caption: Caption) -> list[dict[str, Any]]:
    """The clauses of a turn, of which the one that `caption` is about has its `words`: `[text, start, end]` in s of its sound."""
    text = " ".join(word.text for word in caption.words)
    open_ = [
        number for number, clause in enumerate(clauses) if clause["decision"] in ("allow", "soften") and "words" not in clause
    ]
    # a voice that broke off makes a clause of the rest, so the order alone does not tell
    same = [number for number in open_ if clauses[number]["text"] == text]
    for number in (same or open_)[:1]:
        return [*clauses[:number], clauses[number] | {"words": _views(caption.words)}, *clauses[number + 1 :]]
    return clauses


def _views(words: tuple[TimedWord, ...]) -> list[list[Any]]:
    return [[word.text[:MAX_WORD], round(word.start_s, 3), round(word.end_s, 3)] for word in words[:MAX_WORDS]]
