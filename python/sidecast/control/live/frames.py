"""One picture of the show for somebody who knows an earlier one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from ...clock import Clock
from ..cells import Cells


class Followed(Protocol):
    """Whose cells somebody follows."""

    run: str
    cells: Cells

    def oldest(self) -> dict[str, int]: ...


class Follower:
    """Knows up to which change somebody has seen; the next picture holds what changed since, and nothing twice."""

    def __init__(self, feed: Followed, clock: Clock, run: str = "", since: int = 0) -> None:
        """`run`, `since`: the last picture that they have from an earlier connection, so that they go on from there."""
        self._feed = feed
        self._clock = clock
        known = run == feed.run and 0 <= since <= feed.cells.seq
        self.sent = since if known else 0
        """Number of the latest change that they have been sent."""
        self.full = not known
        """The next picture holds everything."""

    async def changed(self) -> None:
        """Returns once there is something new."""
        await self._feed.cells.changed(self.sent)

    def picture(self, only: Collection[str] = ()) -> dict[str, Any]:
        """`{run, seq, full, at_ms, oldest, cells}`.

        Args:
            only: names of the cells that are wanted, `m` and `l` meaning all messages and lines; empty = all.
        """
        cells = self._feed.cells
        changed = cells.since(self.sent)
        if only:
            changed = {key: value for key, value in changed.items() if wanted(key, only)}
        picture = {
            "run": self._feed.run,
            "seq": cells.seq,
            "full": self.full,
            "at_ms": self._clock.wall_ms(),
            "oldest": self._feed.oldest(),
            "cells": changed,
        }
        self.sent = cells.seq
        self.full = False
        return picture


def wanted(key: str, only: Collection[str]) -> bool:
    return key in only or (key[0] in only and key[1:].isdecimal())
