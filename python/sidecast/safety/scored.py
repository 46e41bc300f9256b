"""One text → its verdict and how bad it is, for whoever compares texts or looks for a better threshold.

The score is made of what decided. Each decision has a range of its own, so that a stricter verdict never scores less; within it
the gravest and surest rule scores highest. A text that the asked level lets through is held against the strictest level too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..flow.clause import Clause, Word
from ..flow.policy import MAX_LEVEL, Direction, Policy
from ..flow.verdict import Category, Decision, Verdict
from .classify.layer import Loaded
from .compiled import Compiled
from .gate_out import MAX_CLAUSE, judge_clause
from .judge import MAX_TEXT, Judge

RANGES = {
    Decision.ALLOW: (0.0, 0.4),
    Decision.SOFTEN: (0.4, 0.5),
    Decision.HOLD: (0.5, 0.75),
    Decision.BLOCK: (0.75, 1.0),
}
"""Of the score, by decision."""
MAX_LONG = 65_536
"""Characters of a text that are judged at all."""


@dataclass(frozen=True, slots=True)
class Scored:
    verdict: Verdict
    score: float
    """0 (nothing speaks against it) to 1."""


class Scorer:
    """One policy, one direction. The same text gets the same answer, whatever was asked before."""

    def __init__(self, policy: Policy, direction: Direction, classifiers: Loaded | None = None) -> None:
        """`direction`: IN or OUT."""
        self._outward = direction is Direction.OUT
        self._asked = Compiled(policy, classifiers=classifiers)
        strict = replace(policy, level_in=MAX_LEVEL, level_out=MAX_LEVEL, levels_in={}, levels_out={})
        self._strict = Compiled(strict, before=self._asked)
        self._judges = {id(compiled): Judge(compiled) for compiled in (self._asked, self._strict)}
        self._gravity = {rule.name: (1 - rule.level / (MAX_LEVEL + 1)) for rule in self._strict.rules}

    def scored(self, text: str, words: tuple[Word, ...] = ()) -> Scored:
        """`words`: how a clause is spoken; without them as it is written.

        A text longer than one message, or one clause, can be is judged in pieces as long as one; the worst piece counts.
        """
        if words:
            return self._one(text, words)
        limit = MAX_CLAUSE if self._outward else MAX_TEXT
        return max((self._one(piece, ()) for piece in pieces(text, limit)), key=lambda each: each.score)

    def _one(self, text: str, words: tuple[Word, ...]) -> Scored:
        verdict = self._verdict(self._asked, text, words)
        badness = self._badness(verdict)
        if verdict.passes and verdict.category is Category.NONE:
            screen = self._asked.outward if self._outward else self._asked.inward
            badness = max(self._badness(self._verdict(self._strict, text, words)), screen.suspicion(text))
        low, high = RANGES[verdict.decision]
        return Scored(verdict, round(low + (high - low) * badness, 4))

    def _verdict(self, compiled: Compiled, text: str, words: tuple[Word, ...]) -> Verdict:
        if not self._outward:
            return self._judges[id(compiled)].judge(text)
        words = words or tuple(Word(word, word) for word in text.split())
        return judge_clause(compiled, Clause(turn_id="", index=0, words=words))

    def _badness(self, verdict: Verdict) -> float:
        """0..1. What no rule file knows (the streamer's words, a text's shape) is as sure as it says."""
        if verdict.category is Category.NONE:
            return 0.0
        return self._gravity.get(verdict.rule, 1.0) * verdict.confidence


def pieces(text: str, limit: int) -> Iterator[str]:
    """Of at most `limit` characters, cut at a space where there is one in the second half; at least one, maybe empty."""
    rest = text[:MAX_LONG]
    while len(rest) > limit:
        cut = rest.rfind(" ", limit // 2, limit + 1)
        cut = cut if cut > 0 else limit
        yield rest[:cut]
        rest = rest[cut:].lstrip(" ")
    yield rest
