"""Runs the ledger's database work in the loop itself, for virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class InlineRunner:
    async def call(self, work: Callable[[], T]) -> T:
        return work()

    def stop(self) -> None:
        """There is nothing to stop."""
