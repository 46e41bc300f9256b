"""Histograms whose buckets never change, so that percentiles of stages can be added up over minutes, streams and years.

Bucket *i* holds durations from 0.1 ms · 2^(i/8) on; each is 9 % wide, so a percentile that is read off the middle of its
bucket is at most 4.5 % wrong. What is shorter falls into the first bucket, what is longer than ten minutes into the last.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping

from ...errors import LedgerError

SHORTEST_MS = 0.1
PER_DOUBLING = 8
BUCKETS = 181
"""The last one begins at 0.1 ms · 2^22.5 = 594 s."""
Histogram = Mapping[int, int]
"""Bucket → how many; only those that hold something."""


def bucket_of(ms: float) -> int:
    """The bucket of a duration in milliseconds."""
    if ms <= SHORTEST_MS:
        return 0
    return min(int(math.log2(ms / SHORTEST_MS) * PER_DOUBLING), BUCKETS - 1)


def middle_ms(bucket: int) -> float:
    """The geometric middle of a bucket, in milliseconds."""
    return float(SHORTEST_MS * 2 ** ((bucket + 0.5) / PER_DOUBLING))


def percentile(histogram: Histogram, q: float) -> float | None:
    """The `q`-th percentile (0 … 100) in milliseconds, to three digits; None when nothing was measured.

    Nearest rank: the smallest bucket with at least q % of everything at or below it.
    """
    total = sum(histogram.values())
    if total == 0:
        return None
    rank = max(1, math.ceil(total * q / 100))
    below = 0
    for bucket in sorted(histogram):
        below += histogram[bucket]
        if below >= rank:
            return float(f"{middle_ms(bucket):.3g}")
    raise AssertionError("the ranks of a histogram end at its total")


def added(histograms: Iterable[Histogram]) -> Counter[int]:
    """All of them as one."""
    total: Counter[int] = Counter()
    for histogram in histograms:
        total.update(histogram)
    return total


def to_text(histogram: Histogram) -> str:
    """As it is stored: a JSON object, readable with any SQLite tool."""
    return json.dumps({str(bucket): histogram[bucket] for bucket in sorted(histogram)}, separators=(",", ":"))


def from_text(text: str) -> Counter[int]:
    """What `to_text` has made.

    Raises:
        LedgerError: it is not that; somebody else has written to the ledger.
    """
    try:
        return Counter({int(bucket): int(count) for bucket, count in json.loads(text).items()})
    except (ValueError, AttributeError, TypeError) as error:
        raise LedgerError("A histogram in the ledger is damaged.", "Restore the ledger from a backup.") from error
