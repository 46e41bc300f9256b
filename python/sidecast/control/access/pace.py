"""How fast one caller may ask: a bucket of tokens each, bounded in number."""

from __future__ import annotations

from collections import OrderedDict

from ...clock import Clock

MAX_KNOWN = 4096
_S = 10**9


class Pace:
    """Lets `burst` through at once and `a_second` from then on."""

    def __init__(self, clock: Clock, *, a_second: float, burst: int) -> None:
        self._clock = clock
        self._a_second = a_second
        self._burst = burst
        self._full_ns: OrderedDict[str, int] = OrderedDict()
        """When the caller's bucket will be full again: one number says it all (GCRA)."""

    def take(self, who: str, cost: int = 1) -> int:
        """Seconds to wait, rounded up; 0 for what is let through. `cost`: as how many it counts."""
        now = self._clock.now_ns()
        each_ns = round(_S / self._a_second)
        full = max(now, self._full_ns.get(who, 0)) + cost * each_ns
        over_ns = full - now - self._burst * each_ns
        if over_ns > 0:
            return -(-over_ns // _S)
        self._full_ns[who] = full
        self._full_ns.move_to_end(who)
        while len(self._full_ns) > MAX_KNOWN:
            self._full_ns.popitem(last=False)
        return 0
