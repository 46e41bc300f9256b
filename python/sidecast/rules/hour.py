"""The last hour, in memory only, and what rules would have made of it. No message's text is kept; names are, for `viewer`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..flow.chat import Removal
from .engine import Decision, Engine
from .happening import Happening, Situation, What
from .model import Rule
from .run import hits

HOUR_NS = 3_600_000_000_000
MOST = 20_000
TICK_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Would:
    """A rule that would have been set off."""

    at_ms: int
    rule: str
    trigger: str
    why_not: str = ""
    """Empty: it would have run; `chance`: it may have."""


class Hour:
    """What rules were told; `would` tells it again to others. Bounded: the oldest goes."""

    def __init__(self) -> None:
        self._told: deque[tuple[Happening, Situation]] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._told)

    def note(self, happening: Happening, situation: Situation) -> None:
        self._told.append((replace(happening, text="" if happening.what is not What.SAYS else happening.text), situation))
        self._drop_old(happening.at_ns)

    def remove(self, removal: Removal) -> None:
        """A removed message has not happened."""
        self._told = deque((each for each in self._told if not hits(removal, each[0])), maxlen=MOST)

    def forget(self, viewer_id: str) -> None:
        self._told = deque((each for each in self._told if each[0].viewer is None or each[0].viewer.id != viewer_id), maxlen=MOST)

    def would(self, rules: Sequence[Rule], now_ns: int, now_ms: int, local: Callable[[int], datetime]) -> list[Would]:
        """What these rules, switched on or off as they are, would have done, from the oldest on; a draw counts as luck.

        Blocking for some 50 ms an hour with timed rules.
        """
        self._drop_old(now_ns)
        if not self._told:
            return []
        start_ns = self._told[0][0].at_ns
        engine = Engine(rules, chance=lambda: 0.0, local=local, now_ns=start_ns)
        found: list[Decision] = []
        situation, tick_ns = self._told[0][1], start_ns

        def ticks(until_ns: int) -> None:
            nonlocal tick_ns
            while tick_ns <= until_ns:
                found.extend(engine.tick(tick_ns, now_ms - (now_ns - tick_ns) // 1_000_000, situation))
                tick_ns += TICK_NS

        for happening, then in self._told:
            ticks(happening.at_ns)
            situation = then
            found += engine.tell(happening, then)
        ticks(now_ns)
        return [_would(decision) for decision in found]

    def _drop_old(self, now_ns: int) -> None:
        while self._told and now_ns - self._told[0][0].at_ns > HOUR_NS:
            self._told.popleft()


def _would(decision: Decision) -> Would:
    why = decision.why_not or ("chance" if decision.rule.conditions.chance < 1 else "")
    happening = decision.happening
    return Would(at_ms=happening.at_ms, rule=decision.rule.name, trigger=happening.words, why_not=why)
