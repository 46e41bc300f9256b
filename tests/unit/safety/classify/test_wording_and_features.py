"""What the classifiers read of a text, and the n-grams that they count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.safety.classify.features import BUCKETS, MAX_WORDS, features, matrix_parts
from sidecast.safety.classify.wording import MAX_CHARS, UNDONE, wordings

pytestmark = pytest.mark.unit


def test_emoji_are_spelled_out() -> None:
    assert wordings("I ❤️ this 🐈!")[0] == "i red heart this cat !"


def test_mentions_and_links_say_nothing() -> None:
    assert wordings("@somebody look https://example.org/x?y=1 now") == ("@user look now",)


def test_what_is_disguised_is_read_undone_too() -> None:
    assert "good day" in wordings("g00d d4y")
    assert wordings("ｇｏｏｄ day")[0] == "good day"
    assert wordings("good day") == ("good day",)


@given(st.text(max_size=700))
def test_wordings_are_few_bounded_and_plain(text: str) -> None:
    found = wordings(text)
    assert 1 <= len(found) <= 1 + UNDONE
    assert all(len(each) <= MAX_CHARS and each.isascii() and each == each.lower() and "  " not in each for each in found)
    assert found == wordings(text)


def test_a_long_text_is_cut_before_it_is_read() -> None:
    assert wordings("good day " * 10_000) == wordings("good day " * 60)


@given(st.text(st.characters(codec="ascii"), max_size=600))
def test_features_are_bounded_buckets(wording: str) -> None:
    found = features(wording)
    assert 0 < len(found) <= 4 * (len(wording) + 2) + 2 * MAX_WORDS
    assert found.max() < BUCKETS
    assert np.array_equal(found, features(wording))


def test_what_is_repeated_is_read_once() -> None:
    assert wordings("Kappa Kappa Kappa KAPPA no no") == ("kappa no",)
    assert len(features("ha ha ha ha ha ha")) <= len(features("ha ha")) + 7


def test_features_count_ngrams_of_two_to_five_letters_and_words() -> None:
    # " ab ": three pairs, two triples, one of four; and the word itself
    assert len(features("ab")) == 3 + 2 + 1 + 1
    # " ab cd " has 7 letters: 6 + 5 + 4 + 3 n-grams, two words and their pair
    assert len(features("ab cd")) == 18 + 3


def test_texts_share_the_features_of_what_they_share() -> None:
    whole, part, other = (set(features(text).tolist()) for text in ("what a good day", "good day", "xyzzy"))
    assert part <= whole
    assert len(other & whole) <= 1


def test_the_order_of_letters_counts() -> None:
    assert set(features("stop").tolist()) != set(features("pots").tolist())


def test_rows_of_the_training_matrix_are_the_features_of_each_text() -> None:
    texts = ["good day", "a much longer text with more of them"]
    data, indices, starts = matrix_parts(texts)
    for row, text in enumerate(texts):
        span = slice(starts[row], starts[row + 1])
        assert np.array_equal(indices[span], features(text))
        assert np.allclose((data[span] ** 2).sum(), 1)
