"""One text, one direction, one policy → the strictest reason to refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..flow.policy import OwnPattern
from ..flow.verdict import Category, Decision
from .policy_check import compile_pattern
from .reading.folding import Folded, fold
from .rules import RuleSet
from .word_list import WordList


class Hit(NamedTuple):
    """What decided, never the text that it found."""

    decision: Decision
    category: Category
    rule: str
    confidence: float


GUESSED = 0.7
"""Of a rule's confidence, when a word had to be guessed for it. Nobody is blocked by a guess; a human may look."""
OWN_WORD = Hit(Decision.BLOCK, Category.OWN, "own.block", 1.0)


class OwnPatterns:
    """The streamer's expressions for one direction, strictest first."""

    def __init__(self, patterns: Sequence[OwnPattern]) -> None:
        ordered = sorted(patterns, key=lambda pattern: (-pattern.decision, pattern.name))
        self._patterns = [
            (compile_pattern(pattern.expression), Hit(pattern.decision, Category.OWN, f"own.{pattern.name}", 1.0))
            for pattern in ordered
        ]

    def first_hit(self, text: str, folded: Folded) -> Hit | None:
        forms = dict.fromkeys((text, folded.surface, *folded.readings))
        return next((hit for expression, hit in self._patterns if any(map(expression.search, forms))), None)


class Screen:
    """Immutable; thread-safe."""

    def __init__(
        self, rules: RuleSet, block: WordList | None = None, allow: WordList | None = None, own: OwnPatterns | None = None
    ) -> None:
        self._rules = rules.allowing(allow)
        self._block = block
        self._allow = allow
        self._own = own
        self._plain = block is None and own is None

    def find(self, text: str) -> Hit | None:
        """None: nothing speaks against it. The streamer's own words come before all rules."""
        folded = fold(text)
        if self._plain:
            return self._by_rules(folded)
        if self._block is not None:
            allow = self._allow
            for reading in folded.readings:
                if self._block.finds(reading if allow is None else allow.blanked(reading)):
                    return OWN_WORD
        own = self._own.first_hit(text, folded) if self._own is not None else None
        if own is not None and own.decision is Decision.BLOCK:
            return own
        hit = self._by_rules(folded)
        return hit if own is None or (hit is not None and hit.decision > own.decision) else own

    def _by_rules(self, folded: Folded) -> Hit | None:
        found = self._rules.first_hit(folded)
        if found is not None:
            rule = self._rules.rules[found]
            return Hit(self._rules.decisions[found], rule.category, rule.name, rule.confidence)
        guessed = self._rules.guessed_hit(folded)
        if guessed is None:
            return None
        rule = self._rules.rules[guessed]
        decision = min(self._rules.decisions[guessed], Decision.HOLD)
        return Hit(decision, rule.category, rule.name, round(GUESSED * rule.confidence, 3))
