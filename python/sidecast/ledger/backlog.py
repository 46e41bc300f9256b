"""What waits to be written. Bounded: when it is full the oldest lines go, and a gap says how many and when.

A removal is written too: whatever it hits loses its words, here at once and in the database with the next batch.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass

from ..flow.action import ActLine
from ..flow.chat import Gap as Unheard
from ..flow.chat import Removal, RemovalScope
from ..flow.line import LedgerLine
from ..flow.rule import RunLine
from . import acts as act_rows
from . import runs as run_rows
from .rows import of_nobody, without_words
from .streams.piece import Piece

HEARD = "heard"
"""Counted beside the reasons: everything that arrived."""
MINUTE_MS = 60_000
MOST_UNHEARD = 1024
"""Times in which a source heard nothing that may wait; more than a network away for a day makes."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines that were lost before they were acknowledged, or a time in which a source may have missed something."""

    key: str
    from_ms: int
    to_ms: int
    lines: int
    """0: nothing of ours was lost, but what was never heard."""
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one transaction."""

    lines: tuple[tuple[str, LedgerLine], ...]
    """With their keys."""
    counts: dict[tuple[int, str], int]
    """(minute, reason) → how many more."""
    gaps: tuple[Gap, ...] = ()
    removals: tuple[Removal, ...] = ()
    run: str = ""
    """Of whose lines the removals take the words; those of one message do in all."""
    pieces: tuple[Piece, ...] = ()
    """What came to the streams' figures."""
    forgotten: tuple[str, ...] = ()
    """Ids of viewers whose presence is erased from the figures."""
    acts: tuple[ActLine, ...] = ()
    """What was done at Twitch."""
    runs: tuple[RunLine, ...] = ()
    """Of rules."""

    @property
    def empty(self) -> bool:
        rows = self.lines or self.counts or self.gaps or self.pieces or self.acts or self.runs
        return not (rows or self.removals or self.forgotten)


