"""What a trained classifier does with rows that it never saw, at thresholds that were set on real chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sidecast.safety.classify.weights import HEADS, LEVELS

from . import linear
from .card import thresholds
from .corpus import split
from .data import Row
from .figures import Share, area, shares, worst_group
from .folds import FOLDS

Scores = npt.NDArray[np.float32]
Score = Callable[[Sequence[str]], Scores]
DEFAULT_LEVEL = 2
Levels = Mapping[str, tuple[float, ...]]


def levels_of(setting: Scores) -> dict[str, tuple[float, ...]]:
    """Thresholds from the scores of the chat that sets them."""
    return thresholds({head: setting[:, at].tolist() for at, head in enumerate(HEADS)})


def on_chat(checking: Scores, levels: Levels) -> dict[str, Share]:
    """What is flagged of the chat that did not set the thresholds, by head and level."""
    found = {}
    for at, head in enumerate(HEADS):
        for level in range(LEVELS):
            flagged = int((checking[:, at] >= np.float32(levels[head][level])).sum())
            found[f"{head} level {level}"] = Share(flagged, len(checking))
    return found


def on_rows(rows: Sequence[Row], scores: Scores, levels: Levels) -> dict[str, float | str | Share]:
    """At the default level, by head, source and group."""
    found: dict[str, float | str | Share] = {}
    for at, head in enumerate(HEADS):
        of_head = scores[:, at].tolist()
        by_kind = shares(rows, of_head, head, levels[head][DEFAULT_LEVEL])
        found |= {f"{head}: {name}": share for name, share in by_kind.items()}
        if (worst := worst_group(by_kind)) is not None:
            found[f"{head}: worst group"] = f"{worst[0].removeprefix('group ')} {worst[1]}"
        for source in sorted({row.source for row in rows}):
            if (under := area(rows, of_head, head, source)) is not None:
                found[f"{head}: {source} area under the curve"] = round(under, 3)
    return found


def crossed(chat: Sequence[str], folds: Sequence[int] = range(FOLDS)) -> dict[str, float | str | Share]:
    """The linear classifier, each fold judged by one that was trained on the others. Thresholds from `chat`, anew each time.

    Takes a training for each of `folds`. Their verdicts together, so that with all folds n is the whole of each set.
    """
    rows: list[Row] = []
    margins: list[Scores] = []
    for fold in folds:
        part = split(fold)
        trained = linear.train(part.train)
        levels = levels_of(trained.score(chat))
        limits = np.array([levels[head][DEFAULT_LEVEL] for head in HEADS], np.float32)
        rows += part.check
        # each fold has thresholds of its own: what is compared is how far above them a text lies
        margins.append(trained.score([row.text for row in part.check]) - limits + 0.5)
        print(f"fold {fold} judged", flush=True)
    half = dict.fromkeys(HEADS, (0.5,) * LEVELS)
    return on_rows(rows, np.concatenate(margins), half)


def best_share(rows: Sequence[Row], whole: Scores, small: Scores, setting: tuple[Scores, Scores]) -> dict[str, float]:
    """Head → the encoder's part of the logit, so that at the default level most of the bad and least of the fine is flagged.

    `whole`, `small`: probabilities of encoder and linear classifier; `setting`: theirs for the chat that sets thresholds.
    """
    found = {}
    for at, head in enumerate(HEADS):
        judged = [number for number, row in enumerate(rows) if row.head == head and not 0.2 < row.label < 0.8]
        bad = np.array([rows[number].label > 0.5 for number in judged])
        gains = {}
        for share in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5):
            mixed = mix(whole, small, share)[judged, at]
            limit = levels_of(mix(*setting, share))[head][DEFAULT_LEVEL]
            flagged = mixed >= limit
            gains[share] = float(flagged[bad].mean() - flagged[~bad].mean())
        found[head] = max(gains, key=gains.__getitem__)
    return found


def mix(whole: Scores, small: Scores, share: float) -> Scores:
    """As `Scorer.deep` does."""
    logits = [np.log(np.clip(each, 1e-6, 1 - 1e-6) / (1 - np.clip(each, 1e-6, 1 - 1e-6))) for each in (whole, small)]
    result: Scores = (1 / (1 + np.exp(-(share * logits[0] + (1 - share) * logits[1])))).astype(np.float32)
    return result
