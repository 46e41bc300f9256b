"""Two sources of one channel side by side as one: EventSub, which tells everything, and IRC, which needs no account."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Protocol

from ..clock import Clock
from ..errors import SourceError
from ..flow.chat import Incoming
from ..flow.ports import ChatSource
from .left_out import LeftOut
from .merge import Merge

OnNote = Callable[[str], None]

WAITING = 1024
"""Items that may wait for the show. While it does not take them, the sources keep theirs."""
LOOK_S = 1.0
"""How often it is looked who is heard, when nobody says anything."""

log = logging.getLogger(__name__)


class Hearing(ChatSource, Protocol):
    @property
    def hears_chat(self) -> bool:
        """The channel's chat comes over it at this moment, as far as can be known."""
        ...


class Pair:
    """A `ChatSource` that reads all its sources all the time: while one is away, another is heard already.

    Each message, event and removal is handed on once, from whichever tells it first. A source that raises `SourceError` is
    over and the others go on; it is raised here when all have.
    """

    def __init__(
        self,
        name: str,
        makers: Mapping[str, Callable[[OnNote], Hearing]],
        clock: Clock,
        on_note: OnNote = lambda sentence: None,
        on_heard: Callable[[str], None] = lambda labels: None,
    ) -> None:
        """
        Args:
            name: of the channel's source, the same whoever is heard: what is counted by it is one stream.
            makers: what people call a source ("EventSub") → makes it, given where it is to tell its notes.
            on_note: told a sentence while not all are heard, or one of them has something to say; then an empty one.
            on_heard: told who is heard whenever it changes: "EventSub and IRC", "IRC", or empty.
        """
        self.name = name
        self.heard = ""
        """Whose chat is heard now, as `on_heard` is told."""
        self._clock = clock
        self._on_note = on_note
        self._on_heard = on_heard
        self._merge = Merge()
        self._notes: dict[str, str] = {}
        self._note = ""
        self._sources: dict[str, Hearing] = {}
        for label, make in makers.items():
            self._sources[label] = make(lambda sentence, label=label: self._noted(label, sentence))  # type: ignore[misc]

    @property
    def malformed(self) -> int:
        return sum(source.malformed for source in self._sources.values())

    @property
    def left_out(self) -> Counter[LeftOut]:
        """How many items were not handed on because another source, or another notification, had told of them."""
        return self._merge.left_out

    async def incoming(self) -> AsyncIterator[Incoming]:
        waiting: asyncio.Queue[tuple[str, Incoming] | None] = asyncio.Queue(WAITING)
        reading = {label: asyncio.create_task(_read(label, source, waiting)) for label, source in self._sources.items()}
        for task in reading.values():
            # the reader of the queue must not wait for a source that is over
            task.add_done_callback(lambda _: waiting.put_nowait(None) if not waiting.full() else None)
        try:
            while not (all(task.done() for task in reading.values()) and waiting.empty()):
                self._look(reading)
                for item in await self._next(waiting):
                    yield item
            self._look(reading)
            for item in self._merge.due(self._merge.due_ns or 0):
                yield item
        finally:
            for task in reading.values():
                task.cancel()
            for task in reading.values():
                with suppress(asyncio.CancelledError, SourceError):
                    await task
            log.info("%s: %d items were told twice", self.name, self._merge.left_out[LeftOut.TWICE])

    async def _next(self, waiting: asyncio.Queue[tuple[str, Incoming] | None]) -> list[Incoming]:
        due_ns, now_ns = self._merge.due_ns, self._clock.now_ns()
        wait_s = LOOK_S if due_ns is None else min(LOOK_S, max(0.0, (due_ns - now_ns) / 1e9))
        told = None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                told = await waiting.get()
        now_ns = self._clock.now_ns()
        late = self._merge.due(now_ns)
        return late if told is None else [*late, *self._merge.put(told[1], told[0], now_ns)]

    def _look(self, reading: Mapping[str, asyncio.Task[None]]) -> None:
        """Who has ended, and who is heard.

        Raises:
            SourceError: every one of them has failed.
            Exception: what a source raised that it should not have.
        """
        ended = {label: task.exception() for label, task in reading.items() if task.done()}
        for label, error in ended.items():
            if error is not None and not isinstance(error, SourceError):
                raise error
            if error is not None and len(ended) == len(reading) and all(ended.values()):
                raise error
            self._notes[label] = str(error or f"{label} has ended.")
        self._tell()

    def _noted(self, label: str, sentence: str) -> None:
        self._notes[label] = sentence
        self._tell()

    def _tell(self) -> None:
        heard = [label for label, source in self._sources.items() if source.hears_chat]
        if anew := (names := " and ".join(heard)) != self.heard:
            self.heard = names
            self._on_heard(names)
            log.info("%s: heard over %s", self.name, names or "nothing")
        said = [self._notes.get(label, "") for label in self._sources]
        note = " ".join(sentence for sentence in said if sentence)
        if heard and len(heard) < len(self._sources) and note:
            note = f"{note} Meanwhile the chat is heard over {names}."
        # that all is well is said, too, to whoever waits for the chat to be heard
        if note != self._note or (anew and names and not note):
            self._note = note
            self._on_note(note)


async def _read(label: str, source: ChatSource, waiting: asyncio.Queue[tuple[str, Incoming] | None]) -> None:
    async for item in source.incoming():
        await waiting.put((label, item))
