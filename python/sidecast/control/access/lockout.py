"""Wrong tries cost more and more time: by name, so that one is not guessed; by address, so that not all names are tried."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

from ...clock import Clock
from ..api.problems import Refusal

FREE_TRIES = 5
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER_S = 3600
"""Without another try."""
MAX_KNOWN = 4096
_S = 10**9


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last_ns: int = 0
    open_ns: int = 0
    """When the next try is let through."""


class Lockout:
    """Every try is counted as wrong before it is looked at, so that many at once gain nothing; `forgive` takes it back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, _Tries] = OrderedDict()

    def count(self, *what: str) -> None:
        """A try at each of `what` (`name:ada`, `address:127.0.0.1`).

        Raises:
            Refusal: one of them has to wait (429, with the seconds); the try does not count then.
        """
        now = self._clock.now_ns()
        wait_ns = max((self._tries(each, now).open_ns - now for each in what), default=0)
        if wait_ns > 0:
            seconds = -(-wait_ns // _S)
            raise Refusal(
                429,
                f"Too many wrong tries. The next one is possible in {in_words(seconds)}.",
                "Wait, then try again.",
                wait_s=seconds,
            )
        for each in what:
            tries = self._known.setdefault(each, _Tries())
            self._known.move_to_end(each)
            tries.wrong += 1
            tries.last_ns = now
            if tries.wrong >= FREE_TRIES:
                tries.open_ns = now + min(2 ** min(tries.wrong - FREE_TRIES, 20), LONGEST_WAIT_S) * _S
        if len(self._known) > MAX_KNOWN:
            self._make_room()

    def forgive(self, name: str, address: str = "") -> None:
        """The try was right: the name starts anew. The address gets only this one back, or one right guess would buy many."""
        self._known.pop(name, None)
        tries = self._known.get(address)
        if tries is not None:
            tries.wrong = max(0, tries.wrong - 1)
            tries.open_ns = 0

    def _make_room(self) -> None:
        """A quarter goes: those with the fewest wrong tries, so that inventing names does not free one that is guessed."""
        fewest_first = sorted(self._known, key=lambda each: (self._known[each].wrong, self._known[each].last_ns))
        for each in fewest_first[: MAX_KNOWN // 4]:
            del self._known[each]

    def _tries(self, what: str, now: int) -> _Tries:
        tries = self._known.get(what)
        if tries is None:
            return _Tries()
        if now - tries.last_ns >= FORGOTTEN_AFTER_S * _S:
            del self._known[what]
            return _Tries()
        return tries


def in_words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{-(-seconds // 60)} minutes"


def network_of(address: str) -> str:
    """Of an IPv6 address the /64 that one household or server has; of others all of it."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(known, ipaddress.IPv6Address) and not known.is_loopback:
        return str(known.ipv4_mapped) if known.ipv4_mapped else str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
