"""Everything that is wanted, subscribed to on each new socket: asked in parallel, asked again, never given up."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...clock import Clock
from ...flow.twitch import Account, TwitchApi
from ...worker.backoff import Backoff
from .closes import Ended
from .gaps import Gaps
from .subscriptions import Outcome, Subscriptions
from .wanted import WANTED, Ids, Wanted

AT_ONCE = 8
"""Requests on their way together; more would not be sooner, for the pace of Twitch's interface is kept below this."""
LOOK_S = 1.0
"""How often the log-in is looked at: what it allows may have changed."""
FIRST_RETRY_S, LAST_RETRY_S = 1.0, 60.0
HICCUP_S = 0.2
"""Where most were taken, the others are asked for again after this."""
REFUSED_S = 600.0
"""What was refused for good is asked again as often: Twitch changes, moderators come back."""
REMOVE_S = 30.0
"""Between two looks for subscriptions of dead sessions."""
DEAD_KEPT = 64
"""Sessions of ours that have ended, whose subscriptions are still to be taken away."""
REMOVED = 100
"""Subscriptions of dead sessions that are taken away at one time."""


class Standing(StrEnum):
    """How it stands with one type of event."""

    WAITING = "waiting"
    LIVE = "live"
    NOT_GRANTED = "not_granted"
    """The log-in lacks the permission, because nothing that is switched on needs it; Twitch is not asked."""
    FORBIDDEN = "forbidden"
    """Twitch wants a permission."""
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(slots=True)
class _Due:
    at_ns: int
    backoff: Backoff


