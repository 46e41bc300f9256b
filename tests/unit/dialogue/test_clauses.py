from __future__ import annotations

import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sidecast.dialogue.clauses import HARD_LIMIT, ClauseSplitter, Piece

pytestmark = pytest.mark.unit

GESTURES = ("wave", "nod")


def split(text: str, step: int = 0) -> list[Piece]:
    splitter = ClauseSplitter(GESTURES)
    found: list[Piece] = []
    for start in range(0, len(text), step or max(1, len(text))):
        found += splitter.feed(text[start : start + (step or len(text))])
    return found + splitter.close()


def texts(text: str) -> list[str]:
    return [piece.text for piece in split(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Hello there! How are you?", ["Hello there!", "How are you?"]),
        ("Oh. That is nice.", ["Oh. That is nice."]),
        ("It is 3.5 metres, give or take. Fine.", ["It is 3.5 metres, give or take.", "Fine."]),
        ("Ask Mr. Mossy or Dr. Fern about it. Really.", ["Ask Mr. Mossy or Dr. Fern about it.", "Really."]),
        ("Bring snacks, e.g. toast. Or soup!", ["Bring snacks, e.g. toast.", "Or soup!"]),
        ("See sidecast.example.com for it. Bye now!", ["See sidecast.example.com for it.", "Bye now!"]),
        ("We meet at 7 p.m. in the den. Come!", ["We meet at 7 p.m. in the den.", "Come!"]),
        ("J. Fox wrote that. I did not.", ["J. Fox wrote that.", "I did not."]),
        ("So did I. And you?", ["So did I.", "And you?"]),
        ("Wait... what was that?! Nice.", ["Wait... what was that?!", "Nice."]),
        ('"That is it!" said the fox. Good.', ['"That is it!"', "said the fox.", "Good."]),
        ("Look at that 👩‍🚀! Lovely 🦊🔥.", ["Look at that 👩‍🚀!", "Lovely 🦊🔥."]),
        ("one line\nand another line", ["one line", "and another line"]),
        ("That is a smile :) and a wink ;) too", ["That is a smile :) and a wink ;) too"]),
        ("well this is a longer beginning, and it goes on", ["well this is a longer beginning,", "and it goes on"]),
        ("Oh no, oh no. That hurt.", ["Oh no, oh no.", "That hurt."]),
        ("Look at No. 5 of the list. Nice.", ["Look at No. 5 of the list.", "Nice."]),
        ("We meet at 7 p.m. Come along!", ["We meet at 7 p.m.", "Come along!"]),
        ("Soup, bread, etc. and more of it. Yum yum.", ["Soup, bread, etc. and more of it.", "Yum yum."]),
        ("Soup and bread, etc. [happy] Yum yum!", ["Soup and bread, etc.", "Yum yum!"]),
        ("It took 10 min. 5 more than before.", ["It took 10 min. 5 more than before."]),
        ("It took ten min. (nod) It was long.", ["It took ten min.", "It was long."]),
        ("It ended at 7 p.m.", ["It ended at 7 p.m."]),
        ("", []),
        ("   ", []),
    ],
)
def test_where_clauses_end(text: str, clauses: list[str]) -> None:
    assert texts(text) == clauses


def test_a_clause_is_known_as_soon_as_the_space_after_it() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("Hello there!") == []
    assert [piece.text for piece in splitter.feed(" ")] == ["Hello there!"]


def test_tags_give_mood_and_gesture() -> None:
    pieces = split("[happy] (wave) Hello there! [thinking] I wonder about that. And more of it.")
    assert [(piece.mood, piece.gesture) for piece in pieces] == [("happy", "wave"), ("thinking", ""), ("thinking", "")]


def test_a_mood_in_the_middle_of_a_clause_is_for_the_next_one() -> None:
    pieces = split("That was [sad] not so good. But here we are.")
    assert [(piece.text, piece.mood) for piece in pieces] == [("That was not so good.", ""), ("But here we are.", "sad")]


@pytest.mark.parametrize("text", ["so (really) good", "a [not a tag] b", "left [open", "tail (", "[[x]", "f(x) is odd"])
def test_other_brackets_stay_text(text: str) -> None:
    assert "".join(texts(text)).replace(" ", "") == text.replace("[x]", "").replace(" ", "")


