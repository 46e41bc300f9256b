"""Scores of a check → the figures of the card: recall and false alarms by source and group, with n and intervals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .data import HATE, Row

SURE = 0.2
"""Rows whose label is nearer to a coin's than this to 0 or 1 are not judged by."""
MIN_GROUP = 15
"""Rows of a group from which its recall is shown and the worst is chosen."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of n were flagged."""

    flagged: int
    n: int

    @property
    def rate(self) -> float:
        return self.flagged / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        z = 1.96
        middle = (self.flagged + z * z / 2) / (self.n + z * z)
        half = z / (self.n + z * z) * math.sqrt(self.flagged * (self.n - self.flagged) / self.n + z * z / 4)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.rate:.3f} [{low:.3f}, {high:.3f}] n={self.n}"


def shares(rows: Sequence[Row], scores: Sequence[float], head: str, threshold: float) -> dict[str, Share]:
    """`source category label` → what is flagged of it; and for hate `recall of group`."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        if row.head != head:
            continue
        flagged = score >= threshold
        if row.label <= SURE or row.label >= 1 - SURE:
            bad = row.label >= 1 - SURE
            kinds[f"{row.source} {'flagged' if bad else 'false alarms'}"].append(flagged)
            if bad and row.group and head == HATE:
                kinds[f"group {row.group.split(',')[0]}"].append(flagged)
        if row.source in {"davidson", "own"}:
            kinds[f"{row.source}/{row.category} {'bad' if row.label > 0.5 else 'fine'}"].append(flagged)
    return {name: Share(sum(found), len(found)) for name, found in sorted(kinds.items())}


def worst_group(found: Mapping[str, Share]) -> tuple[str, Share] | None:
    """The group of which the least is flagged, among those with enough rows."""
    groups = [(name, share) for name, share in found.items() if name.startswith("group ") and share.n >= MIN_GROUP]
    return min(groups, key=lambda each: each[1].rate) if groups else None


def area(rows: Sequence[Row], scores: Sequence[float], head: str, source: str) -> float | None:
    """Area under the ROC curve of one source: the chance that a bad row scores higher than a fine one; None without both."""
    judged = [
        (score, row.label >= 1 - SURE)
        for row, score in zip(rows, scores, strict=True)
        if row.head == head and row.source == source and (row.label <= SURE or row.label >= 1 - SURE)
    ]
    bad, fine = sum(is_bad for _, is_bad in judged), sum(not is_bad for _, is_bad in judged)
    if not bad or not fine:
        return None
    ranks: dict[float, list[bool]] = defaultdict(list)
    for score, is_bad in judged:
        ranks[score].append(is_bad)
    below, wins = 0, 0.0
    for score in sorted(ranks):
        here = ranks[score]
        wins += sum(here) * (below + (len(here) - sum(here)) / 2)
        below += len(here) - sum(here)
    return wins / (bad * fine)
