"""Was every audible word cleared, and is every sound in the film one that a mark explains?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.lag import Span
from sidecast.dialogue.spoken import words_of
from sidecast.dialogue.spoken_names import name_aloud
from sidecast.flow.line import LedgerLine

TOLERANCE_S = 0.060
"""A sound may be this much longer than its marks on either side: marks are stamped when a block is handed to the mixer."""
SYNC_UTTERANCE = 0
"""The click of a recording; no speech has this number."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def not_cleared(line: LedgerLine) -> list[str]:
    """Words of `line.heard` that its cleared clauses do not account for, in order; none, if all is well.

    What was heard must be a prefix of what was cleared, word by word. `heard` is as it was written and `cleared` as it was
    read aloud, so each word is compared by the ways in which it may be read.
    """
    cleared = _words(" ".join(line.cleared))
    missing, place = [], 0
    for written in line.heard.split():
        readings = _readings(written)
        if not any(readings):
            continue  # an emoji, a dash: shown, not read
        fitting = next((words for words in readings if words and cleared[place : place + len(words)] == words), None)
        if fitting is None:
            missing.append(written)
        else:
            place += len(fitting)
    return missing


def _readings(written: str) -> list[list[str]]:
    """As a word, and as a viewer's name."""
    return [_words(" ".join(word.spoken for word in words_of(written))), _words(name_aloud(written))]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def marked_spans(trace: Iterable[Mapping[str, Any]], offset_s: float) -> list[Span]:
    """When the marks say that something sounded, on the film's time: `offset_s` is film time less mark time."""
    began: dict[int, float] = {}
    spans = []
    for entry in trace:
        match entry:
            case {"mark": "audible", "utterance": int(number), "at_ns": int(at_ns)}:
                began[number] = at_ns / 1e9 + offset_s
            case {"mark": "finished" | "cut", "utterance": int(number), "at_ns": int(at_ns)} if number in began:
                spans.append(Span(began.pop(number), at_ns / 1e9 + offset_s))
    return spans


def unexplained(sounds: Sequence[Span], marked: Sequence[Span]) -> list[Span]:
    """The parts of `sounds` outside of every mark by more than `TOLERANCE_S`."""
    in_order = sorted(marked, key=lambda span: span.start_s)
    allowed = [Span(span.start_s - TOLERANCE_S, span.end_s + TOLERANCE_S) for span in in_order]
    left: list[Span] = []
    for sound in sounds:
        at_s = sound.start_s
        for span in allowed:
            if span.end_s <= at_s or span.start_s >= sound.end_s:
                continue
            if span.start_s > at_s:
                left.append(Span(at_s, span.start_s))
            at_s = max(at_s, span.end_s)
        if at_s < sound.end_s:
            left.append(Span(at_s, sound.end_s))
    return left
