"""Which texts are nearly the same, which names are of one pattern, and what is no evidence at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.raiders import PASTA, different_names, nearly_same, patterned_names, writes
from sidecast.audience.alike import name_key, text_keys
from sidecast.flow.chat import ChatMessage
from sidecast.safety.reading.folding import fold_word

pytestmark = pytest.mark.unit


def alike(one: str, other: str) -> bool:
    return not set(text_keys(one, fold_word)).isdisjoint(text_keys(other, fold_word))


@pytest.mark.parametrize(
    "copy",
    [
        PASTA.upper(),
        f"@Kit_the_fox {PASTA}!!! 4711",
        f"{PASTA} {PASTA} {PASTA}",
        f"listen all: {PASTA}",
        PASTA.replace("again", "twice"),
        PASTA.replace("a", "\N{CYRILLIC SMALL LETTER A}").replace("e", "\N{CYRILLIC SMALL LETTER IE}"),
        PASTA.replace("lantern", "lan\u200btern"),
        "".join(chr(ord(letter) + 0x1D41A - ord("a")) if letter.isalpha() else letter for letter in PASTA),
    ],
)
def test_a_copy_is_known_in_disguise(copy: str) -> None:
    assert alike(copy, PASTA)


def test_copies_with_other_words_around_them_are_alike() -> None:
    copies = [item for _, item in nearly_same(0, different_names(40), random.Random(7)) if isinstance(item, ChatMessage)]
    assert len({copy.text for copy in copies}) == 40
    assert all(alike(copy.text, PASTA) for copy in copies)


@pytest.mark.parametrize(
    "text",
    [
        "GG",
        "gg wp everyone!!",
        "PogChamp " * 20,
        "no" * 100,
        "ha" * 200,
        "!play the lantern keeper forgot the oil",
        "",
        "🎉" * 60,
    ],
)
def test_what_many_say_at_once_without_harm_is_no_evidence(text: str) -> None:
    assert text_keys(text, fold_word) == ()


def test_different_texts_are_not_alike() -> None:
    assert not alike(PASTA, "has anybody found the second lantern near the old mill yet")


@given(st.text(max_size=2000))
def test_any_text_has_at_most_two_keys(text: str) -> None:
    assert len(text_keys(text, fold_word)) <= 2


def test_names_of_one_pattern_share_a_key_and_others_do_not() -> None:
    assert len({name_key(name) for name in patterned_names(50)}) == 1
    assert len({name_key(name) for name in different_names(100)}) > 60
    assert name_key("tulip") is name_key("a_b") is name_key("x1") is name_key("4711") is name_key("") is None


def test_a_number_tells_nothing_of_the_words() -> None:
    assert all(isinstance(key, int) for key in text_keys(writes(PASTA, "mika").text))
