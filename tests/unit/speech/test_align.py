from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.flow.clause import Word
from sidecast.speech.align import words_of

pytestmark = pytest.mark.unit

LEVEL = (Word("Level", "level"), Word("🦊", ""), Word("42!", "forty two!"), Word("gg", "gee gee"))
"""Spoken: `level forty two! gee gee`."""


def test_several_tokens_of_one_word_stay_that_word_and_unread_words_get_none() -> None:
    positions = [0, 0, -1, 6, 6, 12, 12, 17, 21]
    silent = [False, False, True, *[False] * 6]
    assert words_of(positions, silent, LEVEL) == [0, 0, -1, 2, 2, 2, 2, 3, 3]


def test_phonemes_without_a_position_are_dealt_out_between_their_neighbours() -> None:
    positions = [0, -1, -1, -1, -1, 17]
    assert words_of(positions, [False] * 6, LEVEL) == [0, 2, 2, 2, 2, 3]


def test_without_any_position_words_get_phonemes_by_their_letters() -> None:
    words = (Word("a", "a"), Word("banana", "banana"), Word("bc", "bc"))
    assert words_of([-1] * 9, [False] * 9, words) == [0, 1, 1, 1, 1, 1, 1, 2, 2]


def test_a_run_with_no_word_left_between_its_neighbours_joins_the_one_before() -> None:
    words = (Word("one", "one"), Word("two", "two"))
    assert words_of([0, -1, 4], [False] * 3, words) == [0, 0, 1]
    assert words_of([-1, 0, 4], [False] * 3, words) == [0, 0, 1]


def test_words_that_the_engine_speaks_as_one_share_its_phonemes() -> None:
    words = tuple(Word(w, w) for w in ("wait", "for", "the", "&", "raid"))
    positions = [0, 0, 0, 5, 5, 5, 5, 15, 15]
    assert words_of(positions, [False] * 9, words) == [0, 0, 0, 1, 1, 2, 2, 4, 4]


@given(
    st.lists(st.text("ab ", max_size=6).map(str.strip), max_size=8),
    st.lists(st.tuples(st.integers(-1, 60), st.booleans()), max_size=40),
)
def test_whatever_an_engine_says_words_exist_are_read_and_never_go_back(
    spoken: list[str], phones: list[tuple[int, bool]]
) -> None:
    words = [Word("w", s) for s in spoken]
    found = words_of([p for p, _ in phones], [s for _, s in phones], words)
    assert len(found) == len(phones)
    owners = [w for w in found if w >= 0]
    assert owners == sorted(owners)
    assert all(words[w].spoken for w in owners)
    if any(spoken):
        assert [w < 0 for w in found] == [silent for _, silent in phones]
