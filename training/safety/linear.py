"""Trains the linear classifier: logistic regression on hashed n-grams, rounded to float16."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags_array
from sklearn.linear_model import LogisticRegression

from sidecast.safety.classify.features import BUCKETS, matrix_parts
from sidecast.safety.classify.linear import Linear
from sidecast.safety.classify.weights import HEADS

from .corpus import worded
from .data import Row

STRENGTH = {"hate": 0.4, "injection": 1.5}
"""Inverse of the penalty (sklearn's C)."""
SCALE = 1.0
ITERATIONS = 150
Floats = npt.NDArray[np.float32]


def train(rows: Sequence[Row]) -> Linear:
    """Takes about a minute for 100,000 rows on an idle core. Deterministic."""
    weights, biases = [], []
    for head in HEADS:
        weight, bias = _fit(list(worded(row for row in rows if row.head == head)), STRENGTH[head])
        weights.append(weight)
        biases.append(bias)
    return Linear(np.stack(weights, 1).astype(np.float16), np.array(biases, np.float32))


def save(linear: Linear, path: Path) -> None:
    """As `Linear.load` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights, biases = linear.state()
    with path.open("wb") as stream:
        np.savez_compressed(stream, weights=weights.astype(np.float16), biases=biases)


def _fit(rows: Sequence[Row], strength: float) -> tuple[Floats, float]:
    """Weights of all buckets, and the bias. A row with a label between 0 and 1 counts as both, in parts."""
    data, indices, indptr = matrix_parts([row.text for row in rows])
    matrix = csr_matrix((data, indices.astype(np.int32), indptr), shape=(len(rows), BUCKETS))
    matrix.sum_duplicates()
    label = np.array([row.label for row in rows])
    weight = np.array([row.weight for row in rows])
    yes, no = np.flatnonzero(label > 0), np.flatnonzero(label < 1)
    # only the buckets that occur are fitted: the others stay 0
    used = np.unique(matrix.indices)
    matrix = matrix[:, used]
    # what is rare says more: columns are scaled by their rarity, and so are the weights afterwards, so that nothing is left to
    # do at run time
    rarity = np.log(len(rows) / np.bincount(matrix.indices, minlength=len(used))) * SCALE
    matrix = matrix @ diags_array(rarity.astype(np.float32))
    model = LogisticRegression(C=strength, max_iter=ITERATIONS, tol=1e-6)
    chosen = np.concatenate([yes, no])
    classes = np.repeat([1, 0], [len(yes), len(no)])
    model.fit(matrix[chosen], classes, sample_weight=np.concatenate([(weight * label)[yes], (weight * (1 - label))[no]]))
    weights = np.zeros(BUCKETS, np.float32)
    weights[used] = model.coef_[0] * rarity
    return weights, float(model.intercept_[0])
