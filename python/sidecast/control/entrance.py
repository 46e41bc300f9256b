"""Who may see the page: one-time links that become sessions. Only digests are kept, so that memory shows no key."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict

from ..clock import Clock

LINK_MINUTES = 10
SESSION_HOURS = 24
MAX_LINKS = 16
MAX_SESSIONS = 64
_KEY_BYTES = 24
"""192 bits."""
_MINUTE_NS = 60 * 10**9


class Entrance:
    """Bounded on both sides: a new link or session beyond the bound takes the place of the oldest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: OrderedDict[bytes, int] = OrderedDict()
        self._sessions: OrderedDict[bytes, int] = OrderedDict()

    def __repr__(self) -> str:
        return f"<Entrance with {len(self._links)} links and {len(self._sessions)} sessions>"

    def mint(self) -> str:
        """The key of a new one-time link."""
        return self._admit(self._links, MAX_LINKS)

    def use(self, key: str) -> str | None:
        """A new session's token for a link's key. None when the key is unknown, used or too old; it is used up either way."""
        self._expire()
        if self._links.pop(_digest(key), None) is None:
            return None
        return self._admit(self._sessions, MAX_SESSIONS)

    def knows(self, token: str) -> bool:
        """True for the token of a session that goes on."""
        self._expire()
        return _digest(token) in self._sessions

    def _admit(self, where: OrderedDict[bytes, int], limit: int) -> str:
        self._expire()
        key = secrets.token_urlsafe(_KEY_BYTES)
        where[_digest(key)] = self._clock.now_ns()
        if len(where) > limit:
            where.popitem(last=False)
        return key

    def _expire(self) -> None:
        now = self._clock.now_ns()
        for where, minutes in ((self._links, LINK_MINUTES), (self._sessions, SESSION_HOURS * 60)):
            while where and now - next(iter(where.values())) >= minutes * _MINUTE_NS:
                where.popitem(last=False)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
