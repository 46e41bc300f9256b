"""Licensed texts with another target: the same said of other groups is as hateful, said of things it is none."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from .data import HATE, Row
from .pairs import listed_words, lists

MAX_CHARS = 160
"""Longer texts say more about their target than its name."""
_FORMS = ("many", "one", "adj")


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Name → form, kind."""
    return {name: (form, group["kind"]) for form in reversed(_FORMS) for group in lists()["group"] for name in group[form]}


@cache
def _any_name() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


@cache
def _any_slur() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, listed_words()))})(?:e?s)?\b", re.IGNORECASE)


def target_of(text: str) -> tuple[str, str, str] | None:
    """`name, form, kind` of the only group that a text names; None if it names none, several, or uses a slur."""
    if len(text) > MAX_CHARS or _any_slur().search(text):
        return None
    found = {match[0].lower() for match in _any_name().finditer(text)}
    if len(found) != 1:
        return None
    name = found.pop()
    return name, *_names()[name]


def swapped(rows: Sequence[Row], each: int = 2, seed: int = 20261123) -> Iterator[Row]:
    """For every row with one target, `each` rows with groups of other kinds, and for hateful ones about many, one with things."""
    generator = random.Random(seed)  # noqa: S311  reproducible, no secret
    for row in rows:
        if row.head != HATE or row.source not in {"hatemoji", "toxigen", "edos", "davidson"}:
            continue
        target = target_of(row.text)
        if target is None or 0.1 < row.label < 0.8:
            continue
        name, form, kind = target
        if row.source == "edos" and (row.label < 0.8 or form == "adj"):
            continue  # about women in another sense than the name's
        others = [group for group in lists()["group"] if group["kind"] != kind]
        for copy, group in enumerate(generator.sample(others, each)):
            text = _put(row.text, name, generator.choice(group[form]))
            yield replace(row, text=text, key=f"{row.key}-{copy}", group=group["kind"], weight=0.5 * row.weight)
        if row.label >= 0.8 and form == "many":
            text = _put(row.text, name, generator.choice(lists()["things"]["many"]))
            yield replace(row, text=text, key=f"{row.key}-thing", group="", label=0.0, weight=0.4 * row.weight)


def _put(text: str, name: str, other: str) -> str:
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", other, text, flags=re.IGNORECASE)
