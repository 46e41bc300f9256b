"""A long text becomes messages that Twitch takes, cut where a reader would, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidecast.twitch.acting.splitting import is_link, plain, size, split

pytestmark = pytest.mark.unit

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇳🇱"
THUMB = "👍🏽"
SIGNS = (FAMILY, FLAG, THUMB, "❤️", "é", "1️⃣", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f")
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ("and", "a", "lighthouse.", "Well,", "why?", "…", "https://example.org/a-b?c=d,e", "www.example.net", *SIGNS)
    ),
    st.sampled_from(SIGNS).map(lambda sign: sign * 30),
)


def test_a_text_that_fits_is_one_message() -> None:
    assert split("hello there") == ["hello there"]
    assert split("x" * 500) == ["x" * 500]
    assert split("") == []
    assert split(" \n\t ") == []


def test_it_is_cut_after_a_sentence_before_a_phrase_before_a_word() -> None:
    assert split("One is here. Two is there, and more of it", 30) == ["One is here.", "Two is there, and more of it"]
    assert split("Two is there and, and more of it again", 24) == ["Two is there and,", "and more of it again"]
    assert split("just some words without any sign", 20) == ["just some words", "without any sign"]


def test_a_full_stop_at_the_very_beginning_does_not_waste_a_message() -> None:
    assert split("Hi. " + "word " * 10, 30)[0] == "Hi. word word word word word"


def test_points_inside_of_numbers_and_names_end_nothing() -> None:
    assert split("it costs 3.50 at no.5, the end of the street", 24)[0] == "it costs 3.50 at no.5,"


def test_a_link_stays_whole_and_one_that_is_too_long_is_refused() -> None:
    link = "https://example.org/" + "a" * 60
    assert split(f"look at this one here: {link} it is good", 82) == ["look at this one here:", link, "it is good"]
    with pytest.raises(ValueError, match="link"):
        split("https://example.org/" + "a" * 600)


@pytest.mark.parametrize("sign", SIGNS)
def test_no_sign_is_cut_in_two(sign: str) -> None:
    for longest in (40, 41, 43, 50):
        pieces = split(sign * 30, longest)
        assert "".join(pieces) == sign * 30
        assert all(len(piece) % len(sign) == 0 and piece == sign * (len(piece) // len(sign)) for piece in pieces)


def test_lines_and_what_nobody_can_see_become_one_line() -> None:
    assert plain("one\r\ntwo\x00\x01ACTION three \ud800") == "one twoACTION three"


@given(st.lists(WORDS, max_size=60), st.integers(60, 500))
@example([FAMILY * 200], 60)
@example(["a" * 499 + "👍"], 500)
def test_every_word_goes_out_in_order_and_no_message_is_too_long(words: list[str], longest: int) -> None:
    text = " ".join(words)
    pieces = split(text, longest) if not any(is_link(word) and size(word) > longest for word in plain(text).split()) else []
    assert all(0 < size(piece) <= longest for piece in pieces)
    assert all(piece == piece.strip() and "\n" not in piece for piece in pieces)
    if pieces:
        assert "".join(pieces).replace(" ", "") == plain(text).replace(" ", "")
        for piece in pieces:
            piece.encode("utf-8")
        for link in (word for word in plain(text).split() if is_link(word)):
            assert any(link in piece for piece in pieces)
