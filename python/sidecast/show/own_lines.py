"""The streamer's own lines: judged when they are typed, said before everything that waits."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator

from ..clock import Clock
from ..errors import OrderRefused
from ..flow.board import Queued
from ..flow.candidate import Candidate, Reason, Understanding
from ..flow.chat import ChannelEvent, EventKind
from ..flow.order import Say
from ..flow.verdict import Decision, Verdict
from .parts import Parts

MAX_LINE = 400
"""Characters: what can be said in half a minute."""
MAX_WAITING = 5
PATIENCE_S = 60.0
"""A line that was meant for a moment is not said long after it."""
REMEDY = "Say it in other words."

Settled = list[tuple[Candidate, Reason]]


class OwnLines:
    """First come, first said. Each is a channel event of its own kind, so that it is counted, shown and kept like the others."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._dialogue = parts.dialogue
        self._gate = parts.gate_out
        self._watcher = parts.watcher
        self._clock = clock
        self._numbers = itertools.count(1)
        self._waiting: deque[Candidate] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Queued]:
        for candidate in self._waiting:
            deadline_ns = candidate.item.arrived_ns + round(PATIENCE_S * 1e9)
            yield Queued(candidate=candidate, deadline_ns=deadline_ns, placed_by=candidate.asked_by)

    def take(self, order: Say) -> str:
        """Takes the line in when all of it may be said. Returns how the gate changes it, in a sentence; empty: not at all.

        Raises:
            OrderRefused: it is too long or empty, the gate does not let it pass, or too many wait.
        """
        text = " ".join(order.text.split())
        if not text:
            raise OrderRefused("There is nothing to say.")
        if len(text) > MAX_LINE:
            raise OrderRefused(f"This has {len(text)} characters; at most {MAX_LINE} are said at once.", "Say it in two parts.")
        if len(self._waiting) >= MAX_WAITING:
            raise OrderRefused(f"{MAX_WAITING} lines of yours wait to be said already.", "Let them be said first.")
        number = next(self._numbers)
        changed = self._judge(text)
        now_ns = self._clock.now_ns()
        item = ChannelEvent(id=f"said-{number}", kind=EventKind.SAID, arrived_ns=now_ns, text=text)
        understanding = Understanding(frozenset(), 0.0, 0.0, text, len(text.split()))
        self._watcher.heard(item)
        self._waiting.append(
            Candidate(item, Verdict(Decision.ALLOW, text), understanding, now_ns, asked_by=order.by, asked_ns=now_ns)
        )
        return changed

    def next(self) -> Candidate | None:
        """The oldest; it leaves."""
        return self._waiting.popleft() if self._waiting else None

    def drop(self, item_id: str) -> Settled:
        """One that is not to be said after all; nothing when it does not wait here."""
        found = [candidate for candidate in self._waiting if candidate.item.id == item_id]
        for candidate in found:
            self._waiting.remove(candidate)
        return [(candidate, Reason.NEVER) for candidate in found]

    def expire(self, now_ns: int) -> Settled:
        late = [each.candidate for each in self if each.deadline_ns <= now_ns]
        for candidate in late:
            self._waiting.remove(candidate)
        return [(candidate, Reason.STALE) for candidate in late]

    def drain(self, reason: Reason) -> Settled:
        gone = [(candidate, reason) for candidate in self._waiting]
        self._waiting.clear()
        return gone

    def _judge(self, text: str) -> str:
        """Before anybody hopes to hear it. It is judged again, clause by clause, when it is said."""
        clauses = self._dialogue.own_words("", text)
        if not clauses:
            raise OrderRefused("There is nothing in this that can be said aloud.", REMEDY)
        verdict = self._gate.foresee(clauses)
        if verdict is None:
            return ""
        found = f"{verdict.category.value.replace('_', ' ')} (rule {verdict.rule})"
        if verdict.decision is Decision.SOFTEN:
            return f"The gate bleeps a part of it: {found}."
        raise OrderRefused(f"The gate does not let this be said: {found}.", REMEDY)