class Backlog:
    """Lines and counts between the message path and the writer. Used on the loop's thread only."""

    def __init__(self, run: str, limit: int = 4096, count_limit: int = 20_000, removal_limit: int = 4096) -> None:
        """`run` makes keys unique among shows; `count_limit` bounds the (minute, reason) pairs."""
        self._run = run
        self._limit = limit
        self._count_limit = count_limit
        self._removal_limit = removal_limit
        self._removals: list[Removal] = []
        self._numbers = 0
        self._lines: deque[tuple[str, LedgerLine]] = deque()
        self._acts: deque[ActLine] = deque()
        self._runs: deque[RunLine] = deque()
        self._counts: Counter[tuple[int, str]] = Counter()
        self._gap: Gap | None = None
        self._unheard: deque[Gap] = deque(maxlen=MOST_UNHEARD)
        self.overflowed = 0
        """Lines lost since the start."""
        self.uncounted = 0
        """Counts lost since the start."""

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def empty(self) -> bool:
        gaps = self._gap or self._unheard
        return not (self._lines or self._counts or gaps or self._removals or self._acts or self._runs)

    def add(self, line: LedgerLine) -> None:
        self._numbers += 1
        self._lines.append((f"{self._run}-{self._numbers}", line))
        self._trim("the backlog was full")

    def act(self, line: ActLine) -> None:
        self._acts.append(line)
        self._trim("the backlog was full")

    def ran(self, line: RunLine) -> None:
        self._runs.append(line)
        self._trim("the backlog was full")

    def unheard(self, gap: Unheard) -> None:
        self._numbers += 1
        self._unheard.append(Gap(f"{self._run}-{self._numbers}-unheard", gap.from_ms, gap.to_ms, 0, gap.why))

    def count(self, wall_ms: int, reason: str, more: int = 1) -> None:
        self._add_count((wall_ms - wall_ms % MINUTE_MS, reason), more)

    def remove(self, removal: Removal) -> None:
        self._take_words(removal)
        self._add_removals([removal])

    def forget(self, viewer_id: str) -> None:
        """An erased viewer's lines are nobody's from now on."""
        self._lines = deque((key, of_nobody(line) if line.author_id == viewer_id else line) for key, line in self._lines)
        self._acts = deque(act_rows.of_nobody(act) if act.viewer_id == viewer_id else act for act in self._acts)
        self._runs = deque(run_rows.of_nobody(run) if run.viewer_id == viewer_id else run for run in self._runs)

    def take(self, lines: int) -> Batch:
        """The oldest lines, and all counts and gaps. Give it back with `put_back` when it could not be written."""
        taken = tuple(self._lines.popleft() for _ in range(min(lines, len(self._lines))))
        counts, self._counts = dict(self._counts), Counter()
        gaps, self._gap = (*self._unheard, *(() if self._gap is None else (self._gap,))), None
        self._unheard.clear()
        removals, self._removals = tuple(self._removals), []
        acts = tuple(self._acts.popleft() for _ in range(min(lines, len(self._acts))))
        runs = tuple(self._runs.popleft() for _ in range(min(lines, len(self._runs))))
        return Batch(taken, counts, gaps, removals, self._run, acts=acts, runs=runs)

    def put_back(self, batch: Batch) -> None:
        self._lines.extendleft(reversed(batch.lines))
        self._acts.extendleft(reversed(batch.acts))
        self._runs.extendleft(reversed(batch.runs))
        for place, more in batch.counts.items():
            self._add_count(place, more)
        for gap in reversed(batch.gaps):
            if gap.lines == 0:
                self._unheard.appendleft(gap)
            else:
                self._gap = gap if self._gap is None else _joined(gap, self._gap)
        later, self._removals = self._removals, list(batch.removals)
        for removal in later:
            self._take_words(removal)
        self._add_removals(later)
        self._trim("the backlog was full")

    def give_up(self, key: str, line: LedgerLine, why: str) -> None:
        """A line that can never be written."""
        self._lost(key, line.wall_ms, why)

    def _lost(self, key: str, wall_ms: int, why: str) -> None:
        self.overflowed += 1
        gap = Gap(f"{key}-gap", wall_ms, wall_ms, 1, why)
        self._gap = gap if self._gap is None else _joined(self._gap, gap)

    def _take_words(self, removal: Removal) -> None:
        self._lines = deque((key, without_words(line) if _hits(removal, line) else line) for key, line in self._lines)

    def _add_removals(self, more: list[Removal]) -> None:
        self._removals += more
        if len(self._removals) > self._removal_limit:
            # rather too many words go than too few
            until_ns = max(removal.arrived_ns for removal in self._removals)
            self._removals = [Removal(scope=RemovalScope.CHAT, arrived_ns=until_ns)]

    def _add_count(self, place: tuple[int, str], more: int) -> None:
        if place not in self._counts and len(self._counts) >= self._count_limit:
            self.uncounted += more
            return
        self._counts[place] += more

    def _trim(self, why: str) -> None:
        while len(self._lines) > self._limit:
            key, line = self._lines.popleft()
            self.give_up(key, line, why)
        while len(self._acts) > self._limit:
            act = self._acts.popleft()
            self._lost(act.action_id, act.at_ms, why)
        while len(self._runs) > self._limit:
            run = self._runs.popleft()
            self._lost(run.run_id, run.at_ms, why)


def _hits(removal: Removal, line: LedgerLine) -> bool:
    match removal.scope:
        case RemovalScope.CHAT:
            return line.stages.arrived_ns <= removal.arrived_ns
        case RemovalScope.USER:
            return line.author_id == removal.author_id != "" and line.stages.arrived_ns <= removal.arrived_ns
        case _:
            return line.item_id == removal.message_id != ""


def _joined(first: Gap, second: Gap) -> Gap:
    return Gap(
        first.key,
        min(first.from_ms, second.from_ms),
        max(first.to_ms, second.to_ms),
        first.lines + second.lines,
        first.why if second.why in first.why else f"{first.why}; {second.why}",
    )
