"""One thread for the database, so that a slow disk never holds up the show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """Work is done in order, by one thread, which starts with the first of it."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def stop(self) -> None:
        self._pool.shutdown(wait=False)
