"""State as numbered cells: whoever knows the state at number n gets the cells that changed since, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

Value = Mapping[str, Any] | list[Any] | None
"""JSON-able, never changed once it is put in."""


class Cells:
    """Bounded by its keys. Changes between two looks collapse: a slow page costs no memory and misses no final state."""

    def __init__(self) -> None:
        self.seq = 0
        """Number of the latest change."""
        self._cells: dict[str, tuple[int, Value | Callable[[], Value]]] = {}
        self._waiting: set[asyncio.Event] = set()

    def put(self, key: str, value: Value | Callable[[], Value]) -> None:
        """A callable is asked when somebody looks, for cells that change far more often than they are seen."""
        self.seq += 1
        self._cells.pop(key, None)
        self._cells[key] = (self.seq, value)
        for waiting in self._waiting:
            waiting.set()

    def drop(self, key: str) -> None:
        self._cells.pop(key, None)

    def since(self, seq: int) -> dict[str, Value]:
        """Cells that changed after `seq`, the longest unchanged first; 0 gives all."""
        changed: list[tuple[str, Value]] = []
        for key, (at, value) in reversed(self._cells.items()):
            if at <= seq:
                break
            changed.append((key, value() if callable(value) else value))
        return dict(reversed(changed))

    async def changed(self, seq: int) -> None:
        """Returns once something has changed after `seq`."""
        if self.seq > seq:
            return
        waiting = asyncio.Event()
        self._waiting.add(waiting)
        try:
            await waiting.wait()
        finally:
            self._waiting.discard(waiting)
