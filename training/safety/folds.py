"""Rows → folds, so that what is checked was never seen in another spelling: near-duplicates share a fold."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .data import Row

FOLDS = 5
SEED = 20261123
SHINGLE = 7
"""Letters of the pieces by which texts are compared."""
BANDS, ROWS = 10, 3
"""MinHash bands: two texts that share half of their pieces meet with probability 1 - (1 - .5³)^10 = .74, four fifths: .999."""
MIN_LETTERS = 12
"""Shorter texts are alike by accident; they are only grouped when their letters are the same."""
_PRIME = (1 << 31) - 1
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def folds_of(rows: Sequence[Row], seed: int = SEED) -> npt.NDArray[np.int8]:
    """For each row 0..FOLDS-1. All rows of a cluster, and a text under whatever head, are in one fold."""
    roots = clusters(rows, seed)
    sizes = np.bincount(roots, minlength=len(rows))
    # by the text of the cluster's first row, so that a new row elsewhere moves nothing
    chosen = {root: fold_of(rows[root].text, seed) for root in np.flatnonzero(sizes).tolist()}
    return np.array([chosen[int(root)] for root in roots], np.int8)


def clusters(rows: Sequence[Row], seed: int = SEED) -> npt.NDArray[np.int64]:
    """For each row the number of the first row of its cluster: twins, same letters, or near-duplicates by MinHash."""
    parent = list(range(len(rows)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    def join(members: Sequence[int]) -> None:
        first = min(root(member) for member in members)
        for member in members:
            parent[root(member)] = first

    buckets: dict[object, list[int]] = defaultdict(list)
    generator = np.random.default_rng(seed)
    factors = generator.integers(1, _PRIME, (BANDS * ROWS, 1), dtype=np.int64)
    shifts = generator.integers(0, _PRIME, (BANDS * ROWS, 1), dtype=np.int64)
    for at, row in enumerate(rows):
        letters = _NOT_LETTERS.sub("", row.text.lower()) or row.text
        buckets[letters].append(at)
        if row.twin:
            buckets[row.source, row.twin].append(at)
        if len(letters) >= MIN_LETTERS:
            pieces = {letters[start : start + SHINGLE] for start in range(len(letters) - SHINGLE + 1)}
            hashes = np.fromiter((zlib.crc32(piece.encode()) & 0x7FFFFFFF for piece in sorted(pieces)), np.int64)
            least = ((factors * hashes + shifts) % _PRIME).min(axis=1).reshape(BANDS, ROWS)
            for band, values in enumerate(least):
                buckets[band, values.tobytes()].append(at)
    for members in buckets.values():
        if len(members) > 1:
            join(members)
    return np.array([root(at) for at in range(len(rows))], np.int64)


def fold_of(text: str, seed: int = SEED) -> int:
    """By the text alone."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:4], "big") % FOLDS
