from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.dialogue.spoken import LONGEST_SPOKEN, words_of
from sidecast.dialogue.spoken_names import name_aloud

pytestmark = pytest.mark.unit

SAFE = re.compile(r"(?:[A-Za-z' ,]*[A-Za-z'][.,!?]?)?")


def spoken(text: str) -> str:
    return " ".join(word.spoken for word in words_of(text) if word.spoken)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("42", "forty two"),
        ("1,234 viewers", "one thousand two hundred and thirty four viewers"),
        ("3.14", "three point one four"),
        ("-5", "minus five"),
        ("007", "zero zero seven"),
        ("in 1995 and 2024,", "in nineteen ninety five and twenty twenty four,"),
        ("2000 people", "two thousand people"),
        ("the 90s", "the nineties"),
        ("1st, 22nd", "first, twenty second"),
        ("at 12:30.", "at twelve thirty."),
        ("7pm", "seven P M"),
        ("7:05 am", "seven oh five am"),
        ("$5", "five dollars"),
        ("$1", "one dollar"),
        ("€3.50", "three euros fifty cents"),
        ("$2m", "two million dollars"),
        ("50%", "fifty percent"),
        ("60fps", "sixty frames per second"),
        ("1h", "one hour"),
        ("1080p", "ten eighty pee"),
        ("10/10", "ten out of ten"),
        ("24/7", "twenty four seven"),
        ("3-1", "three to one"),
        ("#1", "number one"),
        ("x2", "times two"),
        ("v1.2.3", "one point two point three"),
        ("gg lol brb pls", "gee gee lol be right back please"),
        ("idk tbh", "I don't know to be honest"),
        ("NPC FPS AI", "N P C F P S ay I"),
        ("OK", "okay"),
        ("LETS GOOOO", "lets go"),
        ("sooooo good", "so good"),
        ("co-op", "co op"),
        ("w/ me & you", "with me and you"),
        ("hello,world", "hello, world"),
        ("naïve café", "naive cafe"),
        ("don’t", "don't"),
        ("twitch.tv/kit", "twitch dot tv"),
        ("https://example.org/a?b=c", "example dot org"),
        ("ftp://some.where/else", "a link"),
        ("@DarkLord99", "dark lord ninety nine"),
        ("nice🔥 🔥 :) <3 KEKW", "nice"),
        ("“Fine”, (really)!", "Fine, really!"),
        ("what?!", "what?"),
        ("no way!!!", "no way!"),
        ("well… maybe...", "well, maybe,"),
        ("*bold* _it_ ~no~", "bold it no"),
        ("— … ???", ""),
    ],
)
def test_read_aloud(written: str, read: str) -> None:
    assert spoken(written) == read


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("mossy", "mossy"),
        ("xX_DarkLord99_Xx", "dark lord ninety nine"),
        ("xX_dark_Xx", "dark"),
        ("n00bmaster69", "noobmaster sixty nine"),
        ("TTV_Bob", "bob"),
        ("PixelPirate_TV", "pixel pirate"),
        ("mr_beans2003", "mister beans two thousand and three"),
        ("user123456789", "user"),
        ("OBS_Fan", "O B S fan"),
        ("kit_cat_7", "kit cat seven"),
        ("BobTheBuilder", "bob the builder"),
        ("xenax", "xenax"),
        ("agent007", "agent zero zero seven"),
        ("Łukasz", "lukasz"),
        ("___", ""),
        ("日本", "ri ben"),
    ],
)
def test_names(name: str, read: str) -> None:
    assert name_aloud(name) == read


def test_a_viewers_name_is_read_as_told_and_shown_as_written() -> None:
    words = words_of("Hey xX_dark_Xx! It is xX_dark_Xx's turn.", {"xX_dark_Xx": "dark"})
    assert [word.spoken for word in words] == ["Hey", "dark!", "It", "is", "dark's", "turn."]
    assert words[1].written == "xX_dark_Xx!"


def test_emoji_are_shown_not_read() -> None:
    words = words_of("So nice 🦊 👩‍🚀 ❤️")
    assert [word.written for word in words] == ["So", "nice", "🦊", "👩‍🚀", "❤️"]
    assert [word.spoken for word in words[2:]] == ["", "", ""]


@given(st.text(max_size=120))
@settings(max_examples=400, deadline=None)
def test_what_an_engine_gets_is_always_safe(text: str) -> None:
    words = words_of(text)
    assert [word.written for word in words] == text.split()
    for word in words:
        assert SAFE.fullmatch(word.spoken), word
        assert len(word.spoken) <= LONGEST_SPOKEN + 1


@given(st.from_regex(r"[-+#xv$€£]?[0-9][0-9.,:/%-]{0,14}(st|th|k|p|ms|am|%|s)?", fullmatch=True))
@settings(max_examples=400, deadline=None)
def test_whatever_looks_like_a_number_is_read_somehow(text: str) -> None:
    assert spoken(text)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_name_is_read_in_letters(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z ]*", name_aloud(name))
