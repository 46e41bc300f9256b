"""Percentiles out of fixed buckets are close to the true ones, and add up."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from sidecast.errors import LedgerError
from sidecast.ledger.streams.buckets import BUCKETS, added, bucket_of, from_text, middle_ms, percentile, to_text

pytestmark = pytest.mark.unit


def histogram(values: list[float]) -> Counter[int]:
    return Counter(bucket_of(value) for value in values)


@pytest.mark.parametrize("q", [50, 95, 99])
def test_a_percentile_is_within_five_percent_of_the_true_one(q: int) -> None:
    chance = random.Random(q)
    values = [chance.lognormvariate(5, 0.7) for _ in range(5000)]
    true = sorted(values)[round(len(values) * q / 100) - 1]
    read = percentile(histogram(values), q)
    assert read is not None
    assert abs(read - true) / true < 0.05


def test_histograms_of_parts_make_the_percentile_of_the_whole() -> None:
    chance = random.Random(1)
    parts = [[chance.expovariate(0.01) for _ in range(200)] for _ in range(20)]
    whole = histogram([value for part in parts for value in part])
    assert added(histogram(part) for part in parts) == whole


def test_every_duration_has_a_bucket_and_lies_in_it() -> None:
    assert bucket_of(-5) == bucket_of(0) == bucket_of(0.1) == 0
    assert bucket_of(1e12) == BUCKETS - 1
    for bucket in range(BUCKETS):
        assert bucket_of(middle_ms(bucket)) == bucket


def test_nothing_measured_is_no_percentile() -> None:
    assert percentile({}, 95) is None
    assert percentile({3: 1}, 0) == percentile({3: 1}, 100)


def test_it_comes_back_from_the_disk_as_it_was() -> None:
    before = histogram([1, 5, 5, 250])
    assert from_text(to_text(before)) == before


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"1": "x"}', "null"])
def test_a_damaged_one_is_said_so(text: str) -> None:
    with pytest.raises(LedgerError, match="histogram"):
        from_text(text)
