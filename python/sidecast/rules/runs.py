"""The runs that go on and those that wait: bounded, one of each rule at a time, others beside each other."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..flow.chat import Removal
from ..flow.obs_act import SetText
from ..flow.rule import RunEnding, RunLine
from .engine import Decision
from .granting import granted
from .happening import Happening
from .run import Hands, Run, hits

MOST_RUNNING = 16
MOST_WAITING = 64
MOST_OF_ONE = 5
"""Runs of one rule that wait."""
MOST_SHOWN = 256
"""Text sources that are remembered to show a viewer's words."""
RUNNING = "running"
"""Why a rule did not run: it runs."""


class Runs:
    """Each run ends with one line, told to `on_line`; what never begins is told, too."""

    def __init__(self, hands: Hands, *, new_id: Callable[[], str], on_line: Callable[[RunLine], None]) -> None:
        self._hands = replace(hands, on_shown=self._shows)
        self._new_id = new_id
        self._on_line = on_line
        self._waiting: deque[Run] = deque()
        self._running: dict[asyncio.Task[RunLine], Run] = {}
        self._ended: dict[asyncio.Task[RunLine], str] = {}
        """Runs that are being ended, and why."""
        self._shown: OrderedDict[str, Decision] = OrderedDict()
        """Text source → by which decision it shows a viewer's words."""
        self._clearing: set[asyncio.Task[Any]] = set()
        self.dropped = 0
        """Runs since the start that never began because too many waited."""

    @property
    def running(self) -> tuple[str, ...]:
        """Names of rules."""
        return tuple(run.rule_name for run in self._running.values())

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def start(self, decision: Decision) -> str:
        """Runs at once, or as soon as there is room. Returns why it does not: `running`, `dropped`, or empty."""
        if decision.rule.name in self.running and not decision.rule.waits:
            return RUNNING
        return self._admit(Run(self._new_id(), decision))

    def test(self, decision: Decision) -> Run | None:
        """The test button; None: too many runs wait. `over` is set when it has ended."""
        run = Run(self._new_id(), decision, tested=True)
        return None if self._admit(run) else run

    def _admit(self, run: Run) -> str:
        rule = run.decision.rule
        of_it = sum(waiting.rule_name == rule.name for waiting in self._waiting)
        if len(self._waiting) >= MOST_WAITING or of_it >= MOST_OF_ONE:
            self.dropped += 1
            self._tell(run, run.line(RunEnding.DROPPED, "Too many runs waited already."))
            return RunEnding.DROPPED.value
        self._waiting.append(run)
        self._begin()
        return ""

    def remove(self, removal: Removal) -> None:
        """Words that are removed are shown by no run any more; a text source that shows them is emptied."""
        self._take_away(lambda happening: hits(removal, happening))

    def bar(self, item_id: str) -> None:
        """The same for words that the gate does not let in."""
        self._take_away(lambda happening: happening.item_id == item_id)

    def _take_away(self, is_meant: Callable[[Happening], bool]) -> None:
        for run in (*self._waiting, *self._running.values()):
            if is_meant(run.decision.happening):
                run.take_away()
        for source, decision in list(self._shown.items()):
            if is_meant(decision.happening):
                del self._shown[source]
                self._clear(source, decision)

    async def stop(self, why: str = "The rules were stopped.", rule: str = "") -> None:
        """Ends what runs and drops what waits; with `rule` only of this one."""
        gone = [run for run in self._waiting if not rule or run.rule_name == rule]
        for run in gone:
            self._waiting.remove(run)
            self._tell(run, run.line(RunEnding.CUT, why))
        tasks: list[asyncio.Task[Any]] = [task for task, run in self._running.items() if not rule or run.rule_name == rule]
        for task in tasks:
            self._ended[task] = why
            task.cancel()
        for work in (tasks, [] if rule else list(self._clearing)):
            if work:
                await asyncio.wait(work)

    def _begin(self) -> None:
        """Whoever waits and may, in order."""
        for run in list(self._waiting):
            if len(self._running) >= MOST_RUNNING:
                return
            if run.rule_name not in self.running:
                self._waiting.remove(run)
                task = asyncio.get_running_loop().create_task(self._perform(run), name=f"rule {run.rule_name}")
                self._running[task] = run
                task.add_done_callback(self._over)

    async def _perform(self, run: Run) -> RunLine:
        return await run.perform(self._hands)

    def _over(self, task: asyncio.Task[RunLine]) -> None:
        run = self._running.pop(task)
        why = self._ended.pop(task, "The show ended.")
        if task.cancelled():
            self._tell(run, run.line(RunEnding.CUT, why, now_ns=self._hands.clock.now_ns()))
        else:
            self._tell(run, task.result())
        self._begin()

    def _tell(self, run: Run, line: RunLine) -> None:
        run.ended_as = line
        run.over.set()
        self._on_line(line)

    def _shows(self, source: str, decision: Decision | None) -> None:
        self._shown.pop(source, None)
        if decision is not None:
            self._shown[source] = decision
            if len(self._shown) > MOST_SHOWN:
                self._shown.popitem(last=False)

    def _clear(self, source: str, decision: Decision) -> None:
        work = self._hands.actor.do(SetText(source=source, text=""), granted(decision.rule))
        task = asyncio.ensure_future(work)
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)
