"""Words of an utterance → when each is heard."""

from __future__ import annotations

from collections.abc import Sequence

from ..flow.clause import Word
from ..flow.cue import TimedWord
from ..flow.utterance import Segment

_DECIMALS = 4


def timed_words(words: Sequence[Word], segments: Sequence[Segment], seconds: float) -> tuple[TimedWord, ...]:
    """Every written word with its time, in the order of the text, never overlapping, within 0..`seconds`.

    A word that is not read (an emoji), or of which the engine made no sound, shares the time between its neighbours:
    the pause there, if any.
    """
    spans = _heard(len(words), segments)
    timed: list[TimedWord] = []
    cursor = 0.0
    for index, word in enumerate(words):
        span = spans[index]
        if span is None:
            silent = _silent_run(spans, index)
            until = next((s[0] for s in spans[index:] if s is not None), seconds)
            start, end = cursor, cursor + max(0.0, until - cursor) / silent
        else:
            start, end = max(cursor, span[0]), max(cursor, span[1])
        start, end = min(start, seconds), min(end, seconds)
        timed.append(TimedWord(word.written, round(start, _DECIMALS), round(end, _DECIMALS)))
        cursor = end
    return tuple(timed)


def _heard(count: int, segments: Sequence[Segment]) -> list[tuple[float, float] | None]:
    """First start and last end of each word's phonemes; None for a word without any."""
    spans: list[tuple[float, float] | None] = [None] * count
    for segment in segments:
        if 0 <= segment.word < count:
            known = spans[segment.word]
            spans[segment.word] = (known[0] if known else segment.start_s, segment.end_s)
    return spans


def _silent_run(spans: Sequence[tuple[float, float] | None], index: int) -> int:
    """How many words without a sound follow, this one included."""
    run = 0
    while index + run < len(spans) and spans[index + run] is None:
        run += 1
    return run