class Subscribing:
    """One for all sockets of a source; `keep` once for each socket."""

    def __init__(
        self,
        api: TwitchApi,
        *,
        account: Account,
        clock: Clock,
        new_backoff: Callable[[], Backoff],
        gaps: Gaps,
        ms_at: Callable[[int], int],
        on_change: Callable[[], None],
        wanted: Sequence[Wanted] = WANTED,
    ) -> None:
        """
        Args:
            ms_at: Unix time at Twitch for a stamp of `clock`.
            on_change: told after `standing` has changed.
        """
        self.standing: dict[str, Standing] = dict.fromkeys((each.type for each in wanted), Standing.WAITING)
        self.refusals: dict[str, str] = {}
        """Type → what Twitch said when it last refused it."""
        self.answers: Counter[str] = Counter()
        """How often Twitch answered in which way (`subscriptions.Outcome`, in small letters)."""
        self.removed = 0
        """Subscriptions of dead sessions that were taken away."""
        self._api = api
        self._account = account
        self._clock = clock
        self._new_backoff = new_backoff
        self._gaps = gaps
        self._ms_at = ms_at
        self._on_change = on_change
        self._wanted = {each.type: each for each in wanted}
        self._subscriptions = Subscriptions(api, account)
        self._due: dict[str, _Due] = {}
        self._ended: Ended | None = None
        self._dead: deque[str] = deque(maxlen=DEAD_KEPT)
        self._remove_from_ns = 0
        self._granted: frozenset[str] = frozenset()

    @property
    def live(self) -> frozenset[str]:
        return frozenset(kind for kind, standing in self.standing.items() if standing is Standing.LIVE)

    def lost(self, session_id: str) -> None:
        """The session is over, and its subscriptions are of no use any more."""
        if session_id:
            self._dead.append(session_id)
        for kind in self.live:
            self._stands(kind, Standing.WAITING)

    def revoked(self, kind: str, status: str, now_ns: int) -> None:
        """Twitch has taken a subscription away."""
        if kind not in self._wanted:
            return
        self._stands(kind, Standing.REVOKED, status)
        why = f"Twitch has ended a subscription: {status.replace('_', ' ') or 'it does not say why'}"
        self._gaps.withdrawn(kind, self._ms_at(now_ns), why)
        self._later(kind, REFUSED_S)
        self._on_change()

    async def keep(self, session_id: str, user_id: str, since_ns: int, *, carried: bool = False) -> Ended:
        """Returns when nothing can be had on this socket: why. Cancelled when the socket ends.

        Args:
            user_id: whose channel it is, and who reads.
            since_ns: when the socket was welcomed.
            carried: it took over from a socket that was subscribed; Twitch promises that subscriptions come along.
        """
        self._ended = None
        self._granted = self._api.scopes(self._account)
        self._due.clear()
        self._gaps.asking()
        ids = Ids(channel=user_id, reader=user_id)
        allowed = [each for each in self._wanted.values() if self._allowed(each)]
        if carried:
            allowed = await self._not_carried(allowed, session_id, since_ns)
        await self._ask_all(allowed, ids, session_id)
        self._gaps.settled()
        self._on_change()
        wait_s = self._hiccup()
        while self._ended is None:
            if not self.live and Standing.WAITING not in self.standing.values():
                return self._nothing()
            await self._remove_dead()
            await self._clock.sleep(wait_s)
            wait_s = LOOK_S
            self._look_at_log_in(user_id)
            if due := self._now_due():
                await self._ask_all(due, ids, session_id)
                self._on_change()
        return self._ended

    def _allowed(self, wanted: Wanted) -> bool:
        if wanted.allowed(self._granted):
            return True
        self._stands(wanted.type, Standing.NOT_GRANTED, f"needs {', '.join(sorted(wanted.missing(self._granted)))}")
        self._gaps.not_wanted(wanted.type, self._ms_at(self._clock.now_ns()))
        return False

    async def _not_carried(self, allowed: Iterable[Wanted], session_id: str, since_ns: int) -> list[Wanted]:
        """Those that Twitch does not list for the session. When it does not tell, all are taken to be there, as it promises."""
        existing = await self._subscriptions.existing()
        there = None if existing is None else {e.type for e in existing if e.session_id == session_id and e.status == "enabled"}
        missing = []
        for each in allowed:
            if self.standing[each.type] is Standing.LIVE and (there is None or each.type in there):
                self._gaps.live(each.type, self._ms_at(since_ns))
            else:
                self._gaps.withdrawn(each.type, self._ms_at(since_ns), "a subscription did not come along to another server")
                missing.append(each)
        return missing

    async def _ask_all(self, wanted: Iterable[Wanted], ids: Ids, session_id: str) -> None:
        """In the order of `wanted`, some at once. Stops when one answer says that the others are in vain."""
        left = iter(list(wanted))

        async def ask_on() -> None:
            for each in left:
                if self._ended is not None:
                    return
                await self._ask(each, ids, session_id)

        async with asyncio.TaskGroup() as asking:
            for _ in range(AT_ONCE):
                asking.create_task(ask_on())

    async def _ask(self, wanted: Wanted, ids: Ids, session_id: str) -> None:
        outcome, words = await self._subscriptions.ask(wanted, ids, session_id)
        self.answers[outcome.name.lower()] += 1
        kind = wanted.type
        match outcome:
            case Outcome.LIVE:
                self._due.pop(kind, None)
                self._stands(kind, Standing.LIVE)
                self._gaps.live(kind, self._ms_at(self._clock.now_ns()))
            case Outcome.LATER | Outcome.SLOWER:
                self._stands(kind, Standing.WAITING, words)
                self._later(kind)
            case Outcome.FORBIDDEN:
                self._stands(kind, Standing.FORBIDDEN, f"needs {', '.join(sorted(wanted.scopes)) or words}")
                self._gaps.not_wanted(kind, self._ms_at(self._clock.now_ns()))
                self._later(kind, REFUSED_S)
            case Outcome.REFUSED:
                self._stands(kind, Standing.REFUSED, words)
                self._gaps.not_wanted(kind, self._ms_at(self._clock.now_ns()))
                self._later(kind, REFUSED_S)
            case Outcome.LOGGED_OUT:
                self._stands(kind, Standing.WAITING, words)
                self._later(kind)
                # while somebody is still logged in it is only the id server that is away
                if not self.live and self._api.identity(self._account) is None:
                    self._ended = Ended("the log-in is no longer valid", self._clock.now_ns(), log_in=True)
            case Outcome.DEAD:
                self._ended = Ended("Twitch does not know the connection any more", at_ns=self._clock.now_ns())

    def _later(self, kind: str, seconds: float | None = None) -> None:
        due = self._due.get(kind)
        backoff = due.backoff if due is not None else self._new_backoff()
        wait_s = seconds if seconds is not None else backoff.failed()
        self._due[kind] = _Due(self._clock.now_ns() + round(wait_s * 1e9), backoff)

    def _hiccup(self) -> float:
        """How long until it is looked again what is due. Chat must not wait for one answer that failed while others did not."""
        soon_ns = self._clock.now_ns() + round(HICCUP_S * 1e9)
        waiting = [kind for kind in self._due if self.standing[kind] is Standing.WAITING]
        if not waiting or len(self.live) <= len(waiting):
            return LOOK_S
        for kind in waiting:
            self._due[kind].at_ns = min(self._due[kind].at_ns, soon_ns)
        return HICCUP_S

    def _now_due(self) -> list[Wanted]:
        now_ns = self._clock.now_ns()
        return [self._wanted[kind] for kind, due in self._due.items() if due.at_ns <= now_ns]

    def _look_at_log_in(self, user_id: str) -> None:
        identity = self._api.identity(self._account)
        if identity is not None and identity.user_id != user_id:
            self._ended = Ended("another account has logged in", at_ns=self._clock.now_ns())
            return
        granted = self._api.scopes(self._account)
        if identity is None or granted == self._granted:
            return
        self._granted = granted
        for kind, standing in self.standing.items():
            if standing is not Standing.LIVE and self._allowed(self._wanted[kind]):
                self._due.pop(kind, None)
                self._later(kind, 0.0)

    def _nothing(self) -> Ended:
        if self._api.identity(self._account) is None:
            return Ended("nobody is logged in", self._clock.now_ns(), log_in=True)
        return Ended("Twitch lets nothing be heard", self._clock.now_ns(), log_in=True)

    async def _remove_dead(self) -> None:
        """Twitch does so itself after a while, and counts them until then."""
        dead, now_ns = set(self._dead), self._clock.now_ns()
        if not dead or now_ns < self._remove_from_ns:
            return
        self._remove_from_ns = now_ns + round(REMOVE_S * 1e9)
        existing = await self._subscriptions.existing()
        if existing is None:
            return
        self._dead.clear()
        for each in [one for one in existing if one.session_id in dead][:REMOVED]:
            self.removed += await self._subscriptions.remove(each.id)

    def _stands(self, kind: str, standing: Standing, words: str = "") -> None:
        self.standing[kind] = standing
        if words:
            self.refusals[kind] = words
        else:
            self.refusals.pop(kind, None)
