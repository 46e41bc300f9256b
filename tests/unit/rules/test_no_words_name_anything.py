"""Whatever viewers write or are called: no scene, source, filter, file, hotkey or line of the host ever comes of it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.drawn_rules import RULES, TRICKY
from sidecast.flow.action import Settle, ShoutOut, TimeOut, Write
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Role
from sidecast.flow.obs_act import SetText
from sidecast.rules.filling import filled, holds_viewers_words, placeholders_in
from sidecast.rules.happening import Happening, Situation
from sidecast.rules.model import Do, Rule, Speak
from sidecast.rules.telling import of_event, of_message

pytestmark = pytest.mark.unit

HOSTILE = (
    *TRICKY,
    *(
        "{scene}",
        "{who}",
        "{text.__class__}",
        "{0}",
        "}}{{",
        "%s",
        "$(reboot)",
        "../../etc/passwd",
        "\x00\n\r\x1b[2J",
        "\u202egnp.x",
    ),
    *("Game", "Be right back", "!brb Be right back", "!scene Game", "OBSBasic.StopStreaming", "a" * 5000),
)
WORDS = st.sampled_from(HOSTILE) | st.text(max_size=20)
AUTHORS = st.builds(Author, id=st.sampled_from(["1", "2"]), name=WORDS, roles=st.frozensets(st.sampled_from(Role)))
MESSAGES = st.builds(
    ChatMessage,
    id=st.just("m1"),
    author=AUTHORS,
    text=WORDS | WORDS.map("!brb ".__add__),
    arrived_ns=st.just(1),
    bits=st.sampled_from([0, 100]),
    reward=st.just("") | WORDS,
)
EVENTS = st.builds(
    ChannelEvent,
    id=st.just("e1"),
    kind=st.sampled_from(EventKind),
    arrived_ns=st.just(1),
    author=st.none() | AUTHORS,
    amount=st.integers(0, 99),
    title=WORDS,
    text=WORDS,
    about=st.just("a1"),
    reward_id=st.just("w1"),
)
MAY_DIFFER = {
    SetText: {"text"},
    Write: {"text", "reply_to"},
    ShoutOut: {"target"},
    TimeOut: {"target"},
    Settle: {"target", "title", "redemption_id", "reward_id"},
}
"""All that is filled in when a rule runs."""
SECRET = "only-the-viewer-wrote-this"  # noqa: S105 - no password
ON_AIR = Situation(obs=True, scene="Game")


def happenings(item: ChatMessage | ChannelEvent) -> list[Happening]:
    if isinstance(item, ChatMessage):
        return of_message(item, 1)
    found = of_event(item, 1)
    return [found] if found else []


@given(RULES, MESSAGES | EVENTS)
@settings(max_examples=80, deadline=None)
def test_only_two_texts_are_filled_with_words(rule: Rule, item: ChatMessage | ChannelEvent) -> None:
    for happening in happenings(item):
        for step in rule.do:
            if not isinstance(step, Do):
                continue
            act = filled(step, happening, ON_AIR)
            assert type(act) is type(step.act)
            changed = {
                field.name for field in dataclasses.fields(act) if getattr(act, field.name) != getattr(step.act, field.name)
            }
            assert changed <= MAY_DIFFER.get(type(act), set()), act
            if isinstance(act, ShoutOut | TimeOut | Settle):
                assert act.target.id == (happening.viewer.id if happening.viewer else "")
            if isinstance(step.act, SetText | Write) and not holds_viewers_words(step.act):
                nobodys = dataclasses.replace(happening, text="", title="", viewer=None)
                assert filled(step, nobodys, ON_AIR) == act


@given(RULES)
@settings(max_examples=30, deadline=None)
def test_no_line_of_the_hosts_holds_a_viewers_words(rule: Rule) -> None:
    for step in rule.do:
        if isinstance(step, Speak):
            assert placeholders_in(step.text) <= {"amount", "scene"}


@given(MESSAGES | EVENTS)
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_one_line_without_tricks_and_braces_of_viewers_stay_what_they_are(
    item: ChatMessage | ChannelEvent,
) -> None:
    step = Do(act=SetText(source="Label", text="{who}|{text}|{title}|{amount}|{scene}|{{who}}"))
    for happening in happenings(item):
        act = filled(step, happening, ON_AIR)
        assert isinstance(act, SetText)
        assert act.source == "Label"
        assert act.text.endswith("|Game|{who}")
        assert not set(act.text) & set("\n\r\x00\x1b\u202e")
        assert len(act.text) < 40 + 200 + 200 + 40


@given(MESSAGES | EVENTS)
@settings(max_examples=60, deadline=None)
def test_what_the_ledger_keeps_of_a_happening_holds_no_words(item: ChatMessage | ChannelEvent) -> None:
    if isinstance(item, ChatMessage):
        item = dataclasses.replace(item, text=f"!brb {SECRET}")
    else:
        item = dataclasses.replace(item, text=SECRET, title=SECRET)
    for happening in happenings(item):
        assert SECRET not in happening.words
