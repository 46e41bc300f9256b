"""Unknown words are read as what they are meant for; known words as what they are; and nothing costs much."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.safety.reading.folding import fold
from sidecast.safety.reading.guessing import Guesser
from sidecast.safety.reading.known import known
from sidecast.safety.reading.leet import skeleton
from sidecast.safety.reading.letters import named
from sidecast.safety.reading.sounds import sound

pytestmark = pytest.mark.unit

GUESSER = Guesser(["gloomwort", "baskers", "tiger"], ["hate", "people"])
"""Made-up words, and an animal: what is forbidden stands in data files only."""


def read(text: str) -> set[str]:
    folded = fold(text)
    return {guess for reading in folded.readings for guess in GUESSER.guesses(reading)}


@pytest.mark.parametrize(
    "disguised",
    [
        "gl00mw0rt",
        "g1oomwort",
        "9loomwort",
        "gloomvvort",
        "glomwort",
        "gggloooomwwwort",
        "gloo mwort",
        "gl oom wo rt",
        "trowmoolg",
        "gloomworrt",
        "gloomwrot",
        "gloomwxrt",
        "glmwrt",
        "gloomwourt",
        "g*oomw*rt",
        "gloomworts",
        "#gloomwart",
        "gee ell oh oh em double-you oh ar tee",
        "golf lima oscar oscar mike whiskey oscar romeo tango",
    ],
)
def test_a_disguised_word_is_guessed(disguised: str) -> None:
    assert any("gloomwort" in guess for guess in read(f"you are a {disguised} i say")), read(disguised)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ihatepeople", "i hate people"),
        ("elpoep etah i", "i hate people"),
        ("i hate peopel", "i hate people"),
    ],
)
def test_words_that_mean_something_together_are_guessed_in_their_order(text: str, meant: str) -> None:
    assert meant in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "a tidier room, a bigger tier, the trigger",
        "what a great game, the boss has 3 phases",
        "see you at 4, we play till 10",
        "kekw pog lol gg ez ok hmm",
        "are you sure? oh i see why",
        "where's the blocker's sword",
        "h8 it, gr8 run, b4 the boss",
    ],
)
def test_what_is_said_otherwise_is_not_guessed_at(text: str) -> None:
    assert not any(word in guess.split() for guess in read(text) for word in ("gloomwort", "baskers", "tiger")), read(text)


def test_known_words_and_their_forms() -> None:
    assert all(map(known, ["people", "streaming", "streamers", "played", "stopping", "is", "ok"]))
    assert not any(map(known, ["gloomwort", "elpoep", "regnats", "kpeople"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("phone", "fone"),
        ("quick", "kwik"),
        ("cat", "kat"),
        ("night", "nite"),
        ("hammer", "hammah"),
        ("wreck", "rek"),
        ("box", "bocks"),
    ],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("cat", "cut"), ("bat", "pat"), ("home", "ome"), ("ship", "sip"), ("bad", "bat")])
def test_words_that_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_skeletons_keep_what_tells_words_apart() -> None:
    assert skeleton("k1tt3n") == skeleton("kitten") == skeleton("k!teN".lower()) == "kiten"
    assert skeleton("lol") != skeleton("loli")
    assert skeleton("123") == "ize".replace("z", "s")


def test_only_runs_of_names_spell() -> None:
    assert named("kay eye tee") == "kit"
    assert named("see you") == ""
    assert named("alpha, bravo, charlie over") == "abc over"


def test_nothing_to_look_for_guesses_nothing() -> None:
    assert list(Guesser([]).guesses("gl00mw0rt trowmoolg")) == []


@given(st.text("abeghilmnoprtuw013 *.", max_size=600))
@settings(max_examples=200, deadline=None)
def test_any_text_is_guessed_at_in_bounds(text: str) -> None:
    for reading in fold(text).readings:
        guesses = list(GUESSER.guesses(reading))
        assert len(guesses) <= 3
        assert all(guess.isascii() and len(guess) <= 8 * len(reading) + 16 for guess in guesses)
        assert list(GUESSER.guesses(reading)) == guesses
