"""A fault every so often, drawn by a seed: for soaks. The same seed draws the same faults in the same order."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from ..clock import Clock
from .eventsub.frames import GARBAGE
from .faults import Faults

KINDS: Mapping[str, Callable[[random.Random], tuple[str, dict[str, Any]]]] = {
    "duplicate": lambda rng: ("duplicate", {"count": rng.randint(1, 20), "after_s": rng.choice([0.0, 0.5, 3.0])}),
    "stale": lambda rng: ("stale", {"count": rng.randint(1, 10)}),
    "close": lambda rng: ("close", {"code": rng.randint(4000, 4007)}),
    "drop": lambda rng: ("drop", {}),
    "half_close": lambda rng: ("half_close", {}),
    "reconnect": lambda rng: ("reconnect", {"late_welcome_s": rng.choice([0.0, 0.5, 2.0])}),
    "overlap": lambda rng: ("reconnect", {"late_welcome_s": rng.choice([0.0, 1.0]), "overlap_s": rng.uniform(0.5, 3.0)}),
    "late_welcome": lambda rng: ("late_welcome", {"seconds": rng.uniform(0.5, 3.0)}),
    "silence": lambda rng: ("silence", {"seconds": None}),
    "slow": lambda rng: ("slow", {"bytes_per_s": rng.choice([20_000, 60_000]), "seconds": rng.uniform(1.0, 4.0)}),
    "garbage": lambda rng: ("garbage", {"kind": rng.choice([*GARBAGE, "cut_frame", "invalid_utf8"])}),
    "helix": lambda rng: ("helix", {"status": rng.choice([0, 500, 503]), "count": rng.randint(1, 3)}),
    "rate_limit": lambda rng: ("rate_limit", {"seconds": rng.uniform(1.0, 4.0)}),
    "expire_tokens": lambda rng: ("expire_tokens", {}),
    "refuse": lambda rng: ("refuse", {"seconds": rng.uniform(1.0, 4.0), "how": rng.choice(["refuse", "hang_up", "503"])}),
}
"""Name → the fault with its arguments. `reset` is not among them: what it tears may be lost, and a judge could not tell why."""


class Schedule:
    """`run()` until `stop()`."""

    def __init__(self, faults: Faults, clock: Clock, *, every_s: float, seed: int, names: tuple[str, ...] = ()) -> None:
        """Raises KeyError for a name that is none of `KINDS`."""
        self.drawn = 0
        self._faults = faults
        self._clock = clock
        self._every_s = every_s
        self._rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._kinds = [KINDS[name] for name in names or KINDS]
        self._left: list[Callable[[random.Random], tuple[str, dict[str, Any]]]] = []
        self._on = True

    async def run(self) -> None:
        while self._on:
            await self._clock.sleep(self._every_s)
            if self._on:
                self.next()

    def next(self) -> str:
        """Draws one now; returns its name. Each kind comes once before any comes again."""
        if not self._left:
            self._left = self._rng.sample(self._kinds, len(self._kinds))
        name, arguments = self._left.pop()(self._rng)
        self.drawn += 1
        self._faults.inject(name, **arguments)
        return name

    def stop(self) -> None:
        self._on = False
