"""A word in pieces over several messages is held with its last piece; chatter of short words is not."""

from __future__ import annotations

import itertools

import pytest

from sidecast.flow.chat import Author, ChatMessage
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.fragments import AUTHORS_KEPT, MOST_PIECES, WITHIN_NS, Fragments
from sidecast.safety.gate_in import GateIn
from sidecast.settings import Safety
from unit.safety.samples import words_of

pytestmark = pytest.mark.unit

SLURS = words_of(Category.RACE_RELIGION, 0, 6)
IDS = itertools.count()


def says(text: str, author: str = "a", at_s: float = 0, known: str = "") -> ChatMessage:
    return ChatMessage(
        id=known or f"m{next(IDS)}", author=Author(id=author, name="mossy"), text=text, arrived_ns=1 + int(at_s * 1e9)
    )


@pytest.mark.parametrize("slur", SLURS)
@pytest.mark.parametrize("authors", [("a",), ("a", "b", "c")])
def test_letters_in_a_row_are_held_with_the_last(slur: str, authors: tuple[str, ...]) -> None:
    gate = GateIn(Safety())
    verdicts = [gate.screen(says(letter, authors[at % len(authors)], at)) for at, letter in enumerate(slur)]
    assert [verdict.decision for verdict in verdicts[:3]] == [Decision.ALLOW] * 3
    assert verdicts[-1].decision is Decision.HOLD
    assert verdicts[-1].rule.startswith("split.race_religion")
    assert slur not in verdicts[-1].rule


def halves() -> tuple[str, str]:
    """Of a word, so that neither is one itself."""
    judge = GateIn(Safety()).judge
    cut = ((slur[:at], slur[at:]) for slur in SLURS for at in range(3, len(slur) - 1))
    return next(pair for pair in cut if all(judge(half).passes for half in pair))


def test_one_viewer_s_halves_meet_whatever_others_say_in_between() -> None:
    first, second = halves()
    gate = GateIn(Safety())
    assert gate.screen(says(first, "a", 0)).passes
    for number in range(MOST_PIECES + 2):
        assert gate.screen(says("lol", f"other{number}", 1)).passes
    assert gate.screen(says(second, "a", 2)).decision is Decision.HOLD


def test_what_is_long_ago_or_long_is_no_piece() -> None:
    first, second = halves()
    gate = GateIn(Safety())
    assert gate.screen(says(first, "a", 0)).passes
    assert gate.screen(says(second, "a", WITHIN_NS / 1e9 + 1)).passes
    assert not list(Fragments().with_latest(says("a whole sentence")))


def test_chatter_passes() -> None:
    gate = GateIn(Safety())
    for text in ["lol", "kekw", "W", "gg", "nice", "ok", "no", "way", "L", "ez", "pog", "hi", "1", "2", "3", "a", "b", "c"] * 3:
        assert gate.screen(says(text)).passes


def test_a_message_that_is_screened_again_is_one_piece() -> None:
    fragments = Fragments()
    list(fragments.with_latest(says("ab", known="x")))
    assert list(fragments.with_latest(says("ab", known="x"))) == []
    assert list(fragments.with_latest(says("cd"))) == [("ab", "cd")]


def test_few_pieces_and_authors_are_kept() -> None:
    fragments = Fragments()
    for number in range(4 * AUTHORS_KEPT):
        runs = list(fragments.with_latest(says("x", f"author{number}")))
        assert len(runs) < 2 * MOST_PIECES
    assert len(fragments._by_author) == AUTHORS_KEPT
