"""A watcher that remembers everything, for tests to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sidecast.flow.candidate import Candidate, Reason
from sidecast.flow.chat import Incoming
from sidecast.flow.clause import Clause
from sidecast.flow.cue import Status
from sidecast.flow.line import LedgerLine
from sidecast.flow.mark import Cut, Mark
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Verdict


class Recorder:
    """What the show told its watchers."""

    def __init__(self) -> None:
        self.received: list[Incoming] = []
        self.fates: list[tuple[Incoming, Reason]] = []
        self.turns: list[Turn] = []
        self.verdicts: list[tuple[Clause, Verdict]] = []
        self.lines: list[LedgerLine] = []
        self.states: list[str] = []
        self.notes: list[str] = []
        self.marks: list[Mark] = []

    @property
    def reasons(self) -> Counter[Reason]:
        return Counter(reason for _, reason in self.fates)

    @property
    def cuts(self) -> list[Cut]:
        return [mark for mark in self.marks if isinstance(mark, Cut)]

    def heard(self, item: Incoming) -> None:
        self.received.append(item)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self.fates.append((item, reason))

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self.turns.append(turn)

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        self.verdicts.append((clause, verdict))

    def ended(self, line: LedgerLine) -> None:
        self.lines.append(line)

    def status(self, status: Status) -> None:
        self.states.append(status.state)
        self.notes.append(status.note)

    def marked(self, mark: Mark) -> None:
        self.marks.append(mark)
