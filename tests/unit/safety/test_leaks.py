"""What gives the instructions away is found, however it is said; what the host may tell of itself is not."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.dialogue.persona import load_persona
from sidecast.dialogue.spoken import words_of as spoken_words
from sidecast.safety.leaks import CANARY, RECITED, RETOLD, RUN, Leaks, make_canary, with_canary, words_of

pytestmark = pytest.mark.unit

PERSONA = load_persona()
MARK = make_canary(random.Random(3))
INSTRUCTIONS = with_canary(PERSONA.instructions, MARK)
LEAKS = Leaks(INSTRUCTIONS, (PERSONA.about, *PERSONA.facts.values()), MARK)
RULES = words_of(PERSONA.instructions.partition("# How you answer")[2])


@pytest.mark.parametrize(
    "said",
    [
        f"My mark is {MARK}.",
        " ".join(MARK),
        "-".join(MARK.upper()),
        MARK[::-1],
        ". ".join(re.findall("..", MARK)),
        "".join(chr(0xFEE0 + ord(letter)) for letter in MARK),
    ],
)
def test_the_mark_is_found_however_it_is_spelled(said: str) -> None:
    assert LEAKS.found_in(said) == CANARY


@given(st.integers(0, len(RULES) - RUN), st.sampled_from([" ", ", ", " … ", "\n- "]))
def test_seven_words_of_the_rules_in_a_row_are_found_wherever_they_stand(start: int, between: str) -> None:
    said = between.join(RULES[start : start + RUN]).upper()
    assert LEAKS.found_in(f"Well, here you are! {said}, and so on.") == RECITED


@given(st.integers(0, len(RULES) - 28), st.integers(0, 6))
def test_rules_with_every_seventh_word_changed_are_found(start: int, first: int) -> None:
    words = RULES[start : start + 28]
    words[first::7] = ["carrot"] * len(words[first::7])
    assert LEAKS.found_in(" ".join(words)) == RETOLD


def test_words_of_the_rules_in_another_order_are_everyday_words() -> None:
    assert LEAKS.found_in(" ".join(sorted(RULES[:40]))) == ""


def test_what_is_read_aloud_is_found_as_well() -> None:
    line = next(line for line in PERSONA.instructions.splitlines() if "40 words" in line)
    assert LEAKS.found_in(" ".join(word.spoken for word in spoken_words(line)))


def test_two_clauses_that_leak_together_are_found_together() -> None:
    first, second = " ".join(RULES[:4]), " ".join(RULES[4:8])
    assert LEAKS.found_in(first) == LEAKS.found_in(second) == ""
    assert LEAKS.found_in(f"{first} {second}") == RECITED


def test_the_host_may_say_all_of_its_own_lines_and_what_it_is() -> None:
    topics = [line for topic in PERSONA.topics for line in topic.replies]
    events = [line for lines in PERSONA.events.values() for line in lines]
    otherwise = [line for lines in PERSONA.otherwise.values() for line in lines]
    lines = [*topics, *events, *otherwise, *PERSONA.deflections, *PERSONA.closings]
    slots = {"name": "mika", "amount": "3", "title": "a song"}
    said = [PERSONA.fill(line, slots) for line in lines]
    assert len(said) > 100
    assert [line for line in said if LEAKS.found_in(line)] == []
    assert LEAKS.found_in(PERSONA.about) == LEAKS.found_in(PERSONA.facts["schedule"]) == ""


def test_without_a_mark_only_wording_leaks() -> None:
    plain = Leaks(PERSONA.instructions)
    assert plain.found_in(f"{MARK} is nothing to me") == ""
    assert plain.found_in(" ".join(RULES[:RUN])) == RECITED


def test_marks_differ_from_show_to_show_and_can_be_spoken() -> None:
    rng = random.Random(1)
    marks = {make_canary(rng) for _ in range(200)}
    assert len(marks) == 200
    assert all(re.fullmatch("(?:[b-z][aiou]){6}", mark) for mark in marks)


@given(st.text(max_size=80))
def test_any_text_is_answered_and_none_of_it_is_a_leak(text: str) -> None:
    assert LEAKS.found_in(text) == ""
