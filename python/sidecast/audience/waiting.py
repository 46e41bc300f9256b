"""The waiting list: who is answered next, and a reason for everyone else.

Whatever is offered leaves exactly once: by `choose`, or with its reason from `offer`, `expire`, `remove` or `drain`.
"""

from __future__ import annotations

import heapq
import itertools
from collections import OrderedDict
from dataclasses import dataclass, replace

from ..flow.candidate import Candidate, Kind, Reason, fate_by
from ..flow.chat import ChannelEvent, ChatMessage, Removal
from ..flow.verdict import Decision
from ..settings import Audience as AudienceSettings
from .repeats import Repeats
from .scoring import EVENT_BASE, fairness, freshness, standing_parts

EVENT_PATIENCE = 2.0
"""An event may be thanked for this many times later than a message may be answered."""
ANSWERED_KEPT = 1024
"""Authors whose last answer is remembered for fairness."""

Settled = list[tuple[Candidate, Reason]]


@dataclass(slots=True, eq=False)
class _Waiting:
    candidate: Candidate
    standing: dict[str, float]
    rank: float
    """Score up to a term that is the same for all at any moment: the order in which the list is cut."""
    deadline_ns: int
    number: int
    gone: bool = False

    def __lt__(self, other: _Waiting) -> bool:
        return (self.rank, self.number) < (other.rank, other.number)


class Audience:
    """Not thread-safe; all times come with the calls, so that it runs in virtual time. `offer` is O(log n)."""

    def __init__(self, settings: AudienceSettings) -> None:
        self._settings = settings
        self._now_ns = 0
        self._within_ns = round(settings.answer_within_s * 1e9)
        self._repeats = Repeats()
        self._numbers = itertools.count()
        self._waiting: dict[int, _Waiting] = {}
        self._by_author: dict[str, _Waiting] = {}
        self._lowest: list[_Waiting] = []
        self._answered: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, candidate: Candidate) -> Settled:
        """Take it in, or say why not. Also returns those that had to make room."""
        reason = self._refusal(candidate)
        if reason is not None:
            return [(candidate, reason)]
        entry = self._entry(candidate)
        settled: Settled = []
        author_id = _author_id(candidate)
        if isinstance(candidate.item, ChatMessage):
            rival = self._by_author.get(author_id)
            if rival is not None and rival.rank >= entry.rank:
                return [(candidate, Reason.AUTHOR_LIMIT)]
            if rival is not None:
                settled.append((self._take_out(rival), Reason.AUTHOR_LIMIT))
            self._by_author[author_id] = entry
        self._waiting[entry.number] = entry
        heapq.heappush(self._lowest, entry)
        if len(self._waiting) > self._settings.waiting_limit:
            settled.append((self._take_out(self._pop_lowest()), Reason.CROWDED_OUT))
        return settled

    def choose(self, now_ns: int) -> Candidate | None:
        """The best that may still be answered, with its score and parts as of now; it leaves the list."""
        alive = ((self._scored(entry, now_ns), entry) for entry in self._waiting.values() if entry.deadline_ns > now_ns)
        # fairness decides between viewers; it does not keep the only one who speaks from being answered
        worthy = [(scored, entry) for scored, entry in alive if _merit(scored) >= self._settings.threshold]
        if not worthy:
            return None
        best, entry = max(worthy, key=lambda each: (each[0].score, -each[1].number))
        self._take_out(entry)
        self._now_ns = now_ns
        return best

    def waiting(self, now_ns: int | None = None) -> list[Candidate]:
        """Those that wait, best first, scored as of `now_ns` (default: the latest moment this audience knows of)."""
        moment = self._now_ns if now_ns is None else now_ns
        return sorted((self._scored(entry, moment) for entry in self._waiting.values()), key=lambda each: -each.score)

    def expire(self, now_ns: int) -> Settled:
        """Those that have waited for too long."""
        self._now_ns = now_ns
        late = [entry for entry in self._waiting.values() if entry.deadline_ns <= now_ns]
        return [(self._take_out(entry), Reason.STALE) for entry in late]

    def remove(self, removal: Removal) -> Settled:
        """Those that a moderator has taken away."""
        self._repeats.forget(removal)
        hit = [entry for entry in self._waiting.values() if removal.reaches(entry.candidate.item)]
        return [(self._take_out(entry), fate_by(removal)) for entry in hit]

    def drain(self, reason: Reason) -> Settled:
        """Everyone, at a stop or at the end of the show."""
        return [(self._take_out(entry), reason) for entry in list(self._waiting.values())]

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
            return None if item.kind in EVENT_BASE else Reason.INFORMATION
        if Kind.COMMAND in kinds:
            return Reason.COMMAND
        paid = item.bits > 0 or bool(item.reward or item.reward_id)
        if not paid and Kind.REACTION in kinds and kinds.isdisjoint({Kind.QUESTION, Kind.MENTION, Kind.GREETING}):
            return Reason.REACTION
        # two viewers may both say hello; the same question of two viewers is one question
        whose = item.author.id if Kind.GREETING in kinds or paid else ""
        return None if self._repeats.is_new(whose, item) else Reason.REPEATED

    def _entry(self, candidate: Candidate) -> _Waiting:
        arrived_ns = candidate.item.arrived_ns
        self._now_ns = max(self._now_ns, arrived_ns)
        standing = standing_parts(candidate)
        # freshness falls evenly for all, so who is before whom does not depend on when it is asked
        age_free = sum(standing.values()) - freshness(arrived_ns / 1e9, self._settings.answer_within_s)
        patience = EVENT_PATIENCE if isinstance(candidate.item, ChannelEvent) else 1.0
        return _Waiting(
            candidate,
            standing,
            rank=age_free + self._fairness(candidate, arrived_ns),
            deadline_ns=arrived_ns + round(self._within_ns * patience),
            number=next(self._numbers),
        )

    def _scored(self, entry: _Waiting, now_ns: int) -> Candidate:
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

    def _take_out(self, entry: _Waiting) -> Candidate:
        entry.gone = True
        del self._waiting[entry.number]
        author_id = _author_id(entry.candidate)
        if self._by_author.get(author_id) is entry:
            del self._by_author[author_id]
        # the heap forgets lazily; it is rebuilt before what is gone outnumbers what waits
        if len(self._lowest) > 2 * len(self._waiting) + 16:
            self._lowest = [each for each in self._lowest if not each.gone]
            heapq.heapify(self._lowest)
        return entry.candidate

    def _pop_lowest(self) -> _Waiting:
        while self._lowest[0].gone:
            heapq.heappop(self._lowest)
        return heapq.heappop(self._lowest)


def _merit(scored: Candidate) -> float:
    """The score without what depends on other turns."""
    return scored.score - scored.parts.get("fairness", 0.0)


def _author_id(candidate: Candidate) -> str:
    return candidate.item.author.id if candidate.item.author is not None else ""
