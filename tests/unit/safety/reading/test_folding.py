"""Disguises fold to the word that a person sees; whatever the text, folding ends, is bounded and does not raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.safety.reading.folding import MAX_FOLDED, fold

pytestmark = pytest.mark.unit

DISGUISES = [
    "kitten",
    "KiTTeN",
    "ｋｉｔｔｅｎ",
    "𝓴𝓲𝓽𝓽𝓮𝓷",
    "𝕜𝕚𝕥𝕥𝕖𝕟",
    "🅺🅸🆃🆃🅴🅽",
    "ⓚⓘⓣⓣⓔⓝ",
    "kíttëñ",
    "k̶i̶t̶t̶e̶n̶",
    "ki\u200btt\u200den",
    "ki\u00adtten",
    "kіttеn",
    "κιttεη",
    "k1tt3n",
    "ki77en",
    "k!tt3n",
    "k.i.t.t.e.n",
    "k i t t e n",
    "k-i-t-t-e-n",
    "k_i t.t_e n",
    "kit.ten",
    "k 1 t t 3 n",
    "ｋ．ｉ．ｔ．ｔ．ｅ．ｎ",
]


@pytest.mark.parametrize("text", DISGUISES)
def test_a_disguised_word_is_among_the_readings(text: str) -> None:
    assert any("kitten" in reading for reading in fold(text).readings), fold(text)


@pytest.mark.parametrize("text", ["nettik backwards", "say nettik in reverse", "\u202enettik"])
def test_a_reversed_word_is_read_where_the_text_says_so(text: str) -> None:
    assert any("kitten" in reading for reading in fold(text).readings)


@pytest.mark.parametrize(
    "text",
    ["hello there, how are you?", "that's so cool!!", "i am a fox", "see you at 10", "@somebody hi", "!hush", "10/10"],
)
def test_plain_chat_has_one_reading(text: str) -> None:
    assert fold(text).readings == (text.lower(),)


def test_the_surface_keeps_digits_and_punctuation() -> None:
    assert fold("Call １２３-４５６").surface == "call 123-456"


@given(st.text(max_size=700))
@settings(max_examples=400, deadline=None)
def test_any_text_folds_to_bounded_ascii_and_stays_folded(text: str) -> None:
    folded = fold(text)
    assert 1 <= len(folded.readings) <= 10
    for reading in (*folded.readings, folded.surface):
        assert reading.isascii()
        assert reading == reading.lower()
    again = fold(folded.readings[0])
    assert again.readings[0] == folded.readings[0]


@given(st.text(alphabet="a1!@.* \u0336\u202e5s|", max_size=500))
def test_awkward_alphabets_fold_too(text: str) -> None:
    folded = fold(text)
    assert fold(folded.readings[0]).readings[0] == folded.readings[0]


def test_an_endless_text_is_cut() -> None:
    assert max(map(len, fold("ab1 " * 100_000).readings)) <= MAX_FOLDED
