"""Thresholds by level, and the card that goes with the weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sidecast.safety.classify.weights import CARD, HEADS, LEVELS

from .chat import threshold
from .figures import Share

SHARES = {"hate": (0.0003, 0.0008, 0.0015, 0.0016, 0.0016), "injection": (0.0002, 0.0006, 0.0015, 0.004, 0.008)}
"""Head → how much each level may flag of the real chat that the rules let through. Level 2 is the default: with the rules' own
alarms, links for the most part, it stays within 1 %."""


def thresholds(scores: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, ...]]:
    """Head → scores from which on each level flags, from the scores of real chat; they fall with the level."""
    found = {}
    for head in HEADS:
        values = [threshold(scores[head], share) for share in SHARES[head]]
        found[head] = tuple(round(min(values[: level + 1]), 6) for level in range(LEVELS))
    return found


@dataclass(frozen=True, slots=True)
class Contents:
    """What a card says."""

    facts: Mapping[str, str]
    """What was trained, on what."""
    share: Mapping[str, float]
    """Head → the encoder's part of the deep score."""
    levels: Mapping[str, Mapping[str, tuple[float, ...]]]
    """quick and deep → head → thresholds."""
    figures: Mapping[str, Mapping[str, float | str | Share]]
    """Section → name → figure."""


def write(folder: Path, files: Sequence[str], card: Contents) -> None:
    """`card.toml` beside the files of weights that it describes."""
    lines = ["# Written by `python -m training.safety card`: what the weights beside this are, and what they can do.", ""]
    lines += [f"{key} = {_quoted(value)}" for key, value in card.facts.items()]
    for name in files:
        data = (folder / name).read_bytes()
        lines += ["", f'[files."{name}"]', f'sha256 = "{hashlib.sha256(data).hexdigest()}"', f"bytes = {len(data)}"]
    lines += ["", "[deep.encoder_share]", *(f"{head} = {card.share[head]}" for head in HEADS)]
    for part, heads in card.levels.items():
        lines += ["", f"[{part}.thresholds]", *(f"{head} = {list(values)}" for head, values in heads.items())]
    for section, named in card.figures.items():
        lines += ["", f"[figures.{_quoted(section)}]"]
        for name, value in named.items():
            lines.append(f"{_quoted(name)} = {value if isinstance(value, float | int) else _quoted(str(value))}")
    (folder / CARD).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
