"""How chat writes, good and bad alike: emotes, capitals, letters set apart. None of it may say by itself that a text is bad."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import sidecast.audience

from .data import HATE, Row
from .pairs import lines

LEXICON = Path(sidecast.audience.__file__).with_name("lexicon.tsv")
ALONE = 900
"""Rows of nothing but emotes."""
SHARE = 0.2
"""Of our own rows, that come again in another habit of writing."""
_WORD = re.compile(r"[a-z]{3,9}")
_ONSETS = ("b", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sh", "st", "t", "v", "w", "x", "z")
_RHYMES = ("a", "ai", "ash", "e", "en", "i", "ick", "il", "o", "on", "oo", "or", "ow", "u", "us", "y")


@cache
def _known() -> tuple[str, ...]:
    """Emotes that all channels have."""
    rows = (line.split("\t") for line in LEXICON.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple(row[0] for row in rows if len(row) == 3 and row[2] == "emote" and row[0].isalpha())


@cache
def _words() -> tuple[str, ...]:
    """Of our lines, attacks too: in an emote's name no word means what it says."""
    return tuple(sorted({word for line in lines() for word in _WORD.findall(line.text)}))


class Emotes:
    """Makes names as channels give them: the channel's own prefix, then a word or two (`kitoHype`, `shanWAVE2`)."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  reproducible, no secret

    def some(self) -> str:
        """One to six, often the same again; of one channel or of all."""
        pick = self._random
        prefix = self._prefix()
        kinds = [self._name(prefix) if pick.random() < 0.7 else pick.choice(_known()) for _ in range(pick.randint(1, 3))]
        return " ".join(pick.choice(kinds) for _ in range(pick.randint(1, 6)))

    def _prefix(self) -> str:
        pick = self._random
        made = "".join(pick.choice(_ONSETS) + pick.choice(_RHYMES) for _ in range(pick.randint(1, 3)))
        return made[: pick.randint(3, 8)] + (pick.choice("0123456789") if pick.random() < 0.1 else "")

    def _name(self, prefix: str) -> str:
        pick = self._random
        words = [pick.choice(_words()) for _ in range(1 if pick.random() < 0.75 else 2)]
        if pick.random() < 0.2:
            return prefix + "".join(words).upper()
        return prefix + "".join(word.capitalize() for word in words) + (pick.choice("1234") if pick.random() < 0.1 else "")


def emotes_alone(count: int = ALONE, seed: int = 20261123) -> Iterator[Row]:
    """Rows of emotes, which are not hateful; nor are they attacks, as no such row of ours is."""
    made = Emotes(seed)
    for number in range(count):
        yield Row(made.some(), HATE, 0.0, 0.6, "own", f"emotes-{number}", category="emotes", twin=f"emotes-{number}")


def rewritten(rows: Sequence[Row], seed: int = 20261123) -> Iterator[Row]:
    """Some of `rows` again in another habit of writing, with the same label."""
    pick = random.Random(seed)  # noqa: S311
    made = Emotes(seed + 1)
    habits: tuple[Callable[[str], str], ...] = (
        lambda text: f"{text} {made.some()}",
        lambda text: f"{made.some()} {text}",
        str.upper,
        str.upper,
        _apart,
        lambda text: text.replace("'", "").replace(",", "").replace(".", ""),
    )
    for row in rows:
        if pick.random() >= SHARE:
            continue
        text = pick.choice(habits)(row.text)
        if text != row.text:
            yield replace(row, text=text, weight=row.weight * 0.6, key=f"{row.key}-habit")


def _apart(text: str) -> str:
    """Letters set apart (`g o o d  g a m e`); of long texts the last words only."""
    words = text.split()
    return " ".join([*words[:-3], "  ".join(" ".join(word) for word in words[-3:])])
