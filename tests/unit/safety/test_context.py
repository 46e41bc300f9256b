"""What stands around a word: made-up bad words, because what matters here is everything else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.flow.verdict import Category, Decision
from sidecast.safety.context import ABOUT_PEOPLE, MAX_WORDS, Context, Target, context_of, telling_words, weighed

pytestmark = pytest.mark.unit

BAD = "gloomwort"


def around(text: str) -> Context:
    words = text.split()
    return context_of(words, telling_words(words, lambda rest: BAD in rest))


@pytest.mark.parametrize(
    "text",
    [
        f'he said "{BAD}" to me',
        f"somebody called me a {BAD} today",
        f"'{BAD}' is in the lyrics",
        f"the word {BAD} has a long history",
    ],
)
def test_somebody_else_s_words(text: str) -> None:
    assert around(text).quoted


@pytest.mark.parametrize(
    "text",
    [f"don't say {BAD} in here", f"{BAD} is a slur, stop", f"calling people {BAD} is not ok", f"banned for saying {BAD}, good"],
)
def test_speaking_against_it(text: str) -> None:
    assert around(text).countered


@pytest.mark.parametrize(
    "text", [f"i am not a {BAD}", f"nobody here is {BAD}", f"i would never {BAD} anyone", f"she isn't a {BAD}"]
)
def test_not_so(text: str) -> None:
    assert around(text).negated


def test_a_negation_elsewhere_negates_nothing() -> None:
    assert not around(f"no i really think that all of you are {BAD}").negated
    assert not around(f"you {BAD} do not belong here").negated


@pytest.mark.parametrize("text", [f"what does {BAD} mean?", f"why do people say {BAD}?"])
def test_a_question_about_it(text: str) -> None:
    assert around(text).asked


def test_a_question_that_says_it_is_none_about_it() -> None:
    assert not around(f"are you a {BAD}").asked
    assert not around(f"what is wrong with you {BAD}").asked


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f"you are a {BAD}", Target.PERSON),
        (f"@somebody {BAD}", Target.PERSON),
        (f"all those {BAD} again", Target.GROUP),
        (f"{BAD} boss killed us", Target.THING),
        (f"i'm a {BAD} lol", Target.ONESELF),
        (BAD, Target.NOBODY),
    ],
)
def test_of_whom(text: str, target: Target) -> None:
    assert around(text).target is target


def test_reclaimed_is_said_with_pride_and_of_oneself() -> None:
    assert around(f"proud to be one of us, as a {BAD} i love this").reclaimed
    assert not around(f"you are a {BAD}, be proud").reclaimed
    assert not around(f"my neighbour hates {BAD}").reclaimed


MILDER = Context(quoted=True)
DIRECT = Context(target=Target.PERSON)


def test_what_speaks_for_it_makes_one_step_milder_and_the_gravest_stay_held() -> None:
    category = Category.RACE_RELIGION
    assert [weighed(Decision.BLOCK, category, level, MILDER) for level in (0, 1, 2, 4)] == [Decision.HOLD] * 4
    assert [weighed(Decision.HOLD, category, level, MILDER) for level in (0, 1, 2, 4)] == [
        Decision.HOLD,
        Decision.HOLD,
        Decision.ALLOW,
        Decision.ALLOW,
    ]


def test_straight_to_somebody_is_stricter() -> None:
    assert weighed(Decision.HOLD, Category.BULLYING, 2, DIRECT) is Decision.BLOCK
    assert weighed(Decision.HOLD, Category.BULLYING, 2, Context()) is Decision.HOLD


contexts = st.builds(Context, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(Target))


@given(st.sampled_from(Decision), st.sampled_from(Category), st.integers(0, 4), contexts)
def test_it_moves_one_step_at_most_and_only_where_people_are_meant(
    decision: Decision, category: Category, level: int, context: Context
) -> None:
    after = weighed(decision, category, level, context)
    if category not in ABOUT_PEOPLE or decision < Decision.HOLD:
        assert after is decision
    if level <= 1 and decision >= Decision.HOLD:
        assert after >= Decision.HOLD
    assert after is decision or (decision, after) in {
        (Decision.BLOCK, Decision.HOLD),
        (Decision.HOLD, Decision.ALLOW),
        (Decision.HOLD, Decision.BLOCK),
    }


def test_every_word_that_breaks_a_rule_alone_is_telling() -> None:
    words = f"a {BAD} is a {BAD}".split()
    assert telling_words(words, lambda rest: BAD in rest) == {1, 4}
    both = ["see", "the", "purple", "fox", "run"]
    assert telling_words(both, lambda rest: "purple" in rest and "fox" in rest) == {2, 3}
    assert telling_words(["x"] * (MAX_WORDS + 1), lambda _: True) == frozenset()


@given(st.lists(st.text("ab'\"?!. @", max_size=8), max_size=20), st.sets(st.integers(0, 19)))
def test_any_words_have_a_context(words: list[str], places: set[int]) -> None:
    telling = frozenset(at for at in places if at < len(words))
    found = context_of(words, telling)
    assert found == context_of(words, telling)
    assert telling or found == Context()


def test_contexts_differ() -> None:
    texts = [f"you {BAD}", f"i'm not {BAD}", f'"{BAD}" they said', f"{BAD} is a slur", f"what is {BAD}?"]
    assert all(around(one) != around(other) for one, other in itertools.combinations(texts, 2))
