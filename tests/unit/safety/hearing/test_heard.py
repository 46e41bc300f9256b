"""Sounds, how far they are apart, and what a text is heard as. With harmless words in place of forbidden ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.flow.utterance import Alphabet
from sidecast.safety.hearing import heard as module
from sidecast.safety.hearing.distance import distance, frame
from sidecast.safety.hearing.heard import KEPT, HeardBy, Reading, is_strange, token_of
from sidecast.safety.hearing.lexicon import Lexicon
from sidecast.safety.hearing.sounds import CONSONANTS, VOWELS, joined, sounds_of

pytestmark = pytest.mark.unit

FORBIDDEN = {"lantern": "læntRn", "gloom": "glum", "lanterns": "læntRnz"}
SAID = {
    "lanturn": "læntRn", "lahntern": "lantRn", "lan": "læn", "tern": "tRn", "turn": "tRn", "gluhm": "gləm", "glume": "glum",
    "the": "Də", "is": "iz", "lit": "lit", "land": "lænd", "burn": "bRn", "xan": "læn", "a": "ə", "xlan": "læn",
}  # fmt: skip

sounds = st.text(alphabet=VOWELS + CONSONANTS, max_size=10)


@pytest.fixture
def heard() -> HeardBy:
    made = HeardBy()
    for word, said in FORBIDDEN.items():
        made.lexicon.add(word, said)
    for token, said in (SAID | FORBIDDEN).items():
        made.learn(token, said)
    return made


def texts(heard: HeardBy, text: str, before: str = "") -> list[str]:
    return [reading.text for reading in heard.meant(before, text)]


# ---- sounds ---------------------------------------------------------------------------------------------------------


def test_both_alphabets_give_the_same_sounds() -> None:
    flite = sounds_of(["hh", "ax", "l", "ow", "ch", "ae", "t", "er"], Alphabet.ARPABET)
    espeak = sounds_of(["h", "ə", "l", "oʊ", "tʃ", "æ", "ɾ", "ɚ"], Alphabet.IPA)
    assert flite == espeak == "həlOCætR"


def test_what_is_no_phoneme_is_not_heard() -> None:
    assert sounds_of(["pau", "_", "7"], Alphabet.ARPABET) == sounds_of(["_", "(", "⁊"], Alphabet.IPA) == ""


def test_between_words_equal_sounds_are_one() -> None:
    assert joined(["big", "gəm"]) == "bigəm"


# ---- distance ---------------------------------------------------------------------------------------------------------


@given(sounds, sounds)
def test_a_distance_is_symmetric_and_nothing_only_between_equals(one: str, other: str) -> None:
    apart = distance(one, other, math.inf)
    assert apart == pytest.approx(distance(other, one, math.inf))
    assert (apart == 0) is (one == other)


@given(sounds, sounds, sounds)
def test_no_way_round_is_shorter(one: str, over: str, other: str) -> None:
    assert distance(one, other, math.inf) <= distance(one, over, math.inf) + distance(over, other, math.inf) + 1e-9


@given(sounds, sounds)
def test_what_is_nearer_than_one_sound_has_the_same_frame(one: str, other: str) -> None:
    """Else the lexicon would not find it."""
    if distance(one, other, 0.99) < 1:
        assert frame(one) == frame(other)


@given(sounds, sounds, st.floats(0, 5))
def test_the_limit_changes_no_distance_within_it(one: str, other: str, most: float) -> None:
    whole = distance(one, other, math.inf)
    assert distance(one, other, most) == (whole if whole <= most else math.inf)


def test_alike_sounds_are_nearer_than_others() -> None:
    vowel, voiced, other = (distance("bed", word, 9) for word in ("bid", "bet", "bek"))
    assert vowel < voiced < other == 1


# ---- the lexicon ------------------------------------------------------------------------------------------------------


def test_a_long_word_is_found_near_by_and_a_short_one_only_when_it_is_said_the_same() -> None:
    lexicon = Lexicon()
    lexicon.add("lantern", "læntRn")
    lexicon.add("gloom", "glum")
    assert lexicon.near("læntRn") == lexicon.near("lentRn") == lexicon.same("læntRn") == ("lantern",)
    assert lexicon.same("lentRn") == lexicon.near("lantRm") == lexicon.near("glUm") == ()


def test_a_word_that_a_voice_does_not_say_is_known_and_never_found() -> None:
    lexicon = Lexicon()
    lexicon.add("gloom", "")
    assert "gloom" in lexicon
    assert lexicon.near("") == lexicon.same("") == ()


def test_a_lexicon_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecast.safety.hearing.lexicon.MOST_WORDS", 2)
    lexicon = Lexicon()
    for word in ("one", "two", "three"):
        lexicon.add(word, word)
    assert len(lexicon) == 2


# ---- what a text is heard as --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["the lanturn is lit", "the lahntern is lit", "the Lanturn, is lit!"])
def test_an_unknown_word_is_heard_as_the_forbidden_one(heard: HeardBy, text: str) -> None:
    assert "the lantern is lit" in texts(heard, text)


def test_a_word_that_people_write_is_what_it_says() -> None:
    made = HeardBy()
    made.lexicon.add("turrn", "tRn")
    for word in ("turn", "terrn"):
        made.learn(word, "tRn")
    assert texts(made, "turn") == []
    assert texts(made, "terrn") == ["turrn"]


def test_two_harmless_words_are_heard_as_one_and_marked_as_whole(heard: HeardBy) -> None:
    assert next(heard.meant("", "the lan turn is lit")) == Reading("the lantern is lit", whole=not is_strange("lan"))
    heard.learn("land", "læn")
    assert list(heard.meant("", "land turn")) == [Reading("lantern", whole=True)]


def test_words_that_are_nearly_said_like_one_count_only_with_an_unknown_one_among_them(heard: HeardBy) -> None:
    heard.learn("land", "len")
    heard.learn("lehnd", "len")
    assert texts(heard, "land turn") == []
    assert texts(heard, "lehnd turn") == ["lantern"]


def test_the_beginning_may_have_been_said_before(heard: HeardBy) -> None:
    assert "the lantern is lit" in texts(heard, "turn is lit", before="the xlan")
    assert texts(heard, "the land", before="the xlan turn") == []


def test_a_forbidden_word_itself_and_a_spared_one_are_left_to_the_rules(heard: HeardBy) -> None:
    assert texts(heard, "the lantern is lit") == []
    assert list(heard.meant("", "the lanturn", lambda word: word == "lanturn")) == []


def test_words_of_which_nothing_is_known_are_heard_as_nothing(heard: HeardBy) -> None:
    assert texts(heard, "zzorp lann turrn") == []
    assert texts(HeardBy(), "lanturn") == []


def test_only_so_many_readings_of_a_long_text(heard: HeardBy) -> None:
    assert len(texts(heard, "lanturn glume " * 50)) <= 1 + module.MOST_MATCHES * module.MOST_WORDS


def test_only_the_words_that_were_needed_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    made = HeardBy()
    for token in ("one", "two", "three"):
        made.learn(token, token)
    assert made.sounds("one") == "one"
    made.learn("four", "four")
    assert "one" in made
    assert "two" not in made
    assert len(made) == 3 < KEPT


@pytest.mark.parametrize(("piece", "token"), [("Hello,", "hello"), ("(NASA)", "NASA"), ("it's", "it's"), ("…", ""), ("I", "i")])
def test_a_token_is_what_an_engine_is_asked_for(piece: str, token: str) -> None:
    assert token_of(piece) == token


@pytest.mark.parametrize(
    ("token", "strange"),
    [
        ("lantern", False),
        ("lantern's", False),
        ("lanturn", True),
        ("42", False),
        ("l4ntern", True),
        ("don't", False),
        ("Ω", True),
    ],
)
def test_words_that_people_write_are_not_strange(token: str, strange: bool) -> None:
    assert is_strange(token) is strange
