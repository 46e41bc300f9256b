"""One text, one direction, one policy → the strictest reason to refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..flow.policy import OwnPattern
from ..flow.verdict import Category, Decision
from .classify.layer import ClassifierLayer, Doubt
from .context import ABOUT_PEOPLE, Context, context_of, telling_words, weighed
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
CLASSIFIER = "classifier"
"""Begins the name of what stands in a rule's place when a classifier has decided."""
SPLIT = "split"
"""Begins the name of a rule that several messages break together."""
SOUND = "sound"
"""Begins the name of a rule that a text breaks by how the voice says it."""
MOST_WEIGHED = 6
"""Rules of one text whose context is looked at, the strictest first."""
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
        self,
        rules: RuleSet,
        block: WordList | None = None,
        allow: WordList | None = None,
        own: OwnPatterns | None = None,
        *,
        looks_around: bool = False,
        classifiers: ClassifierLayer | None = None,
    ) -> None:
        """`looks_around`: a rule's decision depends on what stands around. The host quotes nobody, so not for its clauses."""
        self._rules = rules.allowing(allow)
        self._block = block
        self._allow = allow
        self._own = own
        self._looks_around = looks_around
        self._classifiers = classifiers
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

    def spelled(self, pieces: Sequence[str]) -> Hit | None:
        """What the word breaks that several texts spell together; none of them may break it alone. For a human to look at."""
        found = self._rules.spelled_hit(pieces)
        if found is None:
            return None
        rule = self._rules.rules[found]
        return Hit(Decision.HOLD, rule.category, f"{SPLIT}.{rule.name}", round(GUESSED * rule.confidence, 3))

    def spares(self, word: str) -> bool:
        """Whether the streamer lets this word pass, whatever it looks or sounds like."""
        return self._allow is not None and not self._allow.blanked(word.lower()).strip()

    def sounding(self, reading: str) -> Hit | None:
        """What a text breaks that would be heard as this reading."""
        hit = self.find(reading)
        if hit is None:
            return None
        return Hit(Decision.BLOCK, hit.category, f"{SOUND}.{hit.rule}", round(GUESSED * hit.confidence, 3))

    def doubt(self, text: str, *, closely: bool) -> Hit | None:
        """What the classifiers object to in a text that broke no rule: for a human to look at, never a block by a score alone."""
        doubt = self._doubt(text, closely=closely)
        if doubt is None or not doubt.flagged:
            return None
        return Hit(Decision.HOLD, doubt.category, f"{CLASSIFIER}.{doubt.head}", round(doubt.score, 3))

    def suspicion(self, text: str) -> float:
        """0..1: how near the classifiers are to objecting; 1 when they do."""
        doubt = self._doubt(text, closely=True)
        return 0.0 if doubt is None else min(1.0, doubt.excess)

    def _doubt(self, text: str, *, closely: bool) -> Doubt | None:
        """Words that the streamer allows are not held against a text."""
        if self._classifiers is None:
            return None
        if self._allow is not None:
            text = self._allow.blanked(fold(text).readings[0])
        return self._classifiers.doubt(text, closely=closely)

    def _by_rules(self, folded: Folded) -> Hit | None:
        hits = self._rules.hits(folded)
        if hits:
            weighed_hits = [self._hit(found, folded) for found in sorted(set(hits))[:MOST_WEIGHED]]
            strictest = max(weighed_hits, key=lambda hit: hit.decision)
            if strictest.decision is not Decision.ALLOW:
                return strictest
        guessed = self._rules.guessed_hit(folded)
        if guessed is None:
            return None
        rule = self._rules.rules[guessed]
        decision = min(self._rules.decisions[guessed], Decision.HOLD)
        return Hit(decision, rule.category, rule.name, round(GUESSED * rule.confidence, 3))

    def _hit(self, found: int, folded: Folded) -> Hit:
        rule = self._rules.rules[found]
        decision: Decision = self._rules.decisions[found]
        if self._looks_around and rule.category in ABOUT_PEOPLE:
            decision = weighed(decision, rule.category, rule.level, self._context(found, folded))
        return Hit(decision, rule.category, rule.name, rule.confidence)

    def _context(self, found: int, folded: Folded) -> Context:
        """Around the words that gave the first reading away that breaks the rule."""

        def breaks(text: str) -> bool:
            return found in self._rules.hits_in(text)

        reading = next(filter(breaks, folded.readings), "")
        words = reading.split()
        return context_of(words, telling_words(words, breaks))