def test_length_is_bounded_even_without_spaces() -> None:
    assert all(len(clause) <= HARD_LIMIT for clause in texts("x" * 1000))
    long = "word and another word with no mark at all " * 12
    assert all(len(clause) <= HARD_LIMIT for clause in texts(long))
    assert len(texts(long)) > 3


ODDITIES = [
    *[
        "Hello",
        "there,",
        "3.5",
        "fox!",
        "Dr.",
        "e.g.",
        "[happy]",
        "(wave)",
        "(oh)",
        "no...",
        "why?",
        "a",
        "and",
        "because",
        "🦊",
        ":)",
    ],
    *["\n", "x" * 200, "http://a.b/c?d=e.", "I.", "[", "(", "]", "well;", "“quote.”"],
]
PROSE = st.lists(st.sampled_from(ODDITIES), max_size=60).map(" ".join)


@given(st.one_of(PROSE, st.text(max_size=300)))
@example("[happy](wave) Hi there everyone. [sad]")
@settings(max_examples=300, deadline=None)
def test_how_the_text_is_cut_into_pieces_makes_no_difference(text: str) -> None:
    whole = split(text)
    assert split(text, 1) == whole
    assert split(text, 7) == whole


@given(PROSE)
@settings(max_examples=300, deadline=None)
def test_no_text_is_lost_or_made_up(text: str) -> None:
    bare = re.sub(r"\[happy\]|\(wave\)", "", text)
    assert re.sub(r"\s", "", "".join(texts(text))) == re.sub(r"\s", "", bare)


WHOLE = [
    *["3.5", "1,000", "1,234.56", "10:30", "24/7", "-2.5", "$3.99", "50%", "v1.2.3", "3.5/10"],
    *[
        "Mr. Fox",
        "Dr. Fern",
        "No. 7",
        "ep. 12",
        "vol. 3",
        "e.g. soup",
        "i.e. us",
        "vs. them",
        "p.m. sharp",
        "St. Bernard",
        "J. Fox",
    ],
    *[
        "https://a.example/b,c?d=e.f!g;h",
        "http://x.y/z.",
        "www.sidecast.example.com",
        "me@example.com",
        "https://a.b/" + "c" * 200,
    ],
    *[
        ":)",
        ":D",
        ";)",
        ":,)",
        ":'(",
        "<3",
        "XD",
        "^_^;",
        "o.O",
        "T_T",
        ":-)",
        "=.=",
        "xX_Mossy_Xx",
        "Kappa",
        "PogChamp",
        "👩‍🚀",
        "🏳️‍🌈",
        "¯\\_(ツ)_/¯",
    ],
]
"""What no border may fall into."""
AROUND = [
    "so",
    "we",
    "said",
    "hello,",
    "and then",
    "it is",
    "fine;",
    "because",
    "a",
    "which was good",
    "the end.",
    "really!",
    "(oh)",
]


@given(
    st.lists(st.one_of(st.sampled_from(WHOLE), st.sampled_from(AROUND)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
@settings(max_examples=400, deadline=None)
def test_no_border_falls_into_what_belongs_together(parts: list[str], chance: random.Random) -> None:
    text = " ".join(parts)
    splitter, found, rest = ClauseSplitter(GESTURES), [], text
    while rest:
        cut = chance.choice((1, 1, 2, 3, 4, 7, 12, 40))
        found += splitter.feed(rest[:cut])
        rest = rest[cut:]
    found += splitter.close()
    assert [piece.text for piece in found] == texts(text), "how it comes makes no difference"
    borders, at = set(), 0
    for piece in found:
        at = text.index(piece.text, at) + len(piece.text)
        borders.add(at)
    start = 0
    for part in parts:
        if part in WHOLE:
            inside = set(range(start + 1, start + len(part)))
            assert not inside & borders, f"{part} was cut: {[piece.text for piece in found]}"
        start += len(part) + 1


@pytest.mark.parametrize(
    ("text", "known_at"),
    [("Well hello there, my dear friend of mine, come in", 42), ("That is it. And", 12), ("At 7 p.m. We", 11)],
)
def test_a_clause_is_known_early(text: str, known_at: int) -> None:
    splitter = ClauseSplitter()
    assert next(n for n, sign in enumerate(text, 1) if splitter.feed(sign)) == known_at
