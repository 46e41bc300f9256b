"""The show watches for storms by itself: what was screened goes to the watch, what it finds to careful mode, audit and page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from ..audience.alike import name_key, text_keys
from ..audience.seen import Seen
from ..audience.storm import StormState
from ..audience.storm_signs import Sighting
from ..audience.storm_watch import StormWatch
from ..clock import Clock
from ..control.access.audit import Audit
from ..control.access.permission import Caller
from ..flow.candidate import Candidate
from ..flow.chat import ChannelEvent, ChatMessage, EventKind
from ..flow.moderation import Care, Storm, StormKind
from ..flow.verdict import Decision, Verdict

log = logging.getLogger(__name__)

Wanted = Literal["all", "attacks", "off"]
ITSELF = Caller(id="show", name="Sidecast", permissions=frozenset())
"""Who is named where nobody else has decided."""
TICK_S = 5.0
"""How often it is looked whether a storm is over, when nobody writes any more."""


class StormDesk:
    """On the show's loop only. About 12 µs a message, a sixth of the gate in."""

    def __init__(self, state: StormState, seen: Seen, clock: Clock, plain: Callable[[str], str], wanted: Wanted) -> None:
        """
        Args:
            plain: undoes the disguises of a text that is not ASCII.
            wanted: the setting `safety.storms`.
        """
        self._state = state
        self._seen = seen
        self._clock = clock
        self._plain = plain
        self._wanted = wanted
        self._watch = StormWatch()
        self._audit: Audit | None = None
        state.on_change(self._decided)

    def connect(self, audit: Audit) -> None:
        self._audit = audit

    def adopt(self, wanted: Wanted) -> None:
        """The setting has changed. A storm that is no longer wanted is over."""
        self._wanted = wanted
        if wanted == "off" or (wanted == "attacks" and self._watch.kind is StormKind.RAID):
            self._watch.forget()
            self._end()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._clock.sleep(TICK_S)
            self._look_if_over(self._clock.now_ns())

    def understood(self, candidate: Candidate) -> None:
        """For `Parts.understood`: before it is decided whether it is answered."""
        if self._wanted == "off":
            return
        item = candidate.item
        sighting = self._of_message(item, candidate.verdict) if isinstance(item, ChatMessage) else self._of_event(item)
        if sighting is None:
            return
        self._look_if_over(sighting.at_ns)
        begun = self._watch.see(sighting, raids=self._wanted == "all")
        if begun is None or not self._state.call(begun.kind, begun.why):
            return
        if not begun.grown:
            log.warning("storm (%s): %s", begun.kind.value, begun.why)
            self._note("moderation.storm_seen", begun.kind, begun.why)

    def _of_message(self, message: ChatMessage, verdict: Verdict) -> Sighting | None:
        author = message.author
        if not author.id:
            return None
        stranger = self._seen.is_new(message)
        return Sighting(
            at_ns=message.arrived_ns,
            author=hash(author.id),
            stranger=stranger,
            text=text_keys(message.text, self._plain),
            name=name_key(author.name) if stranger else None,
            refused=verdict.category if verdict.decision >= Decision.HOLD else None,
            blocked=verdict.decision is Decision.BLOCK,
        )

    def _of_event(self, event: ChannelEvent) -> Sighting | None:
        if event.kind is EventKind.RAID:
            return Sighting(at_ns=event.arrived_ns, author=0, raid=event.amount)
        if event.kind is EventKind.FOLLOW and event.author is not None:
            author = event.author
            return Sighting(
                at_ns=event.arrived_ns, author=hash(author.id), stranger=True, name=name_key(author.name), wrote=False
            )
        return None

    def _look_if_over(self, now_ns: int) -> None:
        if self._watch.calm(now_ns):
            self._end()

    def _end(self) -> None:
        kind = self._state.now.kind
        if self._state.over():
            self._note("moderation.storm_passed", kind, "")

    def _decided(self, storm: Storm) -> None:
        """A human who says that everybody is answered again means what is going on."""
        if storm.by and storm.care is Care.ALL:
            self._watch.refuse(self._clock.now_ns())

    def _note(self, action: str, kind: StormKind, why: str) -> None:
        if self._audit is not None:
            self._audit.note(ITSELF, action, kind.value, {"why": why} if why else {})
