"""Cleared clauses without a gate, for tests of what comes after it."""

from __future__ import annotations

from sidecast.flow.clause import Clause, ClearedClause, Mood, Word
from sidecast.flow.verdict import Decision, Verdict


def cleared(text: str, *, turn_id: str = "t1", index: int = 0, mood: str = Mood.NEUTRAL, gesture: str = "") -> ClearedClause:
    """Every word is read as it is written, unless it is written `written=spoken` (`42=forty_two`, `🦊=`)."""
    words = []
    for piece in text.split():
        written, changed, spoken = piece.partition("=")
        words.append(Word(written, spoken.replace("_", " ") if changed else written))
    clause = Clause(turn_id=turn_id, index=index, words=tuple(words), mood=mood, gesture=gesture)
    return ClearedClause(clause, Verdict(Decision.ALLOW, clause.spoken))
