"""Words to test with, taken from the rule files: hateful words stand in data files only."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from typing import Any

from sidecast.flow.verdict import Category
from sidecast.safety.rules import RULES


@cache
def tables() -> tuple[dict[str, Any], ...]:
    """Every rule table of every shipped file."""
    return tuple(
        table for path in sorted(RULES.glob("*.toml")) for table in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    )


def rules_with_words() -> list[dict[str, Any]]:
    return [table for table in tables() if table.get("words")]


def words_of(category: Category, level: int, count: int, *, plain: bool = True) -> list[str]:
    """The same `count` words of a category's rules up to `level` each time; `plain`: one word of 5 letters or more."""
    words = [
        word
        for table in rules_with_words()
        if table["category"] == category and table["level"] <= level
        for word in table["words"]
        if not plain or (len(word) >= 5 and word.isascii() and word.isalpha())
    ]
    return random.Random(7).sample(words, min(count, len(words)))
