"""The app's own options, the same whether it runs inside Godot or without (`python -m sidecast --stage none`)."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError
from .flow.channel import channel_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one start was asked for; everything lasting is in the settings file."""

    channel: str | None = None
    """A live Twitch channel to read."""
    replay: Path | None = None
    """A chat log to play."""
    demo: bool = False
    """Play the demo, whatever channel the settings name."""
    speed: float = 1.0
    seconds: float | None = None
    """End after this many seconds of show."""
    settings: Path | None = None
    seed: int | None = None
    """Makes choices of words and timing repeatable."""
    stage: str = "godot"
    transparent: bool = False
    sync: bool = False
    """Flash and click at the start, so that a recording can be aligned."""
    log: Path | None = None
    brain: str | None = None
    """Instead of the one in the settings."""
    trace: Path | None = None
    """One JSON line a turn with every stamp and no viewer text, for benchmarks."""


def parser() -> argparse.ArgumentParser:
    """The options of `./sidecast run`, as the launcher checks and the app reads them."""
    parser = argparse.ArgumentParser(prog="sidecast run", description="Run the show.", exit_on_error=False)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--demo", action="store_true", help="play the chat that ships with Sidecast (the default)")
    source.add_argument("--channel", type=_channel, metavar="NAME", help="read the chat of a live Twitch channel (no account)")
    source.add_argument("--replay", type=Path, metavar="FILE", help="play a chat log (.tsv.gz or .jsonl)")
    parser.add_argument("--speed", type=_positive, default=1.0, metavar="X", help="play the chat X times as fast")
    parser.add_argument("--for", dest="seconds", type=_positive, metavar="SECONDS", help="end after that time")
    parser.add_argument("--brain", metavar="NAME", help="who thinks: embedded, ollama#MODEL, openai:URL#MODEL, gguf:FILE …")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="use this settings file")
    parser.add_argument("--seed", type=int, metavar="N", help="repeatable choices")
    parser.add_argument("--stage", choices=("godot", "none"), default="godot", help="none: without picture and sound")
    parser.add_argument("--transparent", action="store_true", help="transparent window background")
    parser.add_argument("--sync", action="store_true", help="flash and click at the start (for recordings)")
    parser.add_argument("--log", type=Path, metavar="FILE", help="also write the log as JSON lines")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="write the times of every turn as JSON lines")
    return parser


def parse(args: list[str]) -> Options:
    """Raises SettingsError for an option that does not exist or has an impossible value."""
    try:
        values, unknown = parser().parse_known_args(args)
    except argparse.ArgumentError as error:
        raise SettingsError(f"{error}.", "See `./sidecast run --help`.") from error
    if unknown:
        raise SettingsError(f"Unknown option “{unknown[0]}”.", "See `./sidecast run --help`.")
    return Options(**vars(values))


def _channel(text: str) -> str:
    try:
        return channel_name(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not {text}") from None
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be more than 0, not {text}")
    return value
