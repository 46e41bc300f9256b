"""What acts hold for a while, on disk: should Sidecast end in the middle, the next show puts it back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from .layers import Held
from .slots import Slot, Value, slot_from_json, slot_to_json

log = logging.getLogger(__name__)
MOST_BYTES = 1_000_000


class Journal:
    """A JSON list of `[slot, scene collection, base, [ours, …]]`; there is no file while nothing is held."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = "[]"
        self._written = ""
        self._news = asyncio.Event()

    def held(self, held: Mapping[Slot, Held]) -> None:
        """Told by `Holding`; written soon."""
        rows = [[slot_to_json(slot), each.collection, each.base, [*each.ours, each.wanted]] for slot, each in held.items()]
        text = json.dumps(rows)
        if text != self._text:
            self._text = text
            self._news.set()

    def read(self) -> list[tuple[Slot, Held]]:
        """What the show before left. Blocking: for a thread. A file that cannot be read is told and left out."""
        try:
            text = self._path.read_bytes()[:MOST_BYTES].decode()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            log.warning("What was left in OBS for a while cannot be read from %s: %s.", self._path, type(error).__name__)
            return []
        try:
            return [(slot_from_json(slot), _left(*rest)) for slot, *rest in json.loads(text)]
        except (ValueError, TypeError) as error:
            log.warning("%s does not hold what was left in OBS for a while (%s): look there yourself.", self._path, error)
            return []

    def write(self) -> None:
        """Blocking: for a thread."""
        text = self._text
        if text == self._written:
            return
        if text == "[]":
            self._path.unlink(missing_ok=True)
        else:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            new.write_text(text, "utf-8")
            new.replace(self._path)
        self._written = text

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await asyncio.to_thread(self.write)
            except OSError as error:
                with contextlib.suppress(OSError):
                    log.warning("What is held in OBS cannot be noted in %s: %s.", self._path, error.strerror)


def _left(collection: object, base: object, ours: Iterable[object]) -> Held:
    return Held(base=_value(base), ours=tuple(map(_value, ours)), collection=str(collection), unsettled=True, ended=True)


def _value(value: object) -> Value:
    if isinstance(value, bool | int | float):
        return value
    raise ValueError("a value is neither yes, no nor a number")
