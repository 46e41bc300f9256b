"""Our own contrast lines → rows: templates of `pairs/*.toml`, their slots filled from neutral lists and the licensed sets."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sidecast.safety

from .data import HATE, INJECTION, Row

PAIRS = Path(__file__).with_name("pairs")
RULES = Path(sidecast.safety.__file__).with_name("rules")
"""The files only: what judges by them is not needed here."""
SLUR_FILES = ("race_religion", "sexuality", "disability")
OWN_FILE = "sexuality"
SLUR_LEVEL = 2
_SLOT = re.compile(r"\{(\w+)\}")
DRESSED = 4
"""Copies of a line about attacks with small talk around it."""
BEFORE = (
    "kit",
    "hey kit",
    "@kit",
    "hi kit,",
    "yo",
    "ok so",
    "please",
    "pls",
    "can you",
    "could you please",
    "so",
    "now",
    "listen,",
    "hey",
)
AFTER = ("please", "pls", "lol", "now", "thanks", "ok?", "thx <3", "xD", "!!", "kit", "right now", "for me")
SHAPES = (
    ("opener", "line"),
    ("opener", "line", "closer"),
    ("talk", "line"),
    ("line", "closer"),
    ("line", "talk"),
    ("talk", "opener", "line"),
)
_QUOTABLE = range(12, 140)
"""Length in characters of a licensed text that is put into a frame."""


@dataclass(frozen=True, slots=True)
class Line:
    """One template as written."""

    text: str
    head: str
    label: float
    theme: str
    """Name of its `[[set]]`."""

    @property
    def slots(self) -> set[str]:
        return set(_SLOT.findall(self.text))


@cache
def lines() -> tuple[Line, ...]:
    """Every line of every file, in order.

    Raises:
        ValueError: a line with a slot that nothing fills, or written twice.
    """
    found: list[Line] = []
    for path in sorted(PAIRS.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for each in content.get("set", []):
            texts = filter(None, map(str.strip, each["lines"].splitlines()))
            found += [Line(text, content["head"], float(content["label"]), each["name"]) for text in texts]
    unknown = {slot for line in found for slot in line.slots} - FILLERS
    if unknown:
        raise ValueError(f"No filler for the slots {sorted(unknown)}.")
    twice = [text for (text, _), count in Counter((line.text, line.head) for line in found).items() if count > 1]
    if twice:
        raise ValueError(f"Written twice: {twice[:5]}.")
    return tuple(found)


@cache
def lists() -> Mapping[str, Any]:
    """Groups, things and names."""
    return tomllib.loads((PAIRS / "groups.toml").read_text(encoding="utf-8"))


@cache
def listed_words(files: tuple[str, ...] = SLUR_FILES) -> tuple[str, ...]:
    """Single words of the rules' licensed lists, up to a level; see `rules/NOTICE.md`."""
    found: dict[str, None] = {}
    for name in files:
        for rule in tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))["rule"]:
            if rule["level"] <= SLUR_LEVEL:
                found.update(dict.fromkeys(word for word in rule.get("words", []) if word.isalpha()))
    return tuple(found)


FILLERS = frozenset({"groups", "one", "adj", "things", "thing", "one_thing", "name", "slur", "own", "hate"})


@cache
def _small_talk() -> tuple[str, ...]:
    return tuple(line.text for line in lines() if line.theme in {"hello, goodbye, thanks", "questions", "watching", "life"})


class Filler:
    """Fills slots. Each kind of group comes up as often as any other, whatever the number of its names."""

    def __init__(self, quotable: Sequence[str], seed: int) -> None:
        """`quotable`: hateful texts of the licensed sets, of one fold."""
        self._quotable = quotable
        self._random = random.Random(seed)  # noqa: S311  reproducible, no secret

    def fill(self, template: str) -> str:
        return _SLOT.sub(lambda match: self._one(match[1]), template)

    def dress(self, template: str) -> str:
        """Filled, and with the small talk around it that attacks and harmless questions have alike."""
        before, after = self._random.choice(BEFORE), self._random.choice(AFTER)
        talk = self._random.choice(_small_talk())
        parts = {"opener": before, "line": template, "closer": after, "talk": talk}
        shape = self._random.choice(SHAPES)
        return self.fill(" ".join(filter(None, (parts[part] for part in shape))))

    def _one(self, slot: str) -> str:
        pick = self._random.choice
        match slot:
            case "groups" | "one" | "adj":
                return str(pick(pick(lists()["group"])["many" if slot == "groups" else slot]))
            case "things":
                return str(pick(lists()["things"]["many"]))
            case "thing" | "one_thing":
                thing = str(pick(lists()["things"]["one"]))
                return thing if slot == "one_thing" else thing.partition(" ")[2]
            case "name":
                return str(pick(lists()["names"]["list"]))
            case "slur":
                return pick(listed_words())
            case "own":
                return pick(listed_words((OWN_FILE,)))
            case _:
                return pick(self._quotable)


def quotable(rows: Sequence[Row]) -> list[str]:
    """Hateful texts short and certain enough to be put into frames."""
    return [
        row.text for row in rows if row.head == HATE and row.label == 1 and len(row.text) in _QUOTABLE and row.source != "own"
    ]


def expanded(
    rows: Sequence[Row], wanted: Callable[[Line], bool] = lambda line: True, copies: int = 5, seed: int = 20261123
) -> Iterator[Row]:
    """Rows of the lines `wanted`: as they are, or with slots `copies` times with other fillers; with more than one copy, lines
    about attacks also with small talk around them. `rows`: what may be quoted."""
    filler = Filler(quotable(rows), seed)
    for number, line in enumerate(lines()):
        if not wanted(line):
            continue
        made = {filler.fill(line.text) for _ in range(copies if line.slots else 1)}
        if line.head == INJECTION and copies > 1:
            made |= {filler.dress(line.text) for _ in range(DRESSED)}
        for copy, text in enumerate(sorted(made)):
            yield Row(
                text, line.head, line.label, _weight(line), "own", f"{number}-{copy}", category=line.theme, twin=str(number)
            )


def edited(rows: Sequence[Row]) -> Iterator[Row]:
    """Our benign counterparts of licensed texts among `rows`, each a twin of its text.

    What is written for a row that is not among `rows` is left out: it belongs to that row's fold.
    """
    known = {f"{row.source}:{row.key}": row for row in rows}
    content = tomllib.loads((PAIRS / "edits.toml").read_text(encoding="utf-8"))
    for name, texts in content["edits"].items():
        for copy, text in enumerate(texts if name in known else ()):
            yield Row(text, content["head"], float(content["label"]), 1.5, "own", f"{name}-{copy}", category="edits", twin=name)


def _weight(line: Line) -> float:
    if line.head == INJECTION:
        return 1.5 if line.label else 0.6  # attacks are few among the rows of their head
    # filled ones come several times
    if line.slots & {"slur", "own"}:
        return 0.6
    return 0.8 if line.slots else 2.0
