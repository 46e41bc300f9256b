"""The rules that are measured are a hundred, can be used, and are looked at to the end."""

from __future__ import annotations

import random

import pytest

from benchmarks.rules import RULES, evaluated, mixed, ticked, worst
from sidecast.rules.reading import read_rules

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", [mixed(), worst()], ids=["mixed", "worst"])
def test_a_hundred_rules_are_measured(text: str) -> None:
    rules = read_rules(text)
    assert len(rules) == RULES
    numbers = iter(range(10_000))
    assert evaluated(text, 10, random.Random(1), lambda: next(numbers)) == [1e-6] * 10
    assert len(ticked(text, 5)) == 5
