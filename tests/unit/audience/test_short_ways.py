"""The short ways through understanding lead to the very numbers of the long ones, on real chat and on made-up sentences."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES

from sidecast.audience.sentiment import Sentiment, energy, fold, read_lexicon
from sidecast.audience.understanding import SpacyUnderstander
from sidecast.chat.demo import SCRIPT
from sidecast.chat.log_reader import LogReader
from sidecast.flow.chat import ChatMessage

pytestmark = pytest.mark.unit

LOGS = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[3].parent / "shared" / "data")) / "twitch-chat-replays"
OF_EACH_LOG = 1_500
SENTIMENT = Sentiment(read_lexicon())
VADER = SENTIMENT.vader


def messages() -> Iterator[ChatMessage]:
    """The demo's, and real ones where the replays are at hand."""
    for path in (SCRIPT, *sorted(LOGS.glob("*.tsv.gz"))):
        for timed in itertools.islice(LogReader(path).items(), OF_EACH_LOG):
            if isinstance(timed.item, ChatMessage):
                yield timed.item


MESSAGES = list(messages())
TEXTS = sorted({message.text for message in MESSAGES})


def test_real_chat_is_as_warm_as_vader_says() -> None:
    read = [SENTIMENT.as_read(text) for text in TEXTS]
    assert [VADER.compound(text) for text in read] == [VADER.compound_by_library(text) for text in read]


MODIFIERS = [
    *NEGATE,
    *BOOSTER_DICT,
    *SPECIAL_CASES,
    "no",
    "so",
    "this",
    "least",
    "at",
    "but",
    "kind",
    "of",
    "or",
    "doubt",
    "mightn't've",
]
FEELINGS = [
    "good",
    "bad",
    "love",
    "hate",
    "awful",
    "ass",
    "shit",
    "heart",
    "yeah",
    "death",
    "die",
    "poggers",
    ":)",
    ":(",
    "lets_go",
]
OTHERS = ["the", "game", "and", "to", "for", "you", "40", "!", "!!!", "??", "?", "good!", "(bad)", "...", "gut", "🎉", "𝐍𝐎", "é"]


@given(st.lists(st.sampled_from(FEELINGS) | st.sampled_from(MODIFIERS) | st.sampled_from(OTHERS), max_size=9))
@settings(max_examples=1_500, deadline=None)
def test_made_up_sentences_are_as_warm_as_vader_says(words: list[str]) -> None:
    text = fold(" ".join(words))
    assert VADER.compound(text) == VADER.compound_by_library(text)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_as_warm_as_vader_says(text: str) -> None:
    assert VADER.compound(fold(text)) == VADER.compound_by_library(fold(text))


@given(st.text(max_size=40) | st.sampled_from(TEXTS))
@settings(max_examples=500, deadline=None)
def test_energy_counts_what_its_definition_says(text: str) -> None:
    letters, capitals = re.findall(r"[^\W\d_]", text), re.findall("[A-Z]", text)
    loud = len(capitals) / len(letters) if len(letters) >= 4 else 0.0
    marks, drawn = min(text.count("!"), 3) / 3, 1.0 if re.search(r"(.)\1{2,}", text) else 0.0
    assert energy(text, -0.5) == min(1.0, 0.45 * loud + 0.2 * marks + 0.15 * drawn + 0.2 * 0.5)


def test_a_batch_is_understood_as_each_of_it_alone() -> None:
    together, alone = SpacyUnderstander(["Kit"]), SpacyUnderstander(["Kit"])
    assert together.understand(MESSAGES) == [alone.understand((message,))[0] for message in MESSAGES]
