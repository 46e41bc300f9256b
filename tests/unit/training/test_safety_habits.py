"""How chat writes: that it changes no label, comes out the same each time, and says nothing by itself."""

from __future__ import annotations

import pytest

from sidecast.safety.classify.wording import wordings
from training.safety.data import HATE, INJECTION, Row
from training.safety.habits import emotes_alone, rewritten

pytestmark = pytest.mark.unit

ROWS = [
    Row(f"please, don't ignore number {number}", INJECTION, float(number % 2), 1.0, "own", str(number)) for number in range(400)
]


def test_emotes_are_never_hateful_and_all_different() -> None:
    rows = list(emotes_alone(300))
    assert {(row.head, row.label) for row in rows} == {(HATE, 0.0)}
    assert len({row.text for row in rows}) > 290
    assert rows == list(emotes_alone(300))


def test_another_habit_of_writing_keeps_label_and_twin() -> None:
    rows = list(rewritten(ROWS))
    before = {row.key: row for row in ROWS}
    assert len(ROWS) * 0.1 < len(rows) < len(ROWS) * 0.3
    for row in rows:
        source = before[row.key.removesuffix("-habit")]
        assert (row.label, row.head, row.twin) == (source.label, source.head, source.twin)
        assert row.text != source.text
    assert rows == list(rewritten(ROWS))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kitoHype kitoWAVE", "kito hype kito wave"),
        ("#WhatAGame", "#whatagame"),
        ("#GreatGameTonight", "#great game tonight"),
        ("iPhone LuL OMEGALUL", "iphone lul omegalul"),
        ("wHaT iS tHiS", "what is this"),
    ],
)
def test_words_written_as_one_are_read_apart_and_random_capitals_are_not(text: str, read: str) -> None:
    assert wordings(text)[0] == read
