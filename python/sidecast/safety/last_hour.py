"""What the gates have judged lately: in memory, bounded, and without the words of whatever was removed or erased.

A `Watcher`. Two records of the same kind: everything of the last hour, for trying out policies, and whatever was not let
through since the show began, for the verdict log.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..clock import Clock
from ..flow.candidate import TAKEN_AWAY, Candidate, Reason
from ..flow.chat import ChannelEvent, ChatMessage, Incoming, Removal, RemovalScope
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.moderation import Screened
from ..flow.policy import Direction
from ..flow.turn import Turn
from ..flow.verdict import Decision, Verdict

HOUR_MS = 3_600_000
EVERYTHING = 20_000
REFUSED = 5_000
MAX_TEXT = 600


class Record:
    """Screened texts by number; the oldest go when there are too many or they are too old."""

    def __init__(self, limit: int, keep_ms: int | None) -> None:
        self._limit = limit
        self._keep_ms = keep_ms
        self._texts: OrderedDict[int, Screened] = OrderedDict()
        self._by_item: defaultdict[str, list[int]] = defaultdict(list)
        self._by_author: defaultdict[str, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, number: int) -> Screened:
        """Raises KeyError."""
        return self._texts[number]

    def add(self, screened: Screened) -> None:
        self._texts[screened.number] = screened
        self._by_item[screened.item_id].append(screened.number)
        self._by_author[screened.author_id].append(screened.number)
        while len(self._texts) > self._limit or self._too_old(next(iter(self._texts.values())), screened.at_ms):
            self._drop(next(iter(self._texts)))

    def newest(self, now_ms: int) -> Iterator[Screened]:
        """Newest first, without what has become too old. Take a list of it before anything is added."""
        for screened in reversed(self._texts.values()):
            if self._too_old(screened, now_ms):
                return
            yield screened

    def remove(self, removal: Removal) -> None:
        for number in self._hit_by(removal):
            screened = self._texts[number]
            if not screened.removed:
                self._texts[number] = replace(screened, text="", reward="", removed=True)

    def forget(self, author_id: str) -> int:
        """Everything of a viewer, and what the host said to them. How many texts that were."""
        numbers = list(self._by_author.get(author_id, ()))
        for number in numbers:
            self._drop(number)
        return len(numbers)

    def count(self, author_id: str) -> int:
        return len(self._by_author.get(author_id, ()))

    def _hit_by(self, removal: Removal) -> list[int]:
        match removal.scope:
            case RemovalScope.CHAT:
                return list(self._texts)
            case RemovalScope.USER:
                return list(self._by_author.get(removal.author_id, ())) if removal.author_id else []
            case _:
                ids = {removal.message_id, *removal.taken} - {""}
                return [number for item_id in ids for number in self._by_item.get(item_id, ())]

    def _drop(self, number: int) -> None:
        screened = self._texts.pop(number)
        for index, key in ((self._by_item, screened.item_id), (self._by_author, screened.author_id)):
            index[key].remove(number)
            if not index[key]:
                del index[key]

    def _too_old(self, screened: Screened, now_ms: int) -> bool:
        return self._keep_ms is not None and screened.at_ms < now_ms - self._keep_ms


class LastHour:
    """See above. On the show's loop only; what it hands out is immutable."""

    def __init__(self, clock: Clock, *, limit: int = EVERYTHING) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._everything = Record(limit, HOUR_MS)
        self._refused = Record(REFUSED, None)

    def everything(self) -> list[Screened]:
        """Of the last hour, newest first; of a busy chat, the last 20,000."""
        return list(self._everything.newest(self._clock.wall_ms()))

    def refused(self) -> list[Screened]:
        """What was not let through as it was, newest first, since the show began; the last 5,000."""
        return list(self._refused.newest(self._clock.wall_ms()))

    def find(self, number: int) -> Screened | None:
        for record in (self._refused, self._everything):
            try:
                return record[number]
            except KeyError:
                continue
        return None

    def forget(self, author_id: str) -> int:
        """Of an erased viewer nothing stays, not even that there was something."""
        refused = self._refused.forget(author_id)
        return max(refused, self._everything.forget(author_id))

    def count(self, author_id: str) -> int:
        return max(self._everything.count(author_id), self._refused.count(author_id))

    # ---- a watcher --------------------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            self._everything.remove(item)
            self._refused.remove(item)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        if verdict is None or isinstance(item, Removal):
            return
        if reason in TAKEN_AWAY and verdict.decision is not Decision.HOLD:
            return
        self._add(_of_item(item, verdict, next(self._numbers), self._clock.wall_ms()))

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Settled at the turn's end."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        item = turn.cause.item
        self._add(
            Screened(
                number=next(self._numbers),
                at_ms=self._clock.wall_ms(),
                direction=Direction.OUT,
                text=clause.spoken[:MAX_TEXT],
                verdict=replace(verdict, judged="", replacement=""),
                item_id=item.id,
                author_id=item.author.id if item.author else "",
                reply_to=item.reply_to if isinstance(item, ChatMessage) else "",
            )
        )

    def ended(self, line: LedgerLine) -> None:
        """Its clauses are known already."""

    def status(self, status: Status) -> None:
        """Nothing is judged."""

    def marked(self, mark: Mark) -> None:
        """Nothing is judged."""

    def _add(self, screened: Screened) -> None:
        self._everything.add(screened)
        if not screened.verdict.passes:
            self._refused.add(screened)


def _of_item(item: ChatMessage | ChannelEvent, verdict: Verdict, number: int, at_ms: int) -> Screened:
    author = item.author
    return Screened(
        number=number,
        at_ms=at_ms,
        direction=Direction.IN,
        text=item.text[:MAX_TEXT],
        verdict=replace(verdict, judged="", replacement=""),
        item_id=item.id,
        author_id=author.id if author else "",
        name=author.name[:64] if author else "",
        roles=author.roles if author else frozenset(),
        reply_to=item.reply_to if isinstance(item, ChatMessage) else "",
        reward=(item.reward if isinstance(item, ChatMessage) else item.title)[:MAX_TEXT],
    )
