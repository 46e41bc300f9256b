"""What an expression finds in the texts of the last hour, and where: for whoever is writing one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..flow.moderation import Found, FoundIn, Screened
from ..flow.policy import Direction, OwnPattern
from .policy_check import check_pattern, compile_pattern
from .reading.folding import fold

EXAMPLES = 50
MARKS = 20
"""Places of one text that are told."""
LONGEST_S = 4.0


def found_by(
    pattern: OwnPattern,
    screened: Sequence[Screened],
    *,
    longest_s: float = LONGEST_S,
    now_s: Callable[[], float] = time.monotonic,
    let_others: Callable[[], None] = lambda: time.sleep(0),
) -> Found:
    """For a thread.

    Raises:
        PolicyError: the pattern is none; the place is told.
    """
    check_pattern(pattern)
    expression = compile_pattern(pattern.expression)
    until_s = now_s() + longest_s
    looked = found = 0
    examples: list[FoundIn] = []
    for each in screened:
        if not each.text or pattern.direction not in (Direction.BOTH, each.direction):
            continue
        if looked % 64 == 0:
            let_others()
            if now_s() > until_s:
                return Found(looked=looked, complete=False, found=found, examples=tuple(examples))
        looked += 1
        marks = [match.span() for match, _ in zip(expression.finditer(each.text), range(MARKS), strict=False)]
        if not marks:
            folded = fold(each.text)
            if not any(map(expression.search, (folded.surface, *folded.readings))):
                continue
        found += 1
        if len(examples) < EXAMPLES:
            examples.append(FoundIn(screened=each, marks=tuple(marks)))
    return Found(looked=looked, complete=True, found=found, examples=tuple(examples))
