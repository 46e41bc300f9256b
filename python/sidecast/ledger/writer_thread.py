"""One thread that a slow or hung disk may block without blocking the show."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

T = TypeVar("T")


class Runner(Protocol):
    """Where the database is worked on. Tests in virtual time run it inline."""

    async def call(self, work: Callable[[], T]) -> T:
        """The result of `work`, or its exception."""
        ...

    def stop(self) -> None:
        """After the calls that are under way. Does not wait."""
        ...


class WriterThread:
    """Runs calls one after another. A daemon: the process can end although the disk hangs."""

    def __init__(self, name: str = "ledger") -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._started = False

    async def call(self, work: Callable[[], T]) -> T:
        if not self._started:
            self._thread.start()
            self._started = True
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 -- it is the caller's
                _tell(loop, partial(_fail, answer, error))
            else:
                _tell(loop, partial(_succeed, answer, result))

        self._jobs.put(job)
        return await answer

    def stop(self) -> None:
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    # a loop that has closed in the meantime has nobody left who waits
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(callback)


def _succeed(answer: asyncio.Future[T], result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[T], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
