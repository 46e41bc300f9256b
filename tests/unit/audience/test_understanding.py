from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.source import says
from sidecast.audience.understanding import MAX_TEXT, SpacyUnderstander
from sidecast.flow.candidate import Kind, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Fragment, FragmentKind

pytestmark = pytest.mark.unit

KIT = SpacyUnderstander(["Kit", "little fox"])
Q, M, G, C, R = Kind.QUESTION, Kind.MENTION, Kind.GREETING, Kind.COMMAND, Kind.REACTION


def of(text: str) -> Understanding:
    return KIT.understand([says(text)])[0]


@pytest.mark.parametrize(
    ("text", "kinds", "subject"),
    [
        ("hi kit what game is this?", {Q, M, G}, "what game is this?"),
        ("@Kit can you sing", {M, Q}, "can you sing"),
        ("KIIIIT hello", {M, G, R}, ""),
        ("kit", {M, R}, ""),
        ("kit's hoodie is great", {M}, "hoodie is great"),
        ("what do you think, little fox", {Q, M}, "what do you think"),
        ("a little dog and a fox", set(), "a little dog and a fox"),
        ("how do you open that door", {Q}, "how do you open that door"),
        ("is this the last level", {Q}, "is this the last level"),
        ("why?", {Q}, "why?"),
        ("what a play", set(), "what a play"),
        ("how dare you", set(), "how dare you"),
        ("when you lose everything", set(), "when you lose everything"),
        ("do it again", set(), "do it again"),
        ("look at https://example.com/?q=kit", set(), "look at https://example.com/?q=kit"),
        ("good morning everyone", {G}, "everyone"),
        ("heyyyyy", {G, R}, ""),
        ("!uptime", {C}, ""),
        ("!!!", {R}, ""),
        ("LUL LUL", {R}, ""),
        ("hahahaha", {R}, "hahahaha"),
        ("AAAAAAA", {R}, "AAAAAAA"),
        ("gg wp", {R}, "gg wp"),
        ("🔥🔥🔥", {R}, "🔥🔥🔥"),
        ("???", {R}, "???"),
        ("KEKW that jump", set(), "that jump"),
        ("the toolkit is fine", set(), "the toolkit is fine"),
        ("", {R}, ""),
    ],
)
def test_kinds_and_subject(text: str, kinds: set[Kind], subject: str) -> None:
    understood = of(text)
    assert understood.kinds == kinds
    assert understood.subject == subject


def test_emotes_that_the_platform_marks_are_no_words() -> None:
    parts = (Fragment(FragmentKind.EMOTE, "mossyBread", "77"), Fragment(FragmentKind.TEXT, " yes"))
    message = ChatMessage(id="1", author=Author(id="a", name="a"), text="mossyBread yes", arrived_ns=0, fragments=parts)
    assert KIT.understand([message])[0].kinds == {R}
    assert of("mossyBread yes").kinds == set()


def test_events_are_understood_by_their_text() -> None:
    event = ChannelEvent(id="1", kind=EventKind.RESUB, arrived_ns=0, text="kit how are you?")
    assert KIT.understand([event])[0].kinds == {Q, M}


def test_a_batch_says_the_same_as_one_by_one() -> None:
    texts = ["hi kit", "LETS GOOO", "what game is this", "!skip", "", "gg", "so nice here <3", "why is that?"]
    assert KIT.understand([says(text) for text in texts]) == [of(text) for text in texts]


def test_a_megabyte_is_read_only_at_its_beginning() -> None:
    assert len(of("kit what " + "word " * 250_000).subject) <= MAX_TEXT
    assert C in of("!" + "x" * 1_000_000).kinds


def test_what_is_learnt_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecast.audience.understanding.MAX_WORDS", 2_000)
    fresh = SpacyUnderstander(["Kit"])
    for start in range(0, 6_000, 100):
        fresh.understand([says(f"word{number}q") for number in range(start, start + 100)])
    assert len(fresh._nlp.vocab.strings) < 3_000


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_understood(text: str) -> None:
    understood = of(text)
    assert -1 <= understood.sentiment <= 1
    assert 0 <= understood.energy <= 1
    assert understood.tokens >= 0
