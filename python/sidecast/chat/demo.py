"""`--demo`: a script of a cosy stream's chat, played at its own times, so that the show can be seen without an account."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

from ..clock import Clock
from ..flow.chat import ChatMessage, Incoming, Removal
from .log_format import Timed
from .log_reader import LogReader
from .player import play

SCRIPT = Path(__file__).with_name("demo.jsonl")

BREATH_S = 8.0
"""Quiet between the script's end and its start over."""


class Demo:
    """A `ChatSource` that plays the script that ships with Sidecast; over and over unless `repeat` is False."""

    name = "demo"

    def __init__(self, clock: Clock, *, repeat: bool = True, script: Path = SCRIPT) -> None:
        self._clock = clock
        self._repeat = repeat
        self._script = script
        self._malformed = 0

    @property
    def malformed(self) -> int:
        return self._malformed

    async def incoming(self) -> AsyncIterator[Incoming]:
        """Raises SourceError when the script is missing."""
        round_number = 1
        while True:
            reader = LogReader(self._script)
            async with aclosing(play(_renamed(reader.items(), f"demo-{round_number}-"), self._clock)) as items:
                async for item in items:
                    self._malformed = reader.malformed
                    yield item
            if not self._repeat:
                return
            round_number += 1
            await self._clock.sleep(BREATH_S)


def _renamed(items: Iterator[Timed], prefix: str) -> Iterator[Timed]:
    """Ids of their own for each round; otherwise the second round would look like a platform's duplicates."""
    for timed in items:
        yield Timed(timed.at_s, _with_prefix(timed.item, prefix))


def _with_prefix(item: Incoming, prefix: str) -> Incoming:
    if isinstance(item, Removal):
        return dataclasses.replace(item, message_id=prefix + item.message_id) if item.message_id else item
    if isinstance(item, ChatMessage) and item.reply_to:
        return dataclasses.replace(item, id=prefix + item.id, reply_to=prefix + item.reply_to)
    return dataclasses.replace(item, id=prefix + item.id)
