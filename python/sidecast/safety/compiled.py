"""A policy made ready to judge: built in a thread, then put in the place of the one before in one assignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..flow.policy import Direction, Policy
from ..flow.verdict import Category
from .classify.layer import ClassifierLayer, Loaded
from .classify.weights import HEADS
from .rules import Rule, RuleSet, shipped_rules
from .screen import OwnPatterns, Screen
from .word_list import WordList

_Key = tuple[bool, int, tuple[tuple[Category, int], ...]]


class Compiled:
    """Immutable; thread-safe."""

    def __init__(
        self,
        policy: Policy,
        rules: Sequence[Rule] | None = None,
        before: Compiled | None = None,
        classifiers: Loaded | None = None,
    ) -> None:
        """`before`: an earlier one; its rules, its classifiers and what the policies have in common are taken over."""
        self.policy = policy
        self._rules: tuple[Rule, ...] = (
            before._rules if before is not None else shipped_rules() if rules is None else tuple(rules)
        )
        self._loaded: Loaded | None = classifiers if before is None else before._loaded
        self._before = before
        same = None if before is None else before.policy
        self._block: WordList = (
            before._block if before and same and same.block == policy.block else WordList(policy.block, endings=True)
        )
        self._allow: WordList = (
            before._allow if before and same and same.allow == policy.allow else WordList(policy.allow, endings=False)
        )
        self._sets: dict[_Key, RuleSet] = {}
        self.inward = self._screen(policy.level_in, policy.levels_in, Direction.IN)
        self.outward = self._screen(policy.level_out, policy.levels_out, Direction.OUT)
        """A name is judged by it too before the host says it aloud."""
        self.grave = self._screen(0, {}, Direction.OUT)
        """The gravest rules and the own lists only."""
        self.exempt = self._screen(0, {}, Direction.IN) if policy.exempt else self.inward
        """For messages of exempt roles."""
        self._before = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Of every level."""
        return self._rules

    def _screen(self, level: int, levels: Mapping[Category, int], direction: Direction) -> Screen:
        outward = direction is Direction.OUT
        # a category at the overall level is no exception
        key = (outward, level, tuple(sorted((category, own) for category, own in levels.items() if own != level)))
        sets = self._before._sets if self._before is not None else {}
        rules = self._sets.get(key) or sets.get(key) or RuleSet(self._rules, level, outward=outward, levels=levels)
        self._sets[key] = rules
        own = [pattern for pattern in self.policy.patterns if pattern.direction in (direction, Direction.BOTH)]
        own_patterns = OwnPatterns(own) if own else None
        return Screen(
            rules,
            self._block or None,
            self._allow or None,
            own_patterns,
            looks_around=not outward,
            classifiers=self._classifiers(level, levels, outward=outward),
        )

    def _classifiers(self, level: int, levels: Mapping[Category, int], *, outward: bool) -> ClassifierLayer | None:
        if self._loaded is None:
            return None
        return ClassifierLayer(self._loaded, level, levels, heads=("hate",) if outward else HEADS)
