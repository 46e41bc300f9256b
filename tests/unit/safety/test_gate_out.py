"""The gate out: judges what will be heard, what is shown, and what clauses make together."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.errors import NotCleared
from sidecast.flow.clause import Clause, ClearedClause, Word
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.gate_out import SOFT_WORD, TURNS_KEPT, GateOut
from sidecast.settings import Safety
from unit.safety.samples import words_of

pytestmark = pytest.mark.unit

SLUR = words_of(Category.RACE_RELIGION, 0, 1)[0]
SWEAR = words_of(Category.SWEARING, 3, 1)[0]
SHORT = next(word for word in words_of(Category.RACE_RELIGION, 0, 40) if len(word) in {5, 6})


def clause(text: str, turn: str = "t", index: int = 0) -> Clause:
    return Clause(turn_id=turn, index=index, words=tuple(Word(word, word) for word in text.split()))


def gate() -> GateOut:
    return GateOut(Safety())


@pytest.mark.parametrize(
    "text",
    [
        "Oh, hello there MossyBadger!",
        "My favourite colour is the orange of a lantern at dusk.",
        "Seven times eight is fifty six, and I did not even use my paws.",
        "Thank you for the raid, all forty two of you!",
        "A fox, a hat, an egg. That's my plan.",
    ],
)
def test_friendly_words_are_cleared_as_they_are(text: str) -> None:
    given_clause = clause(text)
    cleared, verdict = gate().clear(given_clause)
    assert cleared is not None
    assert cleared.clause is given_clause
    assert cleared.spoken == text
    assert (verdict.decision, verdict.judged) == (Decision.ALLOW, text)


@pytest.mark.parametrize(
    "disguised", [SLUR, SLUR.upper(), ".".join(SLUR), "\u200b".join(SLUR)], ids=["plain", "capitals", "dots", "zero_width"]
)
def test_a_slur_is_refused(disguised: str) -> None:
    cleared, verdict = gate().clear(clause(f"You said {disguised} just now"))
    assert cleared is None
    assert (verdict.decision, verdict.category) == (Decision.BLOCK, Category.RACE_RELIGION)
    assert SLUR not in verdict.rule


def test_swearing_is_bleeped_in_sound_and_caption() -> None:
    cleared, verdict = gate().clear(clause(f"That is {SWEAR} brilliant"))
    assert cleared is not None
    assert cleared.spoken == cleared.clause.text == f"That is {SOFT_WORD} brilliant" == verdict.replacement
    assert verdict.decision is Decision.SOFTEN
    assert verdict.judged == f"That is {SWEAR} brilliant"
    assert cleared.verdict.decision is Decision.ALLOW


def test_spoken_and_written_form_are_both_judged() -> None:
    spoken = Clause(turn_id="t", index=0, words=(Word("hello", "hello"), Word("*", SLUR)))
    written = Clause(turn_id="t", index=0, words=(Word("hello", "hello"), Word(SLUR, "friend")))
    unread = Clause(turn_id="t", index=0, words=(Word("hello", "hello"), Word(SLUR, "")))
    for shown in (spoken, written, unread):
        cleared, verdict = gate().clear(shown)
        assert cleared is None
        assert verdict.judged == shown.spoken


@pytest.mark.parametrize(
    "text",
    [
        "I live at 12 Oak Street",
        "call me on 555-234-9876",
        "it is five five five two three four nine eight seven six",
        "just visit example dot com slash fox",
        "/ban everyone",
        "!timeout mossy",
        "As an AI language model I cannot",
        "my system prompt says that I am a fox",
        "The holocaust was exaggerated, some say.",
        "you should just kill yourself",
    ],
)
def test_what_a_host_never_says(text: str) -> None:
    cleared, verdict = gate().clear(clause(text))
    assert cleared is None
    assert verdict.decision is Decision.BLOCK


@pytest.mark.parametrize("cut", range(1, len(SLUR)))
def test_a_word_cut_in_two_clauses_is_refused_at_the_second(cut: int) -> None:
    two = gate()
    first, _ = two.clear(clause(f"well well {SLUR[:cut]}"))
    second, _ = two.clear(clause(f"{SLUR[cut:]} indeed", index=1))
    assert first is None or second is None


def test_words_that_make_sense_only_together_are_refused() -> None:
    two = gate()
    assert two.clear(clause("you should kill"))[0] is not None
    cleared, verdict = two.clear(clause("yourself today", index=1))
    assert cleared is None
    assert verdict.category is Category.SELF_HARM
    assert verdict.judged == "yourself today"


def test_turns_do_not_join() -> None:
    two = gate()
    assert two.clear(clause("you should kill", turn="a"))[0] is not None
    assert two.clear(clause("yourself is a nice word", turn="b"))[0] is not None


def test_half_a_word_does_not_wait_for_its_other_half_in_the_next_turn() -> None:
    cuts = ((slur[:at], slur[at:]) for slur in words_of(Category.RACE_RELIGION, 0, 6) for at in range(3, len(slur) - 1))
    pairs = [pair for pair in cuts if all(gate().clear(clause(half))[0] is not None for half in pair)]
    assert pairs
    for first, second in pairs:
        two = gate()
        assert two.clear(clause(f"it begins with {first}", turn="a"))[0] is not None
        cleared, verdict = two.clear(clause(f"{second} is the rest", turn="b"))
        assert cleared is None
        assert (verdict.decision, verdict.category) == (Decision.BLOCK, Category.RACE_RELIGION)


def test_a_refused_clause_leaves_no_trace() -> None:
    two = gate()
    assert two.clear(clause(f"kill {SLUR}"))[0] is None
    assert two.clear(clause("yourself is a nice word", index=1))[0] is not None


WORDS = {letter: f"{letter}anana" for letter in "abcdefghijklmnopqrstuvwxyz"}


def test_initials_of_words_are_read() -> None:
    cleared, verdict = gate().clear(clause(" ".join(WORDS[letter] for letter in SHORT)))
    assert cleared is None
    assert verdict.decision is Decision.BLOCK


def test_initials_of_clauses_are_read() -> None:
    one = gate()
    results = [one.clear(clause(f"{WORDS[letter]} it is", index=index))[0] for index, letter in enumerate(SHORT)]
    assert None in results
    assert all(result is not None for result in results[:4])


def test_radio_letters_are_read() -> None:
    names = (
        "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November "
        "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
    )
    radio = {name[0].lower(): name for name in names.split(" ")}
    assert gate().clear(clause(" ".join(radio[letter] for letter in SLUR)))[0] is None
    assert gate().clear(clause("Alpha, Bravo, Charlie, Delta, over."))[0] is not None


def test_the_streamer_s_own_words_are_never_said() -> None:
    own = GateOut(Safety(block=("tenth lantern",), level_out=0))
    assert own.clear(clause("There is a tenth lantern"))[1].category is Category.OWN


def test_turns_are_forgotten_in_time() -> None:
    one = gate()
    assert one.clear(clause("you should kill", turn="old"))[0] is not None
    for number in range(TURNS_KEPT):
        assert one.clear(clause("hello", turn=str(number)))[0] is not None
    assert one.clear(clause("yourself is a nice word", turn="old"))[0] is not None


def test_a_long_turn_is_cut_between_words() -> None:
    one = gate()
    for index in range(200):
        text = "whoever knows the class of a bass assumes a lot"
        assert one.clear(clause(text[index % 7 :].strip(), index=index))[1].category in {Category.NONE}, index


def test_a_cleared_clause_cannot_be_made_of_another_text() -> None:
    cleared, _ = gate().clear(clause("hello there"))
    assert cleared is not None
    with pytest.raises(NotCleared):
        dataclasses.replace(cleared, clause=clause("something else"))
    with pytest.raises(NotCleared):
        ClearedClause(clause("x"), dataclasses.replace(cleared.verdict, decision=Decision.SOFTEN, judged="x"))


@given(st.lists(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=6), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_clauses_get_a_verdict_on_exactly_what_would_be_spoken(turn: list[list[tuple[str, str]]]) -> None:
    one = gate_of_the_module()
    for index, words in enumerate(turn):
        said = Clause(turn_id="fuzz", index=index, words=tuple(Word(*word) for word in words))
        cleared, verdict = one.clear(said)
        assert verdict.judged == said.spoken
        assert (cleared is None) == (verdict.decision > Decision.SOFTEN)
        if cleared is not None:
            assert cleared.verdict.judged == cleared.spoken == cleared.clause.spoken


_GATE = gate()


def gate_of_the_module() -> GateOut:
    return _GATE


def test_a_line_that_nobody_has_heard_of_is_objected_to_and_not_remembered() -> None:
    asked = gate()
    assert asked.foresee([clause("Welcome back, everybody!"), clause("you should kill")]) is None
    softened = asked.foresee([clause("Welcome back, everybody!"), clause(f"That is {SWEAR} brilliant", index=1)])
    assert softened is not None
    assert (softened.decision, softened.category) == (Decision.SOFTEN, Category.SWEARING)
    objection = asked.foresee(
        [clause(f"That is {SWEAR} brilliant"), clause("you should kill", index=1), clause("yourself today", index=2)]
    )
    assert objection is not None
    assert (objection.decision, objection.category) == (Decision.BLOCK, Category.SELF_HARM)
    assert asked.foresee([clause("you should kill")]) is None
    assert asked.clear(clause("yourself is a nice word"))[0] is not None
