"""One-time links for whoever sits at the machine. Only digests are kept, so that memory shows no key."""

from __future__ import annotations

from collections import OrderedDict

from ..clock import Clock
from .access.tokens import digest, new_token

LINK_MINUTES = 10
MAX_LINKS = 16
_MINUTE_NS = 60 * 10**9


class Entrance:
    """Bounded: a new link beyond the bound takes the place of the oldest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: OrderedDict[bytes, int] = OrderedDict()

    def __repr__(self) -> str:
        return f"<Entrance with {len(self._links)} links>"

    def mint(self) -> str:
        """The key of a new one-time link."""
        self._expire()
        key = new_token()
        self._links[digest(key)] = self._clock.now_ns()
        if len(self._links) > MAX_LINKS:
            self._links.popitem(last=False)
        return key

    def use(self, key: str) -> bool:
        """True when the key lets in. False when it is unknown, used or too old; it is used up either way."""
        self._expire()
        return self._links.pop(digest(key), None) is not None

    def _expire(self) -> None:
        now = self._clock.now_ns()
        while self._links and now - next(iter(self._links.values())) >= LINK_MINUTES * _MINUTE_NS:
            self._links.popitem(last=False)
