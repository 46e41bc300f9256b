"""The disguises are disguises, the same each time; and what is measured with them is what the name says."""

from __future__ import annotations

import random

import pytest

from benchmarks.evaded import Given, by_trick, over_clauses, telling_words
from benchmarks.evasion import TRICKS, acrostic, cut, mixed
from benchmarks.safety import interval
from sidecast.safety.gate_out import GateOut
from sidecast.settings import Safety

pytestmark = pytest.mark.unit

WORD = "kitten"


def caught(text: str) -> bool:
    return WORD in text.lower()


@pytest.mark.parametrize("name", [*TRICKS, "mixed"])
def test_a_trick_changes_a_word_and_is_the_same_each_time(name: str) -> None:
    trick = {**TRICKS, "mixed": mixed}[name]
    phrase = "purple kitten basket"
    forms = {trick(phrase, random.Random(5)) for _ in range(3)}
    assert len(forms) == 1
    assert phrase not in forms


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("fullwidth", "ｋｉｔ"),
        ("upside_down", "ʇᴉʞ"),
        ("dots", "k.i.t"),
        ("reversed", "tik"),
        ("letter_names", "kay eye tee"),
        ("radio_letters", "kilo india tango"),
        ("struck_out", "k\u0336i\u0336t\u0336"),
    ],
)
def test_what_a_trick_does(name: str, form: str) -> None:
    assert TRICKS[name]("kit", random.Random(1)) == form


def test_the_words_that_give_a_text_away_are_found_all_and_no_others() -> None:
    given = telling_words("a Kitten is no dog but a kitten!", caught)
    assert given == Given(("a", "Kitten", "is", "no", "dog", "but", "a", "kitten!"), frozenset({1, 7}))
    assert telling_words("a dog", caught) is None
    assert telling_words("kitten " * 81, caught) is None


def test_a_phrase_is_found_as_a_whole_and_disguised_as_one() -> None:
    def both(text: str) -> bool:
        return "purple" in text and "kitten" in text

    given = telling_words("see the purple kitten run", both)
    assert given is not None
    assert given.disguised(lambda run, _: f"<{run}>", random.Random(1)) == "see the <purple kitten> run"


def test_recall_counts_what_is_still_caught_and_leaves_out_what_did_not_change() -> None:
    given = [telling_words(text, caught) for text in ("one kitten", "two KITTEN here")]
    recalls = by_trick([each for each in given if each is not None], caught, seed=1)
    assert (recalls["dots"].caught, recalls["dots"].tried, recalls["dots"].missed) == (0, 2, [0, 1])
    assert recalls["joined"].tried == 0
    assert recalls["joined"].share == 0.0


def test_words_over_clauses_are_the_words() -> None:
    rng = random.Random(3)
    assert "".join(cut(WORD, rng)) == "".join(cut(WORD, rng, 3)) == WORD
    assert "".join(line[0] for line in acrostic(WORD, rng)) == WORD
    own = over_clauses([WORD], lambda: GateOut(Safety(block=(WORD,))), seed=1)
    free = over_clauses([WORD], lambda: GateOut(Safety()), seed=1)
    assert own["clauses_two"].share == 1.0
    assert {each.share for each in free.values()} == {0.0}


def test_interval_is_wilson_s() -> None:
    low, high = interval(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert interval(0, 10)[0] == pytest.approx(0)
