"""What is examined: whose show, with which settings and options."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import godot
from ..places import Places
from ..trouble import Trouble


@dataclass(frozen=True)
class Case:
    """Not slotted, for what several checks ask is looked up once."""

    places: Places
    settings: Path | None = None
    """Another file than the user's own."""
    brain: str = ""
    """The option `--brain`; empty: the settings decide."""
    picture: bool = True

    @property
    def settings_file(self) -> Path:
        return self.settings or self.places.settings

    def setting(self, section: str, key: str) -> Any:
        """From the environment or the file; None when neither says. Its type is whatever was written there."""
        text = os.environ.get(f"SIDECAST_{section}__{key}".upper())
        if text is not None:
            return text
        try:
            values = tomllib.loads(self.settings_file.read_text("utf-8"))
        except (OSError, ValueError):
            return None  # the check of the settings tells
        table = values.get(section)
        return table.get(key) if isinstance(table, dict) else None

    @cached_property
    def godot(self) -> godot.Godot | Trouble | None:
        """The one that is there, what is wrong with the one that was named, or None."""
        try:
            return godot.find(self.places)
        except Trouble as trouble:
            return trouble
