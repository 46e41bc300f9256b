"""What the gates ask of the classifiers: how likely is a text hateful, or an attack?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from .linear import Linear, probability
from .weights import ENCODER_FILES, FOLDER, HEADS, LINEAR, Card, WeightsError, checked, read_card

if TYPE_CHECKING:
    from .encoder import Encoder

log = logging.getLogger(__name__)


class Scores(NamedTuple):
    """A probability for each head, 0..1. One text's scores rise with how bad it is; levels turn them into verdicts."""

    hate: float
    injection: float


class Scorer:
    """The classifiers that could be loaded. Pure and thread-safe: the same text gets the same scores."""

    def __init__(self, card: Card, linear: Linear, encoder: Encoder | None = None) -> None:
        self.card = card
        self._linear, self._encoder = linear, encoder
        self._share = np.array([card.share[head] for head in HEADS], np.float32)

    @property
    def has_deep(self) -> bool:
        return self._encoder is not None

    def quick(self, texts: Sequence[str]) -> list[Scores]:
        """By the linear classifier; for every message. Judge by `card.quick`."""
        return [Scores(*self._linear.chances(text)) for text in texts]

    def deep(self, texts: Sequence[str], heads: Sequence[str] = HEADS) -> list[Scores]:
        """By encoder and linear classifier together; for candidates, clauses and what is doubtful. Judge by `card.deep`.

        The encoder's time is spent for `heads` alone; the others' scores are 0.

        Raises:
            WeightsError: there is no encoder; see `has_deep`.
        """
        if self._encoder is None:
            raise WeightsError("The encoder is not loaded.")
        if not texts:
            return []
        asked = [HEADS.index(head) for head in heads]
        share = self._share[asked]
        whole, small = _logit(self._encoder.score(texts, heads)), _logit(self._linear.score(texts)[:, asked])
        scores = np.zeros((len(texts), len(HEADS)), np.float32)
        scores[:, asked] = probability(share * whole + (1 - share) * small)
        return _listed(scores)


class LazyScorer:
    """Loads a scorer once, in a thread of its own, so that the first message waits for nothing."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._scorer: Scorer | None = None
        self._problems: tuple[str, ...] = ()

    def start(self) -> None:
        """Begins to load; does nothing the second time."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="classifiers", daemon=True)
                self._thread.start()

    def wait(self, seconds: float | None = None) -> Scorer | None:
        """What was loaded, as soon as loading has ended; for benches and tests."""
        self.start()
        if self._thread is not None:
            self._thread.join(seconds)
        return self._scorer

    @property
    def now(self) -> Scorer | None:
        """None while loading, and when there is nothing to load."""
        return self._scorer

    @property
    def problems(self) -> tuple[str, ...]:
        """A line for the doctor for each classifier that is missing."""
        return self._problems

    def _load(self) -> None:
        try:
            scorer, self._problems = load(self._folder)
        except WeightsError as error:
            self._problems = (str(error),)
        else:
            self._scorer = scorer
        for problem in self._problems:
            log.warning("the gates judge without a classifier: %s", problem)


def load(folder: Path = FOLDER) -> tuple[Scorer, tuple[str, ...]]:
    """A scorer, with a line for its encoder if that could not be loaded.

    Raises:
        WeightsError: not even the linear classifier can be used.
    """
    from .encoder import Encoder  # brings onnxruntime, which takes its time

    card = read_card(folder)
    linear = Linear.load(checked(folder, card, LINEAR))
    try:
        for name in ENCODER_FILES:
            checked(folder, card, name)
        encoder = Encoder.load(folder)
    except WeightsError as error:
        return Scorer(card, linear), (str(error),)
    return Scorer(card, linear, encoder), ()


def _listed(scores: npt.NDArray[np.float32]) -> list[Scores]:
    return [Scores(*row) for row in scores.tolist()]


def _logit(chances: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    inside = np.clip(chances, 1e-6, 1 - 1e-6)
    result: npt.NDArray[np.float32] = np.log(inside / (1 - inside))
    return result
