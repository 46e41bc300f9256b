"""Log-ins that are under way elsewhere, each bound to the browser that began it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from ...clock import Clock
from .device import DeviceTry
from .oidc import OidcTry
from .tokens import digest, new_token

MINUTES = 20
MAX_PENDING = 256
_MINUTE_NS = 60 * 10**9


@dataclass(frozen=True, slots=True)
class Pending:
    what: OidcTry | DeviceTry
    invitation: str = field(default="", repr=False)
    """Key of the invitation that the stranger has."""
    session_id: str = ""
    """Of who is logged in already and links the account."""


class PendingLogIns:
    """Bounded by time and number; beyond it the oldest is given up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[int, Pending]] = OrderedDict()

    def keep(self, pending: Pending) -> str:
        """The value of the cookie by which it is found again."""
        self._expire()
        token = new_token()
        self._known[digest(token)] = self._clock.now_ns(), pending
        if len(self._known) > MAX_PENDING:
            self._known.popitem(last=False)
        return token

    def find(self, token: str) -> Pending | None:
        self._expire()
        found = self._known.get(digest(token))
        return found[1] if found else None

    def take(self, token: str) -> Pending | None:
        """As `find`; it works once."""
        found = self.find(token)
        self._known.pop(digest(token), None)
        return found

    def _expire(self) -> None:
        now = self._clock.now_ns()
        while self._known and now - next(iter(self._known.values()))[0] >= MINUTES * _MINUTE_NS:
            self._known.popitem(last=False)
