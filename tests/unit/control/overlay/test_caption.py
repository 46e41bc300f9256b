"""A caption's words, and when they were heard: by marks alone, bounded, whole utterances at a time."""

from __future__ import annotations

import pytest

from sidecast.control.overlay.caption import MAX_WORDS, Said
from sidecast.flow.cue import Caption, TimedWord

pytestmark = pytest.mark.unit


def caption(utterance: int, text: str, *, more: bool = False, turn: str = "t1", silence_s: float = 0.0) -> Caption:
    words = tuple(TimedWord(word, silence_s + at * 0.5, silence_s + (at + 1) * 0.5) for at, word in enumerate(text.split()))
    return Caption(utterance=utterance, turn_id=turn, words=words, more=more)


def test_nothing_has_begun_until_a_mark_says_so() -> None:
    said = Said("t1")
    assert said.add(caption(7, "hello there"))
    (part,) = said.view()["parts"]
    assert part == {"n": 7, "words": [["hello", 0.0, 0.5], ["there", 0.5, 1.0]], "began_ms": None, "cut_ms": None}
    assert said.began(7, 10_000)
    assert said.parts[0].began_ms == 10_000
    assert not said.began(7, 10_500), "the first mark counts"
    assert not said.began(8, 10_500)


def test_the_silence_before_the_first_word_is_taken_off() -> None:
    said = Said("t1")
    said.add(caption(7, "hello", silence_s=0.2))
    said.began(7, 10_000)
    assert said.parts[0].began_ms == 9_800


def test_what_goes_on_is_added_and_what_does_not_takes_its_place() -> None:
    said = Said("t1")
    said.add(caption(1, "one"))
    said.add(caption(2, "two", more=True))
    assert [part.utterance for part in said.parts] == [1, 2]
    said.add(caption(3, "three"))
    assert [part.utterance for part in said.parts] == [3]


def test_words_of_another_turn_and_no_words_are_nothing_new() -> None:
    said = Said("t1")
    assert not said.add(caption(1, "late words", turn="t0"))
    assert not said.add(caption(1, ""))
    assert not said.add(caption(1, "\u200b \u202e"))
    assert said.parts == ()


def test_a_cut_says_when() -> None:
    said = Said("t1")
    said.add(caption(1, "never to be ended"))
    said.began(1, 1000)
    assert said.cut(1, 1700)
    assert not said.cut(1, 1900)
    assert said.view()["parts"][0]["cut_ms"] == 1700


def test_a_speech_without_end_is_bounded_and_loses_its_beginning() -> None:
    said = Said("t1")
    for number in range(1, 20):
        said.add(caption(number, " ".join(["word"] * 60), more=True))
    assert sum(len(part.words) for part in said.parts) <= MAX_WORDS
    assert said.parts[-1].utterance == 19
    said.add(caption(20, " ".join(["word"] * 5000), more=True))
    assert sum(len(part.words) for part in said.parts) == MAX_WORDS
