"""Rules from data files, compiled so that one pass over a text finds every rule that it breaks.

A rule file is TOML: `source` (where its words come from, with the licence) and `[[rule]]` tables with
`name`, `category`, `level` (applies from this strictness on, 0-4), `in` and `out` (allow, soften, hold, block),
`confidence`, and what it looks for: `words` (whole words and their plural), `anywhere` (also inside words),
`patterns` (google-re2, on words), `surface` (google-re2, on the text with digits and punctuation).
`check` names a function that must agree before a surface pattern counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import re2  # type: ignore[import-untyped]

from ..errors import SettingsError
from ..flow.policy import MAX_LEVEL
from ..flow.verdict import Category, Decision
from .checks import CHECKS
from .reading.expression import word_expression, words_expression
from .reading.folding import Folded, fold_word
from .reading.guessing import FEWEST_LETTERS, guesser_of
from .word_list import WordList

RULES = Path(__file__).with_name("rules")

_MEMORY = 64 << 20
"""Bytes that one compiled set may use for its automaton; it is built as texts come and thrown away when full."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to refuse a text."""

    name: str
    category: Category
    level: int
    inward: Decision
    outward: Decision
    confidence: float
    letters: tuple[str, ...]
    """re2 expressions for the readings."""
    surface: tuple[str, ...]
    """re2 expressions for the surface."""
    check: str = ""
    listed: tuple[str, ...] = ()
    """Words that alone break it; an unknown word may be meant for one of them."""
    written: tuple[str, ...] = ()
    """Words that stand in its patterns."""


class RuleSet:
    """The rules that apply at one strictness in one direction."""

    def __init__(
        self,
        rules: Iterable[Rule],
        level: int,
        *,
        outward: bool,
        allow: Sequence[str] = (),
        levels: Mapping[Category, int] = MappingProxyType({}),
    ) -> None:
        """`levels`: of the categories whose strictness is not `level`."""
        rules = tuple(rules)
        applied = [rule for rule in rules if rule.level <= levels.get(rule.category, level)]
        decided = [(rule.outward if outward else rule.inward, rule) for rule in applied]
        # Strictest first, then the gravest (lowest level): the first hit is the one that is named.
        decided.sort(key=lambda pair: (-pair[0], pair[1].level))
        self.rules = tuple(rule for decision, rule in decided if decision is not Decision.ALLOW)
        self.decisions = tuple(decision for decision, _ in decided if decision is not Decision.ALLOW)
        self._letters, self._letter_rules = _compile(self.rules, "letters")
        self._surface, self._surface_rules = _compile(self.rules, "surface")
        self._guesser = guesser_of(
            _words(self.rules, "listed"),
            _words(self.rules, "written"),
            _words([rule for rule in rules if rule not in self.rules], "listed"),
        )
        self._allowed = WordList(allow, endings=False) or None

    def allowing(self, words: WordList | None) -> RuleSet:
        """The same rules, which overlook other words."""
        other = copy(self)
        other._allowed = words
        return other

    def first_hit(self, folded: Folded) -> int | None:
        """Index into `rules` of the strictest one that any reading breaks, or None."""
        return min(self.hits(folded), default=None)

    def hits(self, folded: Folded) -> list[int]:
        """Indices into `rules` of all that are broken, in no order, maybe more than once."""
        hits: list[int] = []
        found = self._surface.Match(folded.surface)
        if found:
            hits = [self._surface_rules[index] for index in found]
            hits = [hit for hit in hits if self._agrees(hit, folded.surface)]
        for reading in folded.readings:
            hits += self.hits_in(reading)
        return hits

    def guessed_hit(self, folded: Folded) -> int | None:
        """As `first_hit`, in what the text's unknown words may be meant for. Less sure, so it is asked only after that."""
        hits: list[int] = []
        for reading in folded.readings:
            plain = reading if self._allowed is None else self._allowed.blanked(reading)
            for guess in self._guesser.guesses(plain):
                hits += self.hits_in(guess)
        return min(hits) if hits else None

    def spelled_hit(self, pieces: Sequence[str]) -> int | None:
        """As `first_hit`, of the word that pieces of several texts make together."""
        word = self._guesser.spelled(pieces)
        return None if word is None else min(self.hits_in(word), default=None)

    def hits_in(self, reading: str) -> list[int]:
        """As `hits`, of what rules look for in one reading."""
        if self._allowed is not None:
            reading = self._allowed.blanked(reading)
        found = self._letters.Match(reading)
        return [self._letter_rules[index] for index in found] if found else []

    def _agrees(self, hit: int, surface: str) -> bool:
        check = self.rules[hit].check
        return not check or CHECKS[check](surface)


