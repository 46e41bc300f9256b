"""Whose chat is read: what the show began with, or a channel that somebody has typed since, in the app or on the control page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from ..errors import SettingsError
from ..flow.chat import Incoming
from ..flow.cue import ChannelField, FieldState
from ..flow.ports import ChatSource
from .parts import Parts

log = logging.getLogger(__name__)


class Channels:
    """One source at a time. What is typed in vain is answered with a sentence beside the field."""

    def __init__(self, parts: Parts, receive: Callable[[Incoming], None]) -> None:
        self._parts = parts
        self._receive = receive
        self._source = parts.source
        self._changed = asyncio.Event()
        self._sought = ""
        """The channel that was typed last, until it is read."""

    async def read(self) -> None:
        """Returns when the chat is over and no other was chosen."""
        if self._parts.offer_channel:
            self._show(FieldState.OPEN)
        while True:
            reading = asyncio.create_task(self._read(self._source), name="chat")
            changed = asyncio.create_task(self._changed.wait())
            try:
                await asyncio.wait({reading, changed}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()
                reading.cancel()
                await asyncio.wait({reading})
            if not self._changed.is_set():
                reading.result()
                return
            self._changed.clear()

    def change(self, name: str) -> None:
        """Read the channel `name` from now on; an empty name is the demo.

        Raises:
            SettingsError: there can be no such channel; says so to whoever typed it.
        """
        self._source = source = self._parts.open_channel(name)
        self._sought = name
        self._changed.set()
        log.info("the chat is now %s", source.name)
        self._show(FieldState.LOOKING if name else FieldState.OPEN, name)

    def asked(self, typed: str, change: Callable[[str], None]) -> None:
        """The app's field was sent off; `change` is what the show does about it."""
        if not typed.strip():
            self._show(FieldState.OPEN, "", "Type the name of a Twitch channel: yours, or any other that is live.")
            return
        try:
            change(typed)
        except SettingsError as error:
            self._show(FieldState.OPEN, typed, str(error))

    def note(self, sentence: str) -> bool:
        """How the source is doing. True when the field tells it: it is about the channel that was typed last."""
        if not self._sought:
            return False
        if sentence:
            # when it is tried again is for the pill and the log; there is little room beside the field
            self._show(FieldState.OPEN, self._sought, sentence.partition(";")[0].rstrip(".") + ".")
            return True
        self._show(FieldState.READING, self._sought)
        self._sought = ""
        return False

    async def _read(self, source: ChatSource) -> None:
        async with aclosing(source.incoming()) as items:  # type: ignore[type-var]  # ours are all generators
            async for item in items:
                if source is self._source:
                    self._receive(item)

    def _show(self, state: str, name: str = "", problem: str = "") -> None:
        self._parts.stage.send(ChannelField(state=state, name=name, problem=problem))
