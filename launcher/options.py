"""Reads `./sidecast run`'s options before anything is set up: a typing error must not cost a download.

The app's own options are read by the app's own parser (python/sidecast/cli.py, which needs nothing but the standard library).
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from .places import REPOSITORY
from .trouble import Trouble

sys.path.insert(0, str(REPOSITORY / "python"))
from sidecast import cli

WRONG = 2
"""Exit code for a wrong option."""
HELP = "See `./sidecast run --help`."


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What `run` was asked for."""

    record: Path | None
    picture: bool
    app: list[str]
    """For the app, with absolute paths: Godot changes the working folder."""
    brain: str = ""
    """As it was written; empty: the one in the settings."""
    settings: Path | None = None


def parser() -> argparse.ArgumentParser:
    """The app's options and the launcher's."""
    both = cli.parser()
    both.prog = "./sidecast run"
    both.description = "Sets up what is missing, then runs the show. Ctrl-C ends it."
    both.allow_abbrev = False
    both.add_argument("--record", type=Path, metavar="FILE.mp4", help="film the show in real time (H.264, AAC)")
    return both


def read(arguments: list[str]) -> RunOptions:
    """Raises Trouble for an option that does not exist, has an impossible value, or names a file that is not there."""
    reading = parser()
    try:
        values, unknown = reading.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise Trouble(f"{str(error).removeprefix('argument ')}.", HELP, code=WRONG) from error
    if unknown:
        if Path(unknown[0]).exists():
            raise Trouble(f"“{unknown[0]}” is no option.", f"To play a chat log:  --replay {unknown[0]}", code=WRONG)
        raise Trouble(f"Unknown option “{unknown[0]}”.", _nearest(unknown[0], reading), code=WRONG)
    for name in ("replay", "settings"):
        if (path := getattr(values, name)) is not None:
            _check_readable(name, path)
    for name in ("log", "trace", "record"):
        if (path := getattr(values, name)) is not None:
            _check_writable(name, path)
    if values.record is not None:
        _check_film(values.record)
    if values.record is not None and values.stage == "none":
        raise Trouble("--record needs a picture, and --stage none has none.", "Leave one of them out.", code=WRONG)
    return RunOptions(
        record=values.record.absolute() if values.record else None,
        picture=values.stage != "none",
        brain=values.brain or "",
        settings=values.settings,
        app=_for_app(arguments, reading),
    )


def _nearest(unknown: str, reading: argparse.ArgumentParser) -> str:
    known = [option for action in reading._actions for option in action.option_strings if option.startswith("--")]
    near = difflib.get_close_matches(unknown.partition("=")[0], known, n=1)
    return f"Did you mean {near[0]}?" if near else HELP


def _check_readable(name: str, path: Path) -> None:
    if path.is_dir():
        raise Trouble(f"--{name} {path}: this is a folder, not a file.", "Name a file in it.", code=WRONG)
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise Trouble(f"--{name} {path}: there is no such file.", "Check the path.", code=WRONG) from None
    except OSError as error:
        remedy = "Give yourself the right to read it, or name another."
        raise Trouble(f"--{name} {path}: it cannot be read ({error.strerror}).", remedy, code=WRONG) from error


def _check_writable(name: str, path: Path) -> None:
    if path.is_dir():
        raise Trouble(f"--{name} {path}: this is a folder, not a file.", "Name a file in it.", code=WRONG)
    nearest = path.absolute()
    while not os.path.exists(nearest):  # noqa: PTH110 - Path.exists raises where one may not look
        nearest = nearest.parent
    if nearest != path.absolute() and not nearest.is_dir():
        raise Trouble(f"--{name} {path}: {nearest} is a file, not a folder.", "Check the path.", code=WRONG)
    if not os.access(nearest, os.W_OK):
        raise Trouble(f"--{name} {path}: you may not write to {nearest}.", "Name a file in a folder of yours.", code=WRONG)


def _check_film(film: Path) -> None:
    if film.suffix.lower() != ".mp4":
        raise Trouble(f"--record {film}: the film's name must end in .mp4.", f"For example: --record {film.stem}.mp4", code=WRONG)
    if not film.absolute().parent.is_dir():
        raise Trouble(f"--record {film}: there is no folder {film.absolute().parent}.", "Make it first.", code=WRONG)


def _for_app(arguments: list[str], reading: argparse.ArgumentParser) -> list[str]:
    """As they were written, without the launcher's own, paths made absolute."""
    takes_path = {option for action in reading._actions if action.type is Path for option in action.option_strings}
    kept: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        name, equals, value = argument.partition("=")
        if name in takes_path:
            path = str(Path(value if equals else next(pending)).absolute())
            if name != "--record":
                kept += [name, path]
        else:
            kept.append(argument)
    return kept
