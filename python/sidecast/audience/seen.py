"""Who has written since the show began: in memory, bounded. Tells the regulars from the strangers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..flow.candidate import Candidate, Reason
from ..flow.chat import ChatMessage, Incoming, Role
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.turn import Turn
from ..flow.verdict import Verdict

VIEWERS = 20_000
KNOWN_AFTER_MS = 10 * 60_000
KNOWN_MESSAGES = 3
NEW_FOR_MS = 10 * 60_000
"""How long somebody is new of whom the platform says so."""
UNSAID_NEW_FOR_MS = 2 * 60_000
"""How long, where the platform says nothing of it: whoever writes for the first time in a show may have read for an hour."""
TRUSTED = frozenset({Role.BROADCASTER, Role.MODERATOR, Role.VIP, Role.SUBSCRIBER})


@dataclass(slots=True)
class SeenViewer:
    name: str
    first_ms: int
    last_ms: int
    messages: int = 0
    new: bool = False
    """The platform said so."""


class Seen:
    """A watcher. Of more than 20,000 viewers those go first who have been silent for longest."""

    def __init__(self, clock: Clock, *, limit: int = VIEWERS) -> None:
        self._clock = clock
        self._limit = limit
        self._viewers: OrderedDict[str, SeenViewer] = OrderedDict()
        self._began_ms = clock.wall_ms()
        self._says_who_is_new = False

    def get(self, viewer_id: str) -> SeenViewer | None:
        return self._viewers.get(viewer_id)

    def named(self, name: str) -> list[str]:
        """Ids of those who are called so, in any case of letters."""
        wanted = name.casefold()
        return [viewer_id for viewer_id, viewer in self._viewers.items() if viewer.name.casefold() == wanted]

    def forget(self, viewer_id: str) -> bool:
        return self._viewers.pop(viewer_id, None) is not None

    def is_regular(self, message: ChatMessage) -> bool:
        """By role, or because they have been writing for a while and not only since the trouble began."""
        if not TRUSTED.isdisjoint(message.author.roles):
            return True
        viewer = self._viewers.get(message.author.id)
        if viewer is None or message.first:
            return False
        return viewer.messages > KNOWN_MESSAGES and self._clock.wall_ms() - viewer.first_ms >= KNOWN_AFTER_MS

    def is_new(self, message: ChatMessage) -> bool:
        """Nobody here knows them: new in the channel, or, where the platform says nothing of that, in a long show."""
        if not TRUSTED.isdisjoint(message.author.roles):
            return False
        viewer = self._viewers.get(message.author.id)
        if viewer is None:
            return message.first
        now_ms = self._clock.wall_ms()
        if self._says_who_is_new:
            return viewer.new and now_ms - viewer.first_ms < NEW_FOR_MS
        return now_ms - self._began_ms >= KNOWN_AFTER_MS and now_ms - viewer.first_ms < UNSAID_NEW_FOR_MS

    def heard(self, item: Incoming) -> None:
        if not isinstance(item, ChatMessage) or not item.author.id:
            return
        now_ms = self._clock.wall_ms()
        viewer = self._viewers.pop(item.author.id, None) or SeenViewer(item.author.name[:64], now_ms, now_ms)
        viewer.name, viewer.last_ms = item.author.name[:64], now_ms
        viewer.messages += 1
        if item.first:
            viewer.new = self._says_who_is_new = True
        self._viewers[item.author.id] = viewer
        if len(self._viewers) > self._limit:
            self._viewers.popitem(last=False)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        """Who writes is seen, whatever comes of it."""

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Seen already."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """Seen already."""

    def ended(self, line: LedgerLine) -> None:
        """Seen already."""

    def status(self, status: Status) -> None:
        """Nobody writes."""

    def marked(self, mark: Mark) -> None:
        """Nobody writes."""
