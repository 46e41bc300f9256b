"""Accounting for what was heard: by the ledger's words, and by the marks."""

from __future__ import annotations

import pytest

from benchmarks.heard import marked_spans, not_cleared, unexplained
from benchmarks.lag import Span
from sidecast.flow.line import LedgerLine

pytestmark = pytest.mark.unit


def line(heard: str, *cleared: str) -> LedgerLine:
    return LedgerLine(
        turn_id="t-1",
        wall_ms=0,
        author_id="1",
        author_name="DarkLord99",
        text="?",
        cause="message",
        score=1.0,
        cleared=cleared,
        heard=heard,
    )


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "Welcome,",
        "Welcome, DarkLord99!",
        "Welcome, DarkLord99! All 9 whiskers say “hi”.",
        "Welcome, DarkLord99! 🦊 All 9",
    ],
)
def test_what_begins_like_the_cleared_text_is_cleared(heard: str) -> None:
    assert not_cleared(line(heard, "Welcome, dark lord ninety nine!", "All nine whiskers say hi.")) == []


@pytest.mark.parametrize(
    ("heard", "missing"),
    [
        ("Welcome, stranger!", ["stranger!"]),
        ("All 9 whiskers", ["All", "9", "whiskers"]),
        ("Welcome, DarkLord99! All 8 whiskers", ["8", "whiskers"]),
        ("Welcome, DarkLord99! All 9 whiskers say “hi”. Bye.", ["Bye."]),
    ],
)
def test_what_was_not_cleared_there_is_named(heard: str, missing: list[str]) -> None:
    assert not_cleared(line(heard, "Welcome, dark lord ninety nine!", "All nine whiskers say hi.")) == missing


def test_nothing_cleared_explains_nothing_heard() -> None:
    assert not_cleared(line("Hello")) == ["Hello"]


def test_marks_become_spans_on_the_films_time() -> None:
    trace = [
        {"mark": "audible", "utterance": 1, "at_ns": 5_000_000_000},
        {"mark": "audible", "utterance": 2, "at_ns": 7_000_000_000},
        {"mark": "finished", "utterance": 1, "at_ns": 6_000_000_000},
        {"mark": "cut", "utterance": 2, "at_ns": 7_500_000_000, "heard_frames": 8000},
        {"mark": "cut", "utterance": 3, "at_ns": 7_500_000_000, "heard_frames": 0},
    ]
    assert marked_spans(trace, -4.0) == [Span(1.0, 2.0), Span(3.0, 3.5)]


def test_sound_within_the_marks_is_explained() -> None:
    assert unexplained([Span(0.95, 2.05), Span(3.0, 3.2)], [Span(1.0, 2.0), Span(3.0, 3.5)]) == []


def test_sound_outside_of_the_marks_is_not() -> None:
    found = unexplained([Span(0.5, 2.5), Span(8.0, 8.1)], [Span(1.0, 2.0)])
    assert [(round(span.start_s, 2), round(span.end_s, 2)) for span in found] == [(0.5, 0.94), (2.06, 2.5), (8.0, 8.1)]
