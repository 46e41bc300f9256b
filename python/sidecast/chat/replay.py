"""`--replay FILE [--speed X]`: a recorded chat, played again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from ..clock import Clock
from ..errors import SourceError
from ..flow.chat import Incoming
from .log_reader import LogReader
from .player import play

MAX_SPEED = 10_000.0

log = logging.getLogger(__name__)


class Replay:
    """A `ChatSource` over one log file (TSV of public logs, or our own JSONL). Plays once and ends.

    Raises:
        SourceError: from `__init__` for a speed that makes no sense, from `incoming` for a file that cannot be read.
    """

    def __init__(self, path: Path, clock: Clock, speed: float = 1.0) -> None:
        if not 0 < speed <= MAX_SPEED:
            raise SourceError(
                f"A chat log cannot be played at speed {speed:g}.", f"Give --speed a number over 0, up to {MAX_SPEED:g}."
            )
        self.name = f"replay:{path.name}"
        self._reader = LogReader(path)
        self._clock = clock
        self._speed = speed

    @property
    def malformed(self) -> int:
        return self._reader.malformed

    async def incoming(self) -> AsyncIterator[Incoming]:
        nothing = True
        try:
            async with aclosing(play(self._reader.items(), self._clock, self._speed)) as items:
                async for item in items:
                    nothing = False
                    yield item
        finally:
            self._warn()
        if nothing:
            why = "not one line of it could be understood" if self._reader.malformed else "it is empty"
            raise SourceError(f"The chat log {self._reader.path} has nothing to play: {why}.", "See docs/chat-log-format.md.")

    def _warn(self) -> None:
        """One line for the whole log, with line numbers and none of the content, which is viewers' own."""
        count = self._reader.malformed
        if count:
            named = ", ".join(map(str, self._reader.bad_lines))
            more = " …" if count > len(self._reader.bad_lines) else ""
            log.warning("%s: %d lines could not be understood and were left out: %s%s", self.name, count, named, more)
