"""A list of words finds what an expression of all of them would find, and takes no longer for ten thousand of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.safety.reading.expression import word_expression, words_expression
from sidecast.safety.reading.folding import fold
from sidecast.safety.word_list import WordList

pytestmark = pytest.mark.unit

LETTERS = "abnsy"
word = st.text(LETTERS, min_size=2, max_size=7)
words = st.lists(st.lists(word, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=4)
"""Letters only: of a number in a word a list wants all digits, the expression is content with the first ones."""


@st.composite
def readings(draw: st.DrawFn, of: list[str]) -> str:
    """Words of the list as people write them, among others."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        letters = list(draw(st.sampled_from(of)))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(letters) - 1))
            change = draw(st.sampled_from(["", "*", "#", letters[at] * 2, letters[at] * 3, " ", "-", "b", "s"]))
            letters[at] = change
            letters = letters or ["a"]
        parts.append("".join(letters) + draw(st.sampled_from(["", "s", "'s", "z", "es", "ies", "x", "7", "**"])))
    return draw(st.sampled_from([" ", ", ", "", "...", "1"])).join(parts)


@given(st.data(), words)
@settings(max_examples=400, deadline=None)
def test_it_finds_what_the_expression_finds(data: st.DataObject, listed: list[str]) -> None:
    reading = data.draw(readings(listed))
    folded = [reading for word in listed for reading in fold(word).readings]
    assert WordList(listed, endings=True).finds(reading) == bool(re.search(words_expression(folded), reading)), reading
    alone = "|".join(map(word_expression, folded))
    assert WordList(listed, endings=False).finds(reading) == bool(re.search(rf"(?:^|[^a-z])(?:{alone})(?:$|[^a-z])", reading))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the tenth lantern", True),
        ("the tenthlantern!", True),
        ("TENTH...LANTERNS", True),
        ("t.e.n.t.h l a n t e r n", True),
        ("ten7h lan7ern", True),
        ("tenth l*nt#rn", True),
        ("teeenth lanternnnn's", True),
        ("la*antern tenth", False),
        ("eleventh lantern", False),
        ("lanterntenth", False),
        ("tenth, my dear lantern", False),
    ],
)
def test_disguises(text: str, *, found: bool) -> None:
    words = WordList(["Tenth Lantern"], endings=True)
    assert any(words.finds(reading) for reading in fold(text).readings) is found


def test_what_is_allowed_is_taken_out_wherever_it_stands() -> None:
    assert WordList(["dick", "van dyke"], endings=False).blanked("dick dick, vandyke and dicks") == "   ,   and dicks"


def test_an_empty_list_finds_nothing() -> None:
    words = WordList([], endings=True)
    assert not words
    assert not words.finds("anything * at all")


def test_a_text_of_nothing_but_stars_is_soon_done() -> None:
    words = WordList([f"a{letter * 3}n" for letter in "bcdfghjklm"], endings=True)
    assert not words.finds(" ".join(["a*n"] * 100) + "x*" * 200)
