"""What one training sees and what it is checked on: licensed rows, rows with swapped targets, our own lines."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sidecast.safety.classify.wording import wordings

from .data import HATE, INJECTION, Row, load
from .folds import SEED, fold_of, folds_of
from .habits import emotes_alone, rewritten
from .pairs import edited, expanded
from .swaps import swapped

BORROWED = {"davidson": "neither", "edos": "none", "own": ""}
"""Sources whose hateless rows are taken as attackless too, with the category that they must have."""


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to learn from and rows to be judged by; no near-duplicate lies in both."""

    train: tuple[Row, ...]
    check: tuple[Row, ...]
    """Licensed rows and our own lines as they are: nothing swapped, nothing written in another habit."""


@lru_cache(1)
def _licensed() -> tuple[tuple[Row, ...], tuple[int, ...]]:
    rows = load()
    return tuple(rows), tuple(folds_of(rows).tolist())


def split(check: int = 0) -> Split:
    """Everything but the fold `check`, and that fold."""
    rows, folds = _licensed()
    known = [row for row, fold in zip(rows, folds, strict=True) if fold != check]
    unseen = [row for row, fold in zip(rows, folds, strict=True) if fold == check]
    swaps = list(swapped(known))
    own = [*expanded(known, lambda line: fold_of(line.text) != check), *edited(known)]
    known += [*swaps, *own, *rewritten(own), *emotes_alone()]
    unseen += [*expanded(unseen, lambda line: fold_of(line.text) == check, copies=1), *edited(unseen)]
    return Split(tuple(_with_attackless(known)), tuple(unseen))


def _with_attackless(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, and those of other sets that are certainly no attacks as rows of the injection head."""
    generator = random.Random(SEED)  # noqa: S311
    for row in rows:
        yield row
        wanted = BORROWED.get(row.source)
        if row.head != HATE or row.label > 0 or wanted is None or (wanted and row.category != wanted):
            continue
        if row.source == "own" or generator.random() < 0.15:
            yield replace(row, head=INJECTION, weight=0.5)


def worded(rows: Iterable[Row]) -> Iterator[Row]:
    """Each row as the classifiers read it; what is disguised comes twice, plain and undone."""
    for row in rows:
        forms = wordings(row.text)
        for form in filter(None, forms):
            yield replace(row, text=form, weight=row.weight / len(forms))


def capped(rows: Sequence[Row], caps: dict[str, int], seed: int = SEED) -> list[Row]:
    """At most `caps[source/category]`, or `caps[source]`, rows of each; sources without a cap in full. Shuffled."""
    generator = random.Random(seed)  # noqa: S311
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        exact = f"{row.source}/{row.category}"
        kinds[exact if exact in caps else row.source].append(row)
    chosen = [
        row
        for kind in sorted(kinds)
        for row in generator.sample(kinds[kind], min(len(kinds[kind]), caps.get(kind, len(kinds[kind]))))
    ]
    generator.shuffle(chosen)
    return chosen
