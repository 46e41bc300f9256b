"""A step that runs beside the others on a thread of its own, and ends with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from . import process
from .console import Console, Step

PATIENCE_S = 25.0
"""For what a step that is given up still runs: a little more than `process.lines_of` gives it."""
POLL_S = 0.1


class Beside:
    """Begins with its making; `finish` waits for it and shows it like any other step.

    As a context manager it gives the step up when the block ends before `finish`: by an error, or by Ctrl-C. A launcher that is
    killed takes the step with it: the thread ends, and the kernel ends what the thread has started.
    """

    def __init__(self, title: str, work: Callable[[Step], None]) -> None:
        self._step = Step(title)
        self._work = work
        self._failure: BaseException | None = None
        self._seconds = 0.0
        self._thread = threading.Thread(target=self._run, name=title, daemon=True)
        self._thread.start()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        until = time.monotonic() + PATIENCE_S
        while self._thread.is_alive() and time.monotonic() < until:
            process.give_up(self._thread)
            self._thread.join(POLL_S)

    def finish(self, console: Console) -> None:
        """Raises what the step raised."""
        with console.step(self._step.title) as step:
            step.started = self._step.started
            while self._thread.is_alive():
                step.progress(self._step.fraction, self._step.note)
                self._thread.join(POLL_S)
            step.started = time.monotonic() - self._seconds
            step.failed = self._failure is not None
            step.result = self._step.result
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._work(self._step)
        except BaseException as error:  # noqa: BLE001 - is raised where it is waited for
            self._failure = error
        self._seconds = time.monotonic() - self._step.started
