"""A policy as people write it → one that the gates can use, or a sentence that says which part cannot be and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import re2  # type: ignore[import-untyped]

from ..errors import PolicyError
from ..flow.policy import MAX_EXPRESSION, MAX_LEVEL, MAX_PATTERN_NAME, MAX_PATTERNS, MAX_WORD, MAX_WORDS, OwnPattern, Policy
from ..flow.verdict import Category, Decision
from ..settings import Safety
from .reading.folding import spellings

PATTERN_MEMORY = 1 << 20
"""Bytes that one expression may take when compiled; `(a{100}){100}` wants more."""
_NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_PATTERN_NAME - 1}}}\Z")
JUDGED = tuple(category for category in Category if category not in (Category.NONE, Category.OWN, Category.MALFORMED))
"""Categories that rules have, so that a level of their own means something."""


def policy_of(safety: Safety) -> Policy:
    """What the settings' [safety] section says."""
    policy = Policy(level_in=safety.level_in, level_out=safety.level_out, block=safety.block, allow=safety.allow)
    return checked(policy)


def checked(policy: Policy) -> Policy:
    """The same policy with tidy lists.

    Raises:
        PolicyError: a part cannot be used; `key` names it, in the words of the policy file.
    """
    for key in ("level_in", "level_out"):
        _level(getattr(policy, key), key)
    for key in ("levels_in", "levels_out"):
        _levels(getattr(policy, key), key)
    names = [pattern.name for pattern in policy.patterns]
    for name in names:
        if names.count(name) > 1:
            raise PolicyError(f"Two patterns are called “{name}”.", "Give each a name of its own.", key=f"pattern.{name}")
    if len(names) > MAX_PATTERNS:
        raise PolicyError(f"There are {len(names)} patterns.", f"Keep at most {MAX_PATTERNS}.", key="pattern")
    for pattern in policy.patterns:
        check_pattern(pattern)
    return replace(
        policy,
        levels_in=dict(sorted(policy.levels_in.items())),
        levels_out=dict(sorted(policy.levels_out.items())),
        block=tidy_words(policy.block, "block"),
        allow=tidy_words(policy.allow, "allow"),
        patterns=tuple(sorted(policy.patterns, key=lambda pattern: pattern.name)),
    )


def tidy_words(words: Iterable[str], key: str) -> tuple[str, ...]:
    """Sorted, each once, without needless spaces.

    Raises:
        PolicyError: one has no letter or digit, is too long, or there are too many.
    """
    kept: dict[str, str] = {}
    for word in words:
        tidy = " ".join(word.split())
        if len(tidy) > MAX_WORD:
            raise PolicyError(
                f"A word of the list “{key}” has {len(tidy)} characters: “{tidy[:30]}…”.", f"Keep it to {MAX_WORD}.", key=key
            )
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in tidy) or not any(map(str.isalnum, spellings(tidy)[0])):
            shown = ascii(tidy)
            raise PolicyError(f"{shown} in the list “{key}” has no letter or digit to look for.", "Take it out.", key=key)
        kept.setdefault(tidy.casefold(), tidy)
    if len(kept) > MAX_WORDS:
        raise PolicyError(f"The list “{key}” has {len(kept):,} words.", f"Keep at most {MAX_WORDS:,}.", key=key)
    return tuple(kept[word] for word in sorted(kept))


def check_pattern(pattern: OwnPattern) -> None:
    """
    Raises:
        PolicyError: its name, or its expression; then the position in it is told.
    """
    key = f"pattern.{pattern.name[:MAX_PATTERN_NAME]}"
    if not _NAME.match(pattern.name):
        remedy = f"Use lower case letters, digits and dashes, at most {MAX_PATTERN_NAME}."
        raise PolicyError(f"“{pattern.name[:60]}” cannot be a pattern's name.", remedy, key=key)
    if pattern.decision not in (Decision.HOLD, Decision.BLOCK):
        raise PolicyError(f"Pattern “{pattern.name}” must hold or block.", "Choose one of the two.", key=key)
    expression = pattern.expression
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in expression):
        raise PolicyError(f"The expression of pattern “{pattern.name}” has a control character.", "Write \\t or \\n.", key=key)
    if not expression.strip() or len(expression) > MAX_EXPRESSION:
        remedy = f"Write 1 to {MAX_EXPRESSION} characters."
        raise PolicyError(f"The expression of pattern “{pattern.name}” has {len(expression)} characters.", remedy, key=key)
    try:
        compiled = compile_pattern(expression)
    except re2.error as error:
        raise _explained(pattern, error, key) from error
    if compiled.search("") is not None:
        remedy = "Write it so that it needs at least one character."
        raise PolicyError(f"Pattern “{pattern.name}” matches nothing at all, and so every text.", remedy, key=key)


def compile_pattern(expression: str) -> Any:
    """In any case of letters, within bounded memory.

    Raises:
        re2.error: as google-re2 says it.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = PATTERN_MEMORY
    return re2.compile(expression, options)


def _explained(pattern: OwnPattern, error: re2.error, key: str) -> PolicyError:
    """google-re2 says what is wrong and quotes the place; where that is must be looked up."""
    told = error.args[0] if error.args else b""
    message = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    reason, _, quoted = message.partition(": ")
    at = _place_of(pattern.expression, reason, quoted)
    what = f"The expression of pattern “{pattern.name}” is not one at character {at + 1}: {reason}."
    return PolicyError(
        what, "See github.com/google/re2/wiki/Syntax; look-around and back-references are not part of it.", key=key, at=at
    )


def _place_of(expression: str, reason: str, quoted: str) -> int:
    if reason.startswith("missing )"):
        opened: list[int] = []
        for at, char in enumerate(expression):
            if expression[at - 1 : at] == "\\":
                continue
            if char == "(":
                opened.append(at)
            elif char == ")" and opened:
                opened.pop()
        return opened[-1] if opened else 0
    if reason.startswith("unexpected )"):
        depth = 0
        for at, char in enumerate(expression):
            depth += (char == "(") - (char == ")")
            if depth < 0:
                return at
    if reason.startswith("trailing"):
        return max(0, len(expression) - 1)
    return max(0, expression.find(quoted)) if quoted else 0


def _level(level: int, key: str) -> None:
    if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= MAX_LEVEL:
        raise PolicyError(f"{key} = {level!r} is no level.", f"Write a whole number from 0 to {MAX_LEVEL}.", key=key)


def _levels(levels: Mapping[Category, int], key: str) -> None:
    for category, level in levels.items():
        if category not in JUDGED:
            remedy = f"There are: {', '.join(JUDGED)}."
            raise PolicyError(f"“{category}” has no level of its own.", remedy, key=f"{key}.{category}")
        _level(level, f"{key}.{category}")
