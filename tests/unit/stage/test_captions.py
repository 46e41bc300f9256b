from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.clauses import cleared
from fakes.voice import LEAD_S, LETTER_S, tone
from sidecast.flow.clause import Word
from sidecast.flow.utterance import Segment
from sidecast.stage.captions import timed_words

pytestmark = pytest.mark.unit


def test_each_word_has_the_time_at_which_it_sounds() -> None:
    utterance = tone(cleared("Level 42=forty_two !"))
    words = timed_words(utterance.cleared.clause.words, utterance.segments, utterance.seconds)
    assert [w.text for w in words] == ["Level", "42", "!"]
    assert words[0].start_s == LEAD_S
    assert words[1].start_s == pytest.approx(LEAD_S + 5 * LETTER_S)
    assert words[1].end_s == pytest.approx(LEAD_S + 14 * LETTER_S)


def test_a_word_that_is_not_read_is_shown_in_the_pause_beside_it() -> None:
    words = (Word("hi", "hi"), Word("🦊", ""), Word("🎉", ""), Word("chat", "chat"), Word("💜", ""))
    segments = (Segment("ay", 0.1, 0.3, 0), Segment("pau", 0.3, 0.5), Segment("ae", 0.5, 0.8, 3))
    timed = [(w.start_s, w.end_s) for w in timed_words(words, segments, 1.0)]
    assert timed == [(0.1, 0.3), (0.3, 0.4), (0.4, 0.5), (0.5, 0.8), (0.8, 1.0)]


def test_a_clause_without_any_timing_spreads_its_words_evenly() -> None:
    words = tuple(Word(w, w) for w in ["one", "two", "three", "four"])
    assert [(w.start_s, w.end_s) for w in timed_words(words, (), 2.0)] == [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 2.0)]


@given(
    st.lists(st.sampled_from(["a", "bb", ""]), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(-1, 9), st.floats(0, 0.4)), max_size=30),
)
def test_words_never_overlap_or_leave_the_sound_whatever_the_engine_says(
    spoken: list[str], phones: list[tuple[int, float]]
) -> None:
    segments, at = [], 0.0
    for word, length in phones:
        segments.append(Segment("aa", at, at + length, word))
        at += length
    timed = timed_words([Word("w", s) for s in spoken], segments, at)
    edges = [edge for word in timed for edge in (word.start_s, word.end_s)]
    assert len(timed) == len(spoken)
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= at + 1e-4)