def _compile(rules: Sequence[Rule], part: str) -> tuple[Any, list[int]]:
    """A set over one part of all rules, and for each of its entries the number of the rule that it belongs to."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    compiled = re2.Set.SearchSet(options)
    owners: list[int] = []
    for number, rule in enumerate(rules):
        for expression in getattr(rule, part):
            try:
                compiled.Add(expression)
            except re2.error as error:
                raise SettingsError(f"Rule “{rule.name}” has an expression that re2 refuses: {error}.", "Correct it.") from error
            owners.append(number)
    if not owners:  # re2 warns of an empty set on every text; this matches none
        compiled.Add(r"[^\x00-\x{10FFFF}]")
        owners.append(0)
    compiled.Compile()
    return compiled, owners


@cache
def shipped_rules(folder: Path = RULES) -> tuple[Rule, ...]:
    """Every rule of every file in `folder`, by file name.

    Raises:
        SettingsError: a file or rule that cannot be used; names the file and the rule.
    """
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
            rules += [_rule(table, path) for table in tables]
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise SettingsError(f"The rule file {path.name} cannot be used: {error}.", "Restore it, or correct it.") from error
    names = [rule.name for rule in rules]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise SettingsError(f"Rule names must be unique; found twice: {', '.join(doubled)}.", "Rename one of each.")
    return tuple(rules)


_KEYS = frozenset({"name", "category", "level", "in", "out", "confidence", "words", "anywhere", "patterns", "surface", "check"})


def _rule(table: dict[str, Any], path: Path) -> Rule:
    name = str(table.get("name", "without a name"))
    remedy = f"Correct rule “{name}” in {path.name}."
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise SettingsError(f"Rule “{name}” has an unknown key: {', '.join(unknown)}.", remedy)
    level = table.get("level")
    if not isinstance(level, int) or not 0 <= level <= MAX_LEVEL:
        raise SettingsError(f"Rule “{name}” has no level from 0 to {MAX_LEVEL}.", remedy)
    inside = (word_expression(fold_word(part), lenient=True) for part in table.get("anywhere", ()))
    letters = (*table.get("patterns", ()), *inside)
    if table.get("words"):
        letters += (words_expression(map(fold_word, table["words"])),)
    surface = tuple(table.get("surface", ()))
    if not letters and not surface:
        raise SettingsError(f"Rule “{name}” looks for nothing.", remedy)
    check = str(table.get("check", ""))
    if check and check not in CHECKS:
        raise SettingsError(f"Rule “{name}” names an unknown check “{check}”.", remedy)
    try:
        category = Category(table["category"])
        inward, outward = Decision[table["in"].upper()], Decision[table["out"].upper()]
    except (KeyError, ValueError) as error:
        raise SettingsError(f"Rule “{name}” has an unknown category or decision: {error}.", remedy) from error
    listed = (word for key in ("words", "anywhere") for entry in table.get(key, ()) for word in fold_word(entry).split())
    written = (word for pattern in table.get("patterns", ()) for word in _LITERAL.findall(_CLASS.sub(" ", pattern)))
    return Rule(
        name=name,
        category=category,
        level=level,
        inward=inward,
        outward=outward,
        confidence=float(table.get("confidence", 0.9)),
        letters=letters,
        surface=surface,
        check=check,
        listed=tuple(listed),
        written=tuple(written),
    )


_CLASS = re.compile(r"\[[^\]]*\]|\\.|\(\?:")
_LITERAL = re.compile(rf"[a-z]{{{FEWEST_LETTERS},}}")


def _words(rules: Sequence[Rule], part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for rule in rules for word in getattr(rule, part)))
