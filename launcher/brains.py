"""Which brain a start will use, known before anything is set up; and what that brain needs."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from . import llama
from .console import Console
from .options import WRONG
from .places import REPOSITORY, Places
from .trouble import Trouble

sys.path.insert(0, str(REPOSITORY / "python"))
from sidecast.dialogue.brains import gguf_file
from sidecast.dialogue.brains.chosen import EMBEDDED, Chosen, Kind, at_home, is_loopback, read
from sidecast.errors import SidecastError

__all__ = ["Chosen", "Kind", "at_home", "chosen", "for_app", "is_loopback", "prepare"]

VARIABLE = "SIDECAST_DIALOGUE__BRAIN"


def chosen(option: str, settings: Path, variables: Mapping[str, str] = os.environ) -> Chosen:
    """From the option, the environment or the settings file, in this order: as the app will read it.

    Raises:
        Trouble: there is no such brain, or its file cannot be used.
    """
    name = option or variables.get(VARIABLE) or _from_settings(settings) or EMBEDDED
    try:
        choice = read(name)
        if choice.path is not None:
            gguf_file.check(choice.path)
    except SidecastError as error:
        raise Trouble(error.what, error.remedy, code=WRONG) from error
    return choice


def for_app(choice: Chosen) -> list[str]:
    """Options for the app: a file by its whole path, for Godot changes the working folder."""
    return ["--brain", f"{Kind.GGUF}:{choice.path.absolute()}"] if choice.path is not None else []


def prepare(choice: Chosen, places: Places, console: Console) -> None:
    """Raises Trouble: what it needs cannot be had."""
    if choice.kind is Kind.GGUF:
        assert choice.path is not None
        llama.try_out(choice.path.absolute(), llama.prepare(places, console), places, console)


def _from_settings(path: Path) -> str:
    """The app tells what is wrong with the file; here only this one value counts."""
    try:
        value = tomllib.loads(path.read_text("utf-8")).get("dialogue", {}).get("brain", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""
