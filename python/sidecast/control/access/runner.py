"""One thread for the database, so that a slow disk never holds up the show."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

T = TypeVar("T")


class Runner(Protocol):
    """Where blocking work is done. Tests in virtual time do it inline."""

    async def call(self, work: Callable[[], T]) -> T:
        """The result of `work`, or its exception."""
        ...

    def stop(self) -> None:
        """After the work under way. Does not wait."""
        ...


class OneThread:
    """Work is done in order. A daemon: the process can end although the disk hangs."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._started = False

    async def call(self, work: Callable[[], T]) -> T:
        if not self._started:
            self._thread.start()
            self._started = True
        answer: Future[T] = Future()

        def job() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                answer.set_exception(error)

        self._jobs.put(job)
        return await asyncio.wrap_future(answer)

    def stop(self) -> None:
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
