"""The classifiers as a layer of the gates: what they object to in a text that broke no rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from ...flow.policy import MAX_LEVEL
from ...flow.verdict import Category
from .scorer import Scorer, Scores
from .weights import HEADS, Thresholds

NAMES = Path(__file__).with_name("groups.toml")
INJECTION = "injection"
_WORD = re.compile(r"[a-z]+")


class Loaded(Protocol):
    """Where the scorer comes from; see `LazyScorer`."""

    @property
    def now(self) -> Scorer | None: ...


class Doubt(NamedTuple):
    """What speaks against a text."""

    head: str
    category: Category
    score: float
    """0..1."""
    excess: float
    """Score over threshold: from 1 on a text is flagged."""

    @property
    def flagged(self) -> bool:
        return self.excess >= 1


class ClassifierLayer:
    """The classifiers at the levels of one direction of a policy. Immutable; thread-safe."""

    def __init__(
        self, loaded: Loaded, level: int, levels: Mapping[Category, int] | None = None, heads: Sequence[str] = HEADS
    ) -> None:
        """`heads`: those that count here; nobody can take the host over by its own clauses."""
        self._loaded = loaded
        self._level, self._levels = level, dict(levels or {})
        self._heads = tuple(heads)
        self._closer = min(MAX_LEVEL, max([level, *self._levels.values()]) + 1)

    def doubt(self, text: str, *, closely: bool) -> Doubt | None:
        """What speaks most against a text; None when nothing does, or no classifier is there.

        `closely`: by encoder and linear classifier together; else the linear one alone decides whether it is worth that.
        """
        scorer = self._loaded.now
        if scorer is None:
            return None
        card = scorer.card
        if not scorer.has_deep:
            return self._worst(scorer.quick([text])[0], text, card.quick, self._heads)
        heads = self._heads if closely else self._doubtful(scorer.quick([text])[0], card.quick)
        return self._worst(scorer.deep([text], heads)[0], text, card.deep, heads) if heads else None

    def _doubtful(self, scores: Scores, thresholds: Thresholds) -> list[str]:
        """Heads by which it is worth a closer look: those that one level more would flag."""
        return [head for head in self._heads if thresholds.flagged(head, getattr(scores, head), self._closer)]

    def _worst(self, scores: Scores, text: str, thresholds: Thresholds, heads: Sequence[str]) -> Doubt:
        doubts = []
        for head in heads:
            category = Category.INJECTION if head == INJECTION else against(text)
            score = getattr(scores, head)
            threshold = thresholds.by_level[head][self._levels.get(category, self._level)]
            doubts.append(Doubt(head, category, score, score / threshold if threshold else 1.0))
        return max(doubts, key=lambda doubt: doubt.excess)


def against(text: str) -> Category:
    """Whom hatred in a text is about, by the neutral names of groups in it; origin and belief where there is none."""
    names = _names()
    for word in _WORD.findall(text.lower()):
        if (category := names.get(word)) is not None:
            return category
    return Category.RACE_RELIGION


@cache
def _names() -> Mapping[str, Category]:
    listed = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {name: Category(category) for category, names in listed.items() for name in names}
