"""The linear classifier: one sum of weights a head, for every message."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from .features import BUCKETS, MOST, features
from .weights import HEADS, WeightsError
from .wording import wordings

Probabilities = npt.NDArray[np.float32]


class Linear:
    """Logistic regression on hashed n-grams. Thread-safe."""

    def __init__(self, weights: npt.NDArray[np.float16], biases: npt.NDArray[np.float32]) -> None:
        """`weights`: buckets × heads, `biases`: a number a head.

        Raises:
            WeightsError: other shapes or kinds of number than these, or numbers that are none.
        """
        heads = len(HEADS)
        fits = weights.shape == (BUCKETS, heads) and weights.dtype == np.float16 and biases.shape == (heads,)
        if not fits or not np.isfinite(weights).all() or not np.isfinite(biases).all():
            raise WeightsError("The linear classifier's weights are not of the shape that this version reads.")
        # kept as float16 to be small, used as float32 to be fast
        self._weights, self._biases = weights.astype(np.float32), biases.astype(np.float32)

    @classmethod
    def load(cls, path: Path) -> Linear:
        """Raises:
        WeightsError: no such file, or not one that `training.safety` wrote.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(stored["weights"], stored["biases"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise WeightsError(f"The linear classifier {path} cannot be read: {error}.") from error

    def state(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Weights and biases."""
        return self._weights, self._biases

    def score(self, texts: Sequence[str]) -> Probabilities:
        """texts × heads, 0..1: the highest over each text's wordings."""
        return np.array([self.chances(text) for text in texts], np.float32).reshape(len(texts), len(HEADS))

    def chances(self, text: str) -> list[float]:
        """Of one text, a probability a head. Plain Python around one product: arrays of two numbers would double its time."""
        forms = wordings(text)
        best = self.logits(forms[0])
        for form in forms[1:]:
            best = list(map(max, best, self.logits(form)))
        return [1 / (1 + math.exp(-min(max(logit, -30.0), 30.0))) for logit in best]

    def logits(self, wording: str) -> list[float]:
        """Of one wording, a number a head."""
        found = features(wording)
        # a product with ones, because numpy's sum along the first axis is slow when the second is short
        total = _ONES[: len(found)] @ self._weights.take(found, axis=0)
        return (total / math.sqrt(len(found)) + self._biases).tolist()  # type: ignore[no-any-return]


_ONES = np.ones(MOST, np.float32)


def probability(logits: npt.NDArray[np.float32]) -> Probabilities:
    """The logistic function, without overflow."""
    result: Probabilities = np.float32(1) / (np.float32(1) + np.exp(-np.clip(logits, -30, 30)))
    return result
