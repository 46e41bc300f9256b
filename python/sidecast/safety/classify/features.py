"""Wordings → hashed n-grams: character 2- to 5-grams and word 1- and 2-grams, in numpy alone.

Feature hashing: Weinberger et al. 2009. Each wording is framed by spaces, so that n-grams see where words begin and end.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .wording import MAX_CHARS

BITS = 20
BUCKETS = 1 << BITS
"""Weights of one head. Collisions cost little: what is frequent is spread over many n-grams."""
SHORTEST, LONGEST = 2, 5
MAX_WORDS = 128
_FACTOR = np.uint32(0x9E3779B1)
"""Knuth's multiplicative hashing: 2³² divided by the golden ratio."""
_STEP = np.uint32(0x01000193)
"""FNV's prime."""
_SHIFT = np.uint32(32 - BITS)
MOST = (LONGEST - SHORTEST + 1) * (MAX_CHARS + 2) + 2 * MAX_WORDS
"""No text has more features."""

Indices = npt.NDArray[np.uint32]


def features(wording: str) -> Indices:
    """Buckets of all n-grams, each once and in order; never empty."""
    letters = np.frombuffer(f" {wording[:MAX_CHARS]} ".encode("ascii", "replace"), np.uint8).astype(np.uint32)
    rolling = letters
    parts = []
    for size in range(SHORTEST, min(LONGEST, len(letters)) + 1):
        # the size is part of the hash by the number of steps
        rolling = rolling[:-1] * _STEP
        rolling ^= letters[size - 1 :]
        parts.append(rolling)
    words = wording.split(" ", MAX_WORDS)[:MAX_WORDS]
    singles = [zlib.crc32(word.encode()) for word in words]
    pairs = [(first * 31 + second) & 0xFFFFFFFF for first, second in pairwise(singles)]
    parts.append(np.array(singles + pairs, np.uint32))
    found = np.concatenate(parts)
    found *= _FACTOR
    found >>= _SHIFT
    found.sort()
    fresh = np.empty(len(found), np.bool_)
    fresh[0] = True
    np.not_equal(found[1:], found[:-1], out=fresh[1:])
    return found[fresh]


def matrix_parts(wordings: Sequence[str]) -> tuple[npt.NDArray[np.float32], Indices, npt.NDArray[np.int64]]:
    """`data, indices, indptr` of a sparse matrix, a row a wording: each row's n-grams weigh 1/√n, so that length says nothing."""
    found = [features(wording) for wording in wordings]
    counts = np.array([len(each) for each in found], np.int64)
    data = np.repeat(1 / np.sqrt(counts), counts).astype(np.float32)
    return data, np.concatenate(found), np.concatenate([[0], np.cumsum(counts)])
