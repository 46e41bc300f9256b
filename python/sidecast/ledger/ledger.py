"""The ledger as the show sees it: told on the message path, written behind it, never in its way."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..flow.action import ActLine
from ..flow.candidate import Candidate, Reason
from ..flow.chat import Gap, Incoming, Removal
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Mark
from ..flow.ports import Sealer
from ..flow.rule import RunLine
from ..flow.turn import Turn
from ..flow.verdict import Verdict
from . import acts as act_rows
from . import runs as run_rows
from .backlog import HEARD, Backlog, Batch
from .database import Database, Keep, Written
from .rows import of_nobody
from .streams.counter import Counter
from .streams.load import Load
from .streams.piece import Piece, without
from .streams.store import Streams
from .trouble import Trouble, explain, trouble_of
from .writer_thread import Runner, WriterThread

log = logging.getLogger(__name__)

BATCH_LINES = 256
COUNTS_EVERY_S = 2.0
"""Counts alone are written this often; a line takes them along at once."""
FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 30.0
KEEP = Keep()
ERASED_KEPT = 1024
"""Erased viewers whose turns may still end."""


class Ledger:
    """A `Watcher` with one writer task. Call `start` in the show's loop, `close` at its end.

    While the database cannot be written, lines wait in a bounded backlog and are tried again for as long as the show
    runs; `on_note` is told one sentence, and an empty one once it works again.
    """

    def __init__(
        self,
        path: Path,
        sealer: Sealer,
        clock: Clock,
        *,
        keep: Keep = KEEP,
        on_note: Callable[[str], None] = lambda _: None,
        chance: random.Random | None = None,
        runner: Runner | None = None,
        run: str = "",
        backlog_limit: int = 4096,
        counter: Counter | None = None,
        streams: Streams | None = None,
    ) -> None:
        """
        Args:
            run: makes this show's keys unique.
            runner: where the database is worked on (default: a thread).
            counter: what it counts, itself a watcher, is written with the lines.
            streams: how that is written.
        """
        self._path = path
        self._clock = clock
        self._on_note = on_note
        self._chance = chance or random.Random()  # noqa: S311 -- jitter
        self._runner = runner or WriterThread()
        self._database = Database(path, sealer, keep, clock.wall_ms, streams)
        self._counter = counter
        self._pieces: list[Piece] = []
        self._forgotten: list[str] = []
        self._erased: OrderedDict[str, int] = OrderedDict()
        self._counted = True
        """What was counted before the last `flush` is taken."""
        self._backlog = Backlog(run or secrets.token_hex(6), backlog_limit)
        self._work = asyncio.Event()
        self._hurry = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._trouble: Trouble | None = None
        self._task: asyncio.Task[None] | None = None
        self.committed = 0
        """Lines acknowledged since the start: they are in the database, whatever happens next."""

    @property
    def path(self) -> Path:
        return self._path

    @property
    def waiting(self) -> int:
        """Lines that are not acknowledged yet."""
        return len(self._backlog)

    @property
    def overflowed(self) -> int:
        """Lines lost since the start because the backlog was full or a line could not be written at all."""
        return self._backlog.overflowed

    def start(self) -> None:
        """Opens nothing yet: a ledger that cannot be opened does not keep the show from starting."""
        self._task = asyncio.get_running_loop().create_task(self._write_on(), name="ledger")

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            self._backlog.remove(item)
        self._count(HEARD)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        self._count(reason.value)

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """Kept at the turn's end."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """Kept at the turn's end."""

    def marked(self, mark: Mark) -> None:
        """Not kept: what matters of it is in the turn's line."""

    def ended(self, line: LedgerLine) -> None:
        if line.stages.arrived_ns <= self._erased.get(line.author_id, -1):
            line = of_nobody(line)
        self._backlog.add(line)
        self._idle.clear()
        self._work.set()
        if self._trouble is None:
            self._hurry.set()

    def status(self, status: Status) -> None:
        """Not kept."""

    def acted(self, line: ActLine) -> None:
        """Something was done at Twitch, or was refused."""
        self._backlog.act(act_rows.of_nobody(line) if self._is_erased(line.viewer_id, line.at_ms) else line)
        self._wake()
        if self._trouble is None:
            self._hurry.set()

    def ran(self, line: RunLine) -> None:
        """A rule has run, or was to and did not."""
        self._backlog.ran(run_rows.of_nobody(line) if self._is_erased(line.viewer_id, line.at_ms) else line)
        self._wake()

    def unheard(self, gap: Gap) -> None:
        """A source was away: what happened then will never come."""
        self._backlog.unheard(gap)
        self._wake()

    def sampled(self, load: Load) -> None:
        """The machine's load was measured: it is counted, and written although nobody may say anything."""
        if self._counter is not None:
            self._counter.sampled(load)
            self._wake()

    def reads(self, source: str) -> None:
        """The chat of another source is read from now on: a stream of its own."""
        if self._counter is not None:
            self._counter.reads(source)
            self._wake()

    def forget(self, viewer_id: str) -> None:
        """Erase who this viewer is from lines and figures; on the disk once `flush` returns. The counts stay.

        The sealed words go with the viewer's key: erase that in the vault afterwards.
        """
        # a turn that has begun before is written after
        self._erased[viewer_id] = self._clock.now_ns()
        if len(self._erased) > ERASED_KEPT:
            self._erased.popitem(last=False)
        self._backlog.forget(viewer_id)
        if self._counter is not None:
            self._counter.forget(viewer_id)
        self._pieces = [without(piece, viewer_id) for piece in self._pieces]
        self._forgotten.append(viewer_id)
        self._wake()

    async def flush(self) -> None:
        """Returns when everything told so far is acknowledged. Waits for as long as the database is in trouble."""
        if self._counter is not None and not self._counter.empty:
            self._counted = False
            self._wake()
        self._hurry.set()
        await self._idle.wait()

    async def close(self, timeout_s: float = 1.5) -> int:
        """Write what waits, but no longer than `timeout_s`. Returns the lines that could not be kept."""
        if self._task is not None:
            if self._counter is not None:
                self._counter.end()
            await self._race(self.flush(), timeout_s)
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._race(self._runner.call(self._database.close), 0.2)
        self._runner.stop()
        lost = self.waiting
        if lost:
            log.error("the ledger ended with %d lines that could not be written to %s", lost, self._path)
        return lost

    def _is_erased(self, viewer_id: str, at_ms: int) -> bool:
        """What has begun before a viewer was erased is nobody's."""
        # a millisecond early: wall time is no finer
        begun_ns = self._clock.now_ns() - (self._clock.wall_ms() - at_ms + 1) * 1_000_000
        return begun_ns <= self._erased.get(viewer_id, -(10**18))

    def _count(self, what: str) -> None:
        self._backlog.count(self._clock.wall_ms(), what)
        self._wake()

    def _wake(self) -> None:
        self._idle.clear()
        self._work.set()

    async def _write_on(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            await self._work.wait()
            if not self._hurry.is_set():
                await self._race(self._hurry.wait(), COUNTS_EVERY_S)
            self._hurry.clear()
            self._work.clear()
            if await self._write_all():
                retry_s = FIRST_RETRY_S
            else:
                self._work.set()
                await self._race(self._hurry.wait(), retry_s * (0.5 + self._chance.random()))
                self._hurry.set()
                retry_s = min(retry_s * 2, LONGEST_RETRY_S)

    async def _write_all(self) -> bool:
        """False when something stood in the way; what was not written waits again."""
        await self._take_figures()
        while not self._backlog.empty or self._pieces or self._forgotten:
            batch = self._take()
            try:
                written = await self._runner.call(partial(self._database.write, batch))
            except asyncio.CancelledError:
                # the thread may still write it: its keys keep it from being there twice
                self._put_back(batch)
                raise
            except Exception as error:  # noqa: BLE001 -- whatever it is, the lines wait and the writer goes on
                self._put_back(batch)
                self._report(error)
                return False
            self._acknowledge(batch, written)
        if self._counted:
            self._idle.set()
        else:
            self._work.set()
            self._hurry.set()
        return True

    async def _take_figures(self) -> None:
        """Only once what was taken before is written: pieces are written in order, each once."""
        if self._counter is None or self._pieces:
            return
        await self._runner.call(self._counter.read_words)
        self._pieces = self._counter.take()
        self._counted = True

    def _take(self) -> Batch:
        pieces, self._pieces = tuple(self._pieces), []
        forgotten, self._forgotten = tuple(self._forgotten), []
        return replace(self._backlog.take(BATCH_LINES), pieces=pieces, forgotten=forgotten)

    def _put_back(self, batch: Batch) -> None:
        self._backlog.put_back(batch)
        for viewer_id in self._forgotten:
            self._backlog.forget(viewer_id)
        later, self._pieces = self._pieces, list(batch.pieces)
        for viewer_id in self._forgotten:
            self._pieces = [without(piece, viewer_id) for piece in self._pieces]
        self._pieces += later
        self._forgotten = [*batch.forgotten, *self._forgotten]

    def _acknowledge(self, batch: Batch, written: Written) -> None:
        self.committed += written.committed
        for key, line in written.unwritable:
            log.error("turn %s cannot be kept in the ledger: it holds what a row cannot", line.turn_id)
            self._backlog.give_up(key, line, "a line could not be written")
        if written.set_aside is not None:
            log.warning("the ledger was damaged; it was moved to %s and a new one begun", written.set_aside)
            self._on_note(f"The ledger was damaged: it was moved to {written.set_aside.name}, and a new one begun.")
            self._trouble = None
        elif self._trouble is not None:
            log.info("the ledger is written again; %d lines still wait", len(self._backlog))
            self._trouble = None
            self._on_note("")

    def _report(self, error: Exception) -> None:
        """Once for each kind of trouble, not once a retry."""
        trouble = trouble_of(error)
        if trouble is self._trouble:
            return
        self._trouble = trouble
        sentence = explain(error, self._path)
        log.warning("%s", sentence, exc_info=error if trouble is Trouble.OTHER else None)
        self._on_note(sentence)

    async def _race(self, work: Coroutine[Any, Any, object], seconds: float) -> None:
        """Returns when `work` is done or the time is over, whichever comes first; then neither goes on."""
        job = asyncio.ensure_future(work)
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({job, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            job.cancel()
        if job.done() and not job.cancelled():
            job.result()
