"""Real chat, to set thresholds on one half and to check them on the other. Nothing is learnt from its texts."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from pathlib import Path

from sidecast.flow.policy import Policy
from sidecast.safety.compiled import Compiled

from .data import data_dir
from .folds import SEED

SETTING = ("10", "13", "20", "26")
"""Logs on which thresholds are set; the others check them. Whole logs, so that no stream is on both sides."""


def halves(folder: Path | None = None, most: int = 12_000) -> tuple[list[str], list[str]]:
    """Messages to set thresholds with and messages to check them with; of each at most `most`, drawn evenly."""
    setting: list[str] = []
    checking: list[str] = []
    for path in sorted(((folder or data_dir()) / "twitch-chat-replays").glob("*.tsv.gz")):
        side = setting if path.name.partition("_")[0] in SETTING else checking
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as stream:
            side += [line.rstrip("\n").split("\t", 3)[3] for line in stream if line.count("\t") >= 3]
    if not setting or not checking:
        raise FileNotFoundError("The logs of twitch-chat-replays are not there.")
    generator = random.Random(SEED)  # noqa: S311
    draw = [generator.sample(side, min(most, len(side))) for side in (setting, checking)]
    return draw[0], draw[1]


def let_through(texts: Sequence[str]) -> list[str]:
    """Those that the rules let through at the default level: what they stop, no classifier is asked about."""
    screen = Compiled(Policy()).inward
    return [text for text in texts if screen.find(text) is None]


def threshold(scores: Sequence[float], share: float) -> float:
    """The lowest score that flags at most `share` of the texts."""
    ordered = sorted(scores, reverse=True)
    allowed = int(share * len(ordered))
    over = ordered[allowed] if allowed < len(ordered) else 0.0
    higher = [score for score in ordered[:allowed] if score > over]
    return higher[-1] if higher else min(1.0, over + 1e-6)
