"""A text and its tags → runs of text, emotes, mentions and cheers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.chat.irc.fragments import fragments
from sidecast.flow.chat import Fragment, FragmentKind

pytestmark = pytest.mark.unit

TEXT, EMOTE, MENTION, CHEER = FragmentKind.TEXT, FragmentKind.EMOTE, FragmentKind.MENTION, FragmentKind.CHEER


def test_plain_text_has_none() -> None:
    assert fragments("hello there") == ()


def test_ranges_count_code_points() -> None:
    assert fragments("😂Kappa😂 &Kappa", "25:1-5/26:9-13") == (
        Fragment(TEXT, "😂"),
        Fragment(EMOTE, "Kappa", "25"),
        Fragment(TEXT, "😂 &"),
        Fragment(EMOTE, "Kappa", "26"),
    )


def test_one_emote_twice_and_another_between() -> None:
    found = fragments("PogChamp Kappa PogChamp", "305:0-7,15-22/25:9-13")
    assert [part.id for part in found if part.kind is EMOTE] == ["305", "25", "305"]


@pytest.mark.parametrize(
    "tag",
    [
        "25:04",
        "25:4-0",
        "25:0-5",
        "25:9-10",
        "25:",
        ":0-4",
        "25",
        "/",
        "25:a-b",
        "25:0-",
        "25:-4",
        "25:²-4",
        "25:00-04",
        "25:0-99999999999",
    ],
)
def test_broken_ranges_are_ignored(tag: str) -> None:
    assert fragments("Kappa", tag) == ()


def test_of_two_that_overlap_the_first_stands() -> None:
    assert fragments("Kappa", "25:0-2/26:2-4") == (Fragment(EMOTE, "Kap", "25"), Fragment(TEXT, "pa"))


def test_who_is_answered_is_mentioned_with_their_id() -> None:
    assert fragments("@Bo hi @mika", replied_to="7") == (
        Fragment(MENTION, "@Bo", "7"),
        Fragment(TEXT, " hi "),
        Fragment(MENTION, "@mika"),
    )


def test_an_address_is_no_mention() -> None:
    assert fragments("me@example") == ()


@pytest.mark.parametrize(
    ("text", "bits", "cheers"),
    [
        ("Cheer1 a Cheer1 b", 2, ["Cheer1", "Cheer1"]),
        ("PogChamp10", 10, ["PogChamp10"]),
        ("kitCheer100 for route66", 166, ["kitCheer100", "route66"]),
        ("Cheer100 for route66", 100, []),
        ("Cheer100", 0, []),
    ],
)
def test_words_cheer_when_their_numbers_add_up(text: str, bits: int, cheers: list[str]) -> None:
    assert [part.text for part in fragments(text, bits=bits) if part.kind is CHEER] == cheers


@given(st.text(max_size=60), st.text("0123456789:,-/x²", max_size=60), st.integers(0, 99))
def test_whatever_the_tag_the_parts_give_the_text_back(text: str, tag: str, bits: int) -> None:
    parts = fragments(text, tag, bits, "9")
    assert not parts or "".join(part.text for part in parts) == text
