"""The waiting list: who is answered next, and a reason for everyone else.

Whatever is offered leaves exactly once: by `choose`, or with its reason from `offer`, `expire`, `remove`, `never` or `drain`.
What had left already comes back when somebody asks for it (`answer`), and then leaves without a second reason.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from ..errors import OrderRefused
from ..flow.board import Queued
from ..flow.candidate import Candidate, Kind, Reason, fate_by
from ..flow.chat import ChannelEvent, ChatMessage, Removal
from ..flow.verdict import Decision, Verdict
from ..settings import Audience as AudienceSettings
from .line_up import LineUp, Waiting
from .recent import NeverAgain, Recent
from .repeats import Repeats
from .scoring import EVENT_BASE, fairness, freshness, standing_parts

EVENT_PATIENCE = 2.0
"""An event may be thanked for this many times later than a message may be answered."""
PLACED_PATIENCE = 4.0
"""What somebody has put at a place by hand may be answered this many times later than other messages, counted from then."""
ANSWERED_KEPT = 1024
"""Authors whose last answer is remembered for fairness."""

Settled = list[tuple[Candidate, Reason]]
Screen = Callable[[ChatMessage | ChannelEvent], Verdict]


class Audience:
    """Not thread-safe; all times come with the calls, so that it runs in virtual time. `offer` is O(log n)."""

    def __init__(self, settings: AudienceSettings) -> None:
        self.adopt(settings)
        self._now_ns = 0
        self._repeats = Repeats()
        self._numbers = itertools.count()
        self._line_up = LineUp(settings.waiting_limit, self._scored)
        self._answered: OrderedDict[str, int] = OrderedDict()
        self._recent = Recent()
        self._never = NeverAgain()

    def adopt(self, settings: AudienceSettings) -> None:
        """How long messages are answered and which are worth it, from the next one on; how many may wait stays as it is."""
        self._settings = settings
        self._within_ns = round(settings.answer_within_s * 1e9)

    def __len__(self) -> int:
        return len(self._line_up)

    def offer(self, candidate: Candidate) -> Settled:
        """Take it in, or say why not. Also returns those that had to make room."""
        self._recent.note(candidate)
        reason = self._refusal(candidate)
        if reason is not None:
            return [(candidate, reason)]
        entry = self._entry(candidate)
        settled: Settled = []
        if isinstance(candidate.item, ChatMessage):
            rival = self._line_up.by_author(candidate.item.author.id)
            if rival is not None and (rival.place is not None or rival.rank >= entry.rank):
                return [(candidate, Reason.AUTHOR_LIMIT)]
            if rival is not None:
                self._line_up.replace(rival)
                settled = _settled([rival], Reason.AUTHOR_LIMIT)
        return settled + self._take_in(entry)

    def remember(self, candidate: Candidate) -> None:
        """It is not offered, but somebody may ask for it."""
        self._recent.note(candidate)

    def choose(self, now_ns: int) -> Candidate | None:
        """The best that may still be answered, or who was put before it, with score and parts as of now; it leaves the list."""
        for scored, entry in self._line_up.arranged(now_ns):
            # fairness decides between viewers; it does not keep the only one who speaks from being answered
            worthy = entry.place is not None or _merit(scored) >= self._settings.threshold
            if worthy and entry.deadline_ns > now_ns:
                self._now_ns = now_ns
                self._line_up.take_out([entry], now_ns)
                return scored
        return None

    def waiting(self, now_ns: int | None = None) -> list[Candidate]:
        """Those that wait, in their order, scored as of `now_ns` (default: the latest moment this audience knows of)."""
        return [scored for scored, _ in self._line_up.arranged(self._now_ns if now_ns is None else now_ns)]

    def queue(self, now_ns: int) -> list[Queued]:
        """The same with what a page shows beside it."""
        order = self._line_up.arranged(now_ns)
        return [Queued(candidate=each, deadline_ns=entry.deadline_ns, placed_by=entry.placed_by) for each, entry in order]

    def expire(self, now_ns: int) -> Settled:
        """Those that have waited for too long."""
        self._now_ns = now_ns
        return self._take_out([entry for entry in self._line_up if entry.deadline_ns <= now_ns], Reason.STALE)

    def remove(self, removal: Removal) -> Settled:
        """Those that a moderator has taken away."""
        self._repeats.forget(removal)
        self._recent.forget(removal)
        hit = [entry for entry in self._line_up if removal.reaches(entry.candidate.item)]
        return self._take_out(hit, fate_by(removal))

    def recheck(self, refuse: Callable[[Candidate], tuple[Candidate, Reason] | None]) -> Settled:
        """Those that may not be answered any more: `refuse` says why, and may give them the verdict of today.

        Whom a human has asked for or put at a place stays.
        """
        settled: Settled = []
        for entry in list(self._line_up):
            refused = None if entry.candidate.asked_by or entry.placed_by else refuse(entry.candidate)
            if refused is not None:
                entry.candidate = refused[0]
                self._recent.note(entry.candidate)
                settled += self._take_out([entry], refused[1])
        return settled

    def drain(self, reason: Reason) -> Settled:
        """Everyone, at a stop or at the end of the show."""
        return self._take_out(list(self._line_up), reason)

    def forget_all(self) -> None:
        """Another channel's chat begins: nothing of the old one can be asked for. Drain first."""
        self._recent.clear()
        self._never.clear()

    # ---- what a human overrules -----------------------------------------------------------------------------------

    def answer(self, item_id: str, by: str, now_ns: int, screen: Screen | None = None) -> Settled:
        """It is next, whatever its score. Returns those that had to make room.

        Args:
            screen: the gate's verdict as of now, which may be another than when it came; None = it is the same.

        Raises:
            OrderRefused: it is not known, or must not be answered.
        """
        entry = self._line_up.by_id(item_id)
        settled: Settled = []
        if entry is None:
            entry = self._entry(replace(self._known(item_id, screen), recalled=True))
            if self._line_up.all_placed:
                raise OrderRefused("The queue is full of messages that were put there by hand.", "Let some of them go first.")
            settled = self._take_in(entry, spare=True)
        entry.candidate = replace(entry.candidate, asked_by=by, asked_ns=now_ns)
        self._place(entry, 0, by, now_ns)
        return settled

    def move(self, item_id: str, to: int, by: str, now_ns: int) -> None:
        """Nothing overtakes it where it is put; what leaves before it lets it move up.

        Raises:
            OrderRefused: it does not wait.
        """
        entry = self._line_up.by_id(item_id)
        if entry is None:
            raise OrderRefused("This message does not wait for an answer any more.", "“Answer” brings it back, if it is known.")
        self._place(entry, max(0, to), by, now_ns)

    def never(self, item_id: str) -> Settled:
        """Not this message, nor the same words of its author. Returns it if it waited.

        Raises:
            OrderRefused: it is not known.
        """
        entry = self._line_up.by_id(item_id)
        candidate = entry.candidate if entry is not None else self._recent.get(item_id)
        if candidate is None:
            raise _unknown()
        if candidate.verdict.decision in (Decision.BLOCK, Decision.HOLD):
            raise OrderRefused("The gate does not let this message in: it is not answered anyway.")
        self._never.add(candidate.item, waited=entry is not None)
        return self._take_out([entry], Reason.NEVER) if entry is not None else []

    def allow_again(self, item_id: str) -> Settled:
        """Undoes `never`; it waits again if it did and is not too late. Returns those that had to make room.

        Raises:
            OrderRefused: nobody has said never to it.
        """
        waited = self._never.undo(item_id)
        if waited is None:
            raise OrderRefused("Nobody has said never to answer this.")
        candidate = self._recent.get(item_id)
        if not waited or candidate is None or self._line_up.by_id(item_id) is not None:
            return []
        entry = self._entry(replace(candidate, recalled=True))
        return self._take_in(entry) if entry.deadline_ns > self._now_ns else []

    def _known(self, item_id: str, screen: Screen | None) -> Candidate:
        candidate = self._recent.get(item_id)
        if candidate is None:
            raise _unknown()
        item, verdict = candidate.item, candidate.verdict
        if screen is not None and verdict.decision < Decision.HOLD:
            verdict = screen(item)
        if verdict.decision in (Decision.BLOCK, Decision.HOLD):
            did = "blocked" if verdict.decision is Decision.BLOCK else "held back"
            why = verdict.category.value.replace("_", " ")
            raise OrderRefused(
                f"The gate has {did} this message ({why}), so it is not answered.", "Correct the gate's rules first."
            )
        if self._never.covers(item):
            raise OrderRefused("Somebody has said never to answer this.", "Take that back first.")
        if isinstance(item, ChannelEvent) and item.kind not in EVENT_BASE:
            raise OrderRefused("Such an event is only noted: there is nothing to answer.")
        return replace(candidate, verdict=verdict)

    def _place(self, entry: Waiting, to: int, by: str, now_ns: int) -> None:
        entry.placed_by = by
        entry.deadline_ns = max(entry.deadline_ns, now_ns + round(self._within_ns * PLACED_PATIENCE))
        self._line_up.place(entry, to, now_ns)

    def _take_in(self, entry: Waiting, *, spare: bool = False) -> Settled:
        gone = self._line_up.take_in(entry, spare=spare)
        return [] if gone is None else _settled([gone], Reason.CROWDED_OUT)

    def _take_out(self, entries: list[Waiting], reason: Reason) -> Settled:
        self._line_up.take_out(entries, self._now_ns)
        return _settled(entries, reason)

    def answered(self, author_id: str, now_ns: int) -> None:
        """An answer to this author was heard; others come first for a while."""
        if not author_id:
            return
        self._answered[author_id] = now_ns
        self._answered.move_to_end(author_id)
        if len(self._answered) > ANSWERED_KEPT:
            self._answered.popitem(last=False)

    def _refusal(self, candidate: Candidate) -> Reason | None:
        item, kinds = candidate.item, candidate.understanding.kinds
        if candidate.verdict.decision is Decision.BLOCK:
            return Reason.BLOCKED
        if candidate.verdict.decision is Decision.HOLD:
            return Reason.HELD
        if isinstance(item, ChannelEvent):
            if item.kind not in EVENT_BASE:
                return Reason.INFORMATION
            return Reason.NEVER if self._never.covers(item) else None
        if self._never.covers(item):
            return Reason.NEVER
        if Kind.COMMAND in kinds:
            return Reason.COMMAND
        paid = item.bits > 0 or bool(item.reward or item.reward_id)
        if not paid and Kind.REACTION in kinds and kinds.isdisjoint({Kind.QUESTION, Kind.MENTION, Kind.GREETING}):
            return Reason.REACTION
        # two viewers may both say hello; the same question of two viewers is one question
        whose = item.author.id if Kind.GREETING in kinds or paid else ""
        return None if self._repeats.is_new(whose, item) else Reason.REPEATED

    def _entry(self, candidate: Candidate) -> Waiting:
        arrived_ns = candidate.item.arrived_ns
        self._now_ns = max(self._now_ns, arrived_ns)
        standing = standing_parts(candidate)
        # freshness falls evenly for all, so who is before whom does not depend on when it is asked
        age_free = sum(standing.values()) - freshness(arrived_ns / 1e9, self._settings.answer_within_s)
        patience = EVENT_PATIENCE if isinstance(candidate.item, ChannelEvent) else 1.0
        return Waiting(
            candidate,
            standing,
            rank=age_free + self._fairness(candidate, arrived_ns),
            deadline_ns=arrived_ns + round(self._within_ns * patience),
            number=next(self._numbers),
        )

    def _scored(self, entry: Waiting, now_ns: int) -> Candidate:
        age_s = (now_ns - entry.candidate.item.arrived_ns) / 1e9
        parts = {
            **entry.standing,
            "freshness": freshness(age_s, self._settings.answer_within_s),
            "fairness": self._fairness(entry.candidate, now_ns),
        }
        shown = {name: value for name, value in parts.items() if value}
        return replace(entry.candidate, score=sum(shown.values()), parts=shown)

    def _fairness(self, candidate: Candidate, now_ns: int) -> float:
        if isinstance(candidate.item, ChannelEvent):
            return 0.0
        answered_ns = self._answered.get(candidate.item.author.id)
        return fairness(None if answered_ns is None else (now_ns - answered_ns) / 1e9)


def _merit(scored: Candidate) -> float:
    """The score without what depends on other turns."""
    return scored.score - scored.parts.get("fairness", 0.0)


def _settled(entries: list[Waiting], reason: Reason) -> Settled:
    """Those that had their reason already get no other."""
    return [(entry.candidate, reason) for entry in entries if not entry.candidate.recalled]


def _unknown() -> OrderRefused:
    return OrderRefused("This message is not known any more: it was removed, or it was too long ago.")
