"""Those that wait, in the order in which they are answered: by score, except where somebody has put one at a place."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..flow.candidate import Candidate
from ..flow.chat import ChatMessage


@dataclass(slots=True, eq=False)
class Waiting:
    candidate: Candidate
    standing: dict[str, float]
    """Parts of the score that do not change while it waits."""
    rank: float
    """Score up to a term that is the same for all at any moment: the order in which the list is cut."""
    deadline_ns: int
    number: int
    gone: bool = False
    place: int | None = None
    """How many are before it, when somebody has put it there; None = where its score puts it."""
    placed_by: str = ""

    def __lt__(self, other: Waiting) -> bool:
        return (self.rank, self.number) < (other.rank, other.number)


class LineUp:
    """Taking in and making room is O(log n), whatever is placed; all else O(n)."""

    def __init__(self, limit: int, scored: Callable[[Waiting, int], Candidate]) -> None:
        """`scored`: an entry's candidate with its score at a moment."""
        self._limit = limit
        self._scored = scored
        self._entries: dict[int, Waiting] = {}
        self._by_author: dict[str, Waiting] = {}
        self._by_id: dict[str, Waiting] = {}
        self._placed: list[Waiting] = []
        self._lowest: list[Waiting] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Waiting]:
        """In no order."""
        return iter(list(self._entries.values()))

    @property
    def all_placed(self) -> bool:
        """Nobody could make room."""
        return len(self._placed) >= self._limit

    def by_id(self, item_id: str) -> Waiting | None:
        return self._by_id.get(item_id)

    def by_author(self, author_id: str) -> Waiting | None:
        """The message of this author that waits, if any; one that somebody has asked for is not counted beside another."""
        return self._by_author.get(author_id)

    def arranged(self, now_ns: int) -> list[tuple[Candidate, Waiting]]:
        """In order, the older first where scores are equal."""
        order = [(self._scored(entry, now_ns), entry) for entry in self._entries.values() if entry.place is None]
        order.sort(key=lambda each: (-each[0].score, each[1].number))
        for entry in self._placed:
            order.insert(entry.place or 0, (self._scored(entry, now_ns), entry))
        return order

    def take_in(self, entry: Waiting, *, spare: bool = False) -> Waiting | None:
        """Returns who had to make room for it, which may be itself unless it is to be spared.

        Places stay as they are: who leaves is replaced by who comes.
        """
        item = entry.candidate.item
        self._entries[entry.number] = entry
        if item.id:
            self._by_id[item.id] = entry
        if isinstance(item, ChatMessage):
            self._by_author.setdefault(item.author.id, entry)
        if not spare:
            heapq.heappush(self._lowest, entry)
        if len(self._entries) <= self._limit:
            return None
        # what was put at a place makes room for nobody: it leaves the heap for good
        while self._lowest[0].gone or self._lowest[0].place is not None:
            heapq.heappop(self._lowest)
        lowest = heapq.heappop(self._lowest)
        self.replace(lowest)
        return lowest

    def replace(self, entry: Waiting) -> None:
        """It leaves for another that comes: places stay as they are."""
        entry.gone = True
        item = entry.candidate.item
        del self._entries[entry.number]
        if self._by_id.get(item.id) is entry:
            del self._by_id[item.id]
        author_id = item.author.id if item.author is not None else ""
        if self._by_author.get(author_id) is entry:
            del self._by_author[author_id]
        if entry.place is not None:
            self._placed.remove(entry)
        # the heap forgets lazily; it is rebuilt before what is gone outnumbers what waits
        if len(self._lowest) > 2 * len(self._entries) + 16:
            self._lowest = [each for each in self._lowest if not each.gone and each.place is None]
            heapq.heapify(self._lowest)

    def take_out(self, leaving: list[Waiting], now_ns: int) -> None:
        """Who was put at a place behind those that leave moves up with the others."""
        gone = {entry.number for entry in leaving}
        staying = [entry for entry in self._placed if entry.number not in gone]
        if gone and staying:
            before = 0
            for _, entry in self.arranged(now_ns):
                if entry.number in gone:
                    before += 1
                elif entry.place is not None:
                    entry.place -= before
        for entry in leaving:
            self.replace(entry)

    def place(self, entry: Waiting, to: int, now_ns: int) -> None:
        """Nothing overtakes it there."""
        order = [each for _, each in self.arranged(now_ns) if each is not entry]
        order.insert(to, entry)
        if entry.place is None:
            self._placed.append(entry)
        entry.place = to
        for place, each in enumerate(order):
            each.place = None if each.place is None else place
        self._placed.sort(key=lambda each: each.place or 0)
