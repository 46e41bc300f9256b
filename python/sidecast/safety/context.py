"""What stands around the words that broke a rule, and what it changes: quoted, countered, negated, asked, of whom.

Words alone cannot tell abuse from talk about abuse. The features are cues near the words that gave a text away, so they are cheap
and often wrong: they may make a block a question to a human, and never let through what belongs to the gravest rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from ..flow.verdict import Category, Decision

CUES = Path(__file__).with_name("context.toml")
BEFORE, AFTER = 5, 4
"""Words before and after the telling ones in which a cue counts."""
NEAR = 3
"""Words before, for a negation."""
GRAVEST = 1
"""Rules up to this level are never let through by what stands around."""
MAX_WORDS = 60
"""Longer texts are taken as they stand."""
ABOUT_PEOPLE = frozenset(
    {
        Category.AGGRESSION,
        Category.BULLYING,
        Category.DISABILITY,
        Category.MISOGYNY,
        Category.RACE_RELIGION,
        Category.SEXUALITY,
        Category.EXTREMISM,
        Category.SWEARING,
    }
)
"""Categories in which it matters who says what of whom. A link is a link, whoever quotes it."""

ABUSE = ABOUT_PEOPLE - {Category.EXTREMISM, Category.SWEARING}
"""Categories of what is thrown at somebody, and not just spoken about with them."""


class Target(StrEnum):
    """Whom or what it is said of."""

    NOBODY = "nobody"
    PERSON = "person"
    GROUP = "group"
    THING = "thing"
    ONESELF = "oneself"


@dataclass(frozen=True, slots=True)
class Context:
    quoted: bool = False
    countered: bool = False
    negated: bool = False
    asked: bool = False
    reclaimed: bool = False
    target: Target = Target.NOBODY

    @property
    def milder(self) -> bool:
        """Something speaks for it that it is not meant as it stands."""
        return self.quoted or self.countered or self.negated or self.asked or self.reclaimed or self.target is Target.THING


def weighed(decision: Decision, category: Category, level: int, context: Context) -> Decision:
    """The decision on a rule's hit after a look around. `level`: of the rule, 0 the gravest.

    One step milder where something speaks for it, but HOLD at least for the gravest; one step stricter where it is said straight
    to somebody; and as it was in categories that are not about people.
    """
    if category not in ABOUT_PEOPLE or decision not in (Decision.HOLD, Decision.BLOCK):
        return decision
    if context.milder:
        if decision is Decision.BLOCK or level <= GRAVEST:
            return Decision.HOLD
        return Decision.ALLOW
    return Decision.BLOCK if context.target is Target.PERSON and category in ABUSE else decision


def context_of(words: Sequence[str], telling: frozenset[int]) -> Context:
    """Of a text's words in lower case ASCII, signs and all; `telling`: places of the words that broke the rule."""
    if not telling:
        return Context()
    plain = [word.strip(_EDGES) for word in words]
    first, last = min(telling), max(telling)
    before = plain[max(0, first - BEFORE) : first]
    around = [word for at, word in enumerate(plain) if first - BEFORE <= at <= last + AFTER and at not in telling]
    quoted = _in_quotes(words, first, last) or _has(before, "quoting")
    target = _target(plain, first, last, telling)
    return Context(
        quoted=quoted,
        countered=_has([word if at not in telling else "" for at, word in enumerate(plain)], "countering"),
        negated=_has(plain[max(0, first - NEAR) : first], "negating"),
        asked=_has(plain[:first], "asking") and words[-1].endswith("?"),
        reclaimed=target is Target.ONESELF and _has(around, "proud"),
        target=target,
    )


def telling_words(words: Sequence[str], breaks: Callable[[str], bool]) -> frozenset[int]:
    """Places of the words without which the text does not break the rule; where several break it alone, all those."""
    if len(words) > MAX_WORDS:
        return frozenset()
    needed = frozenset(at for at in range(len(words)) if not breaks(" ".join((*words[:at], *words[at + 1 :]))))
    return needed or frozenset(at for at, word in enumerate(words) if breaks(word))


_EDGES = ".,?;:!'\"()[]{}<>~*#"
_QUOTES = "\"'"


@cache
def _cues() -> Mapping[str, frozenset[str]]:
    """By what they are for."""
    return {name: frozenset(words) for name, words in tomllib.loads(CUES.read_text(encoding="utf-8")).items()}


def _has(words: Sequence[str], name: str) -> bool:
    cues = _cues()[name]
    if not cues.isdisjoint(words):
        return True
    text = f" {' '.join(words)} "
    return any(" " in cue and f" {cue} " in text for cue in cues)


def _in_quotes(words: Sequence[str], first: int, last: int) -> bool:
    """The words before open a quotation, or the first telling word does, and one from the last on closes it."""
    opened = any(word[:1] in _QUOTES for word in words[: first + 1] if word)
    return opened and any(word.rstrip(".,!?;:")[-1:] in _QUOTES for word in words[last:] if word.rstrip(".,!?;:"))


def _target(plain: Sequence[str], first: int, last: int, telling: frozenset[int]) -> Target:
    """By the nearest cue, those before first: `you are a …`, `those …`, `this … boss`."""
    cues = _cues()
    order = list(range(first - 1, max(-1, first - 1 - BEFORE), -1))
    order += [at for at in range(first, min(len(plain), last + 1 + AFTER)) if at not in telling]
    for at in order:
        for target, name in _TARGETS:
            if plain[at] in cues[name] or (target is Target.PERSON and plain[at].startswith("@")):
                return target
    return Target.NOBODY


_TARGETS = (
    (Target.PERSON, "somebody"),
    (Target.ONESELF, "oneself"),
    (Target.GROUP, "group"),
    (Target.THING, "thing"),
)
