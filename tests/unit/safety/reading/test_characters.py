"""Signs that look like letters are letters; what is upside down is read from both ends."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.evasion import STYLES, TRICKS
from sidecast.safety.reading.characters import pictured, to_ascii, turned_back
from sidecast.safety.reading.folding import MAX_READINGS, fold
from sidecast.safety.reading.leet import undrawn, unleet

pytestmark = pytest.mark.unit

READ_AT_ONCE = [
    *STYLES,
    "ransom_note",
    "flag_letters",
    "emoji_letters",
    "cyrillic",
    "accents",
    "zalgo",
    "struck_out",
    "invisible",
]
APART = ["spaces", "dots", "dashes", "underscores", "mixed_joints", "emoji_joints"]


@pytest.mark.parametrize("trick", [*READ_AT_ONCE, *APART, "leet_digits", "leet_drawn"])
@pytest.mark.parametrize("word", ["kitten", "basket", "raven"])
def test_a_disguise_that_characters_make_is_read(trick: str, word: str) -> None:
    disguised = TRICKS[trick](word, random.Random(3))
    assert any(word in reading for reading in fold(disguised).readings), (disguised, fold(disguised).readings)


def test_looks_and_sounds_differ_where_scripts_do() -> None:
    assert to_ascii("рорсогп") == ("popcorn"[:4] + "o" + "rn", "rorsogp")
    assert to_ascii("ⒷⓄⓍ") == ("box", "")


def test_pictures_are_letters_and_others_are_joints() -> None:
    assert pictured("b⭕x") == "box"
    assert pictured("b👏o👏x") == "b.o.x"
    assert pictured("plain, ünd accented") == ""


def test_upside_down_is_read_from_both_ends() -> None:
    assert "kitten" in turned_back("uǝʇʇᴉʞ")
    assert "kitten" in turned_back("ʞᴉʇʇǝu")
    assert turned_back("kitten ǝ") == ()


def test_drawn_letters() -> None:
    assert undrawn("|<i††en".replace("†", "t")) == "kitten"
    assert undrawn("plain") == ""


def test_a_one_may_be_an_i_or_an_l() -> None:
    assert unleet("k1tten") == ("kitten", "kltten")
    assert unleet("see you at 10") == ()


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_has_few_readings_in_lower_case_ascii(text: str) -> None:
    readings = fold(text).readings
    assert 1 <= len(readings) <= MAX_READINGS
    assert all(reading.isascii() and reading == reading.lower() for reading in readings)
