"""Where the classifiers' weights lie, what their card says of them, and whether they are what it says."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...errors import SidecastError

HEADS = ("hate", "injection")
"""What is judged, in the order of every array of scores."""
LEVELS = 5
FOLDER = Path(__file__).parents[4] / "models" / "safety"
CARD = "card.toml"
LINEAR, TRUNK, TOKENIZER = "linear.npz", "trunk.onnx", "tokenizer.json"
BRANCHES = {head: f"{head}.onnx" for head in HEADS}
"""Head → file of the upper layers that are its own."""
ENCODER_FILES = (TOKENIZER, TRUNK, *BRANCHES.values())
MAX_BYTES = 32 << 20
"""A file of weights that is larger is not one of ours."""


class WeightsError(SidecastError):
    """Weights of a classifier that are missing, damaged or of another version; the gate goes on with its rules."""

    code = "weights"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on a text counts as flagged, by head and level."""

    by_level: Mapping[str, tuple[float, ...]]
    """Head → five probabilities, level 0 first; strictly a text is flagged where its score reaches the level's."""

    def flagged(self, head: str, score: float, level: int) -> bool:
        return score >= self.by_level[head][level]


@dataclass(frozen=True, slots=True)
class Card:
    """What `card.toml` says that the co-host must know; the rest of it is for people."""

    hashes: Mapping[str, str]
    """File → SHA-256."""
    quick: Thresholds
    deep: Thresholds
    share: Mapping[str, float]
    """Head → how much of the deep score's logit is the encoder's; the rest is the linear classifier's."""


def read_card(folder: Path = FOLDER) -> Card:
    """Raises:
    WeightsError: there is no card, or it is not one.
    """
    path = folder / CARD
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        hashes = {str(name): str(file["sha256"]) for name, file in content["files"].items()}
        share = {head: float(content["deep"]["encoder_share"][head]) for head in HEADS}
        quick, deep = (_thresholds(content[name]["thresholds"]) for name in ("quick", "deep"))
    except OSError as error:
        raise WeightsError(f"The classifiers' card {path} cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"The classifiers' card {path} is not as it should be: {error!r}.") from error
    return Card(MappingProxyType(hashes), quick, deep, MappingProxyType(share))


def checked(folder: Path, card: Card, name: str) -> Path:
    """The path of a file of weights, when it is the one that the card describes.

    Raises:
        WeightsError: missing, too large, or other bytes than the card's.
    """
    path = folder / name
    expected = card.hashes.get(name)
    if expected is None:
        raise WeightsError(f"The classifiers' card does not know {name}.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WeightsError(f"{path} is larger than any of our weights.")
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"The classifier {path} cannot be read: {error}.") from error
    if found != expected:
        raise WeightsError(f"{path} is not the file that its card describes (SHA-256 {found[:12]}…).")
    return path


def _thresholds(content: Mapping[str, Any]) -> Thresholds:
    found = {head: tuple(float(value) for value in content[head]) for head in HEADS}
    for head, values in found.items():
        if len(values) != LEVELS or list(values) != sorted(values, reverse=True) or not 0 <= values[-1] <= values[0] <= 1:
            raise ValueError(f"{head}: thresholds are {LEVELS} probabilities that fall with the level")
    return Thresholds(MappingProxyType(found))
