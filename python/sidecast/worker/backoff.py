"""How long to wait before trying again: doubling, with jitter, never giving up."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Delays for one thing that may fail again and again.

    The n-th delay in a row lies within ±50 % of `first_s · 2ⁿ`, at most `most_s` (jitter after "Exponential Backoff
    And Jitter", AWS Architecture Blog, 2015: it keeps many clients from trying in step). After `breaks_after` failures
    in a row the breaker is open: every further delay is around `most_s` until something succeeds.
    """

    rng: random.Random
    first_s: float = 0.05
    most_s: float = 30.0
    breaks_after: int = 6
    failures: int = 0
    """In a row."""

    @property
    def broken(self) -> bool:
        """The breaker is open: this has failed too often in a row to be tried eagerly."""
        return self.failures >= self.breaks_after

    def failed(self) -> float:
        """Note a failure. Returns the seconds to wait before the next try."""
        # the exponent is capped so that a month of failures cannot overflow a float
        delay = self.most_s if self.broken else min(self.most_s, self.first_s * 2.0 ** min(self.failures, 40))
        self.failures += 1
        return min(self.most_s, delay * self.rng.uniform(0.5, 1.5))

    def succeeded(self) -> None:
        self.failures = 0
