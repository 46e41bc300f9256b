"""What was made, on disk: written before OBS is asked, so that nothing is ever made that cannot be taken away again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ...errors import ObsError
from .wanted import Part

FILE = "obs-setup.json"
"""In the data folder. `launcher/voice_sink.py` looks into it, too."""
VERSION = 1
MOST = 500
"""Entries; a file with more is not ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing."""

    part: Part
    mark: str
    """The same as in OBS."""
    name: str
    collection: str
    """Of scenes, in which it is."""
    scene: str = ""
    item: int = 0
    """Of `SHOWN_IN`: the scene of the streamer's, and the item's id there; 0 until OBS has told it."""


class Journal:
    """Reads and writes the whole file each time: it has a dozen lines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> tuple[Entry, ...]:
        """Empty where there is no file.

        Raises:
            ObsError: it cannot be read.
        """
        try:
            text = self._path.read_text("utf-8")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(str(error)) from error
        try:
            data = json.loads(text)
            if data["version"] != VERSION or len(data["made"]) > MOST:
                raise self._unreadable("it is of another version of Sidecast")
            return tuple(_entry(each) for each in data["made"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unreadable("it is no journal") from error

    def add(self, entry: Entry) -> None:
        """Before the thing is made."""
        self._write([*self.entries(), entry])

    def placed(self, mark: str, item: int) -> None:
        """OBS has told the item's id."""
        self._write([replace(entry, item=item) if entry.mark == mark else entry for entry in self.entries()])

    def remove(self, marks: Iterable[str]) -> None:
        """They are gone, or were never made."""
        gone = set(marks)
        self._write([entry for entry in self.entries() if entry.mark not in gone])

    def _write(self, entries: list[Entry]) -> None:
        """At once or not at all: a crash leaves the one before. Without entries there is no file.

        Raises:
            ObsError: the disk will not.
        """
        try:
            if not entries:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial = self._path.with_suffix(".new")
            with partial.open("w", encoding="utf-8") as file:
                json.dump({"version": VERSION, "made": [asdict(entry) for entry in entries]}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            remedy = "Nothing more is made in OBS before it can be written down. Is the disk full?"
            raise ObsError(f"The journal of the OBS set-up cannot be written: {error}.", remedy) from error

    def _unreadable(self, why: str) -> ObsError:
        remedy = (
            "Put it right or move it away; what it lists must then be taken out of OBS by hand: all that is named “Sidecast …”."
        )
        return ObsError(f"The journal of the OBS set-up, {self._path}, cannot be read: {why}.", remedy)


def _entry(data: dict[str, object]) -> Entry:
    texts = {name: data[name] for name in ("mark", "name", "collection", "scene")}
    if not all(isinstance(value, str) for value in texts.values()) or not isinstance(data["item"], int):
        raise TypeError
    return Entry(part=Part(str(data["part"])), item=data["item"], **{name: str(value) for name, value in texts.items()})
