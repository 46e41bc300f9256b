from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.source import raid, says
from sidecast.audience.scoring import EVENT_BASE, WEIGHTS, fairness, freshness, standing_parts
from sidecast.flow.candidate import Candidate, Kind, Understanding
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, Fragment, FragmentKind, Role
from sidecast.flow.verdict import Decision, Verdict

pytestmark = pytest.mark.unit


def score(item: ChatMessage | ChannelEvent, *kinds: Kind, tokens: int = 6, sentiment: float = 0.0) -> float:
    understanding = Understanding(frozenset(kinds), sentiment, 0.0, item.text, tokens)
    return sum(standing_parts(Candidate(item, Verdict(Decision.ALLOW, item.text), understanding, 0)).values())


PLAIN = says("the bridge is over there I think")


def test_what_is_asked_of_the_host_comes_before_what_is_said_to_the_room() -> None:
    assert score(PLAIN, Kind.MENTION, Kind.QUESTION) > score(PLAIN, Kind.MENTION) > score(PLAIN, Kind.QUESTION) > score(PLAIN) > 0


@pytest.mark.parametrize("kind", sorted(EVENT_BASE))
def test_every_event_comes_before_every_plain_question(kind: EventKind) -> None:
    event = ChannelEvent(id="1", kind=kind, arrived_ns=0)
    assert score(event, tokens=0) > score(PLAIN, Kind.QUESTION)


def test_events_in_their_order() -> None:
    order = [
        EventKind.RAID,
        EventKind.GIFT,
        EventKind.SUB,
        EventKind.RESUB,
        EventKind.CHEER,
        EventKind.REDEMPTION,
        EventKind.FOLLOW,
    ]
    scores = [score(ChannelEvent(id="1", kind=kind, arrived_ns=0)) for kind in order]
    assert scores == sorted(scores, reverse=True)
    assert score(raid(1000)) > score(raid(10))


@pytest.mark.parametrize("kind", sorted(set(EventKind) - set(EVENT_BASE)))
def test_what_nobody_is_thanked_for_asks_for_no_answer_however_large(kind: EventKind) -> None:
    assert score(ChannelEvent(id="1", kind=kind, arrived_ns=0, amount=1_000_000, title="What next?"), tokens=0) == 0


def test_a_word_to_another_viewer_is_left_to_them() -> None:
    aside = replace(PLAIN, text="@mossy the bridge is there", fragments=(Fragment(FragmentKind.MENTION, "@mossy"),))
    reply = replace(PLAIN, reply_to="someone")
    assert score(aside) < 0.2
    assert score(reply) < 0.2
    assert score(reply, Kind.MENTION) > score(PLAIN, Kind.QUESTION), "a reply that names the host is for the host"


def test_roles_bits_rewards_and_newcomers_add() -> None:
    base = score(PLAIN)
    for role in Role:
        assert score(replace(PLAIN, author=replace(PLAIN.author, roles=frozenset({role})))) > base
    assert score(replace(PLAIN, bits=100)) > score(replace(PLAIN, bits=1)) > base
    assert score(replace(PLAIN, reward="Hydrate")) > base
    assert score(replace(PLAIN, first=True)) > base


def test_anger_is_not_fed() -> None:
    assert score(PLAIN, sentiment=-0.9) < score(PLAIN) < score(PLAIN, sentiment=0.9)


def test_a_short_question_asks_for_less() -> None:
    assert score(PLAIN, Kind.QUESTION, tokens=1) < score(PLAIN, Kind.QUESTION, tokens=3)


def test_freshness_and_fairness() -> None:
    assert freshness(0, 45) == 0
    assert freshness(45, 45) == pytest.approx(WEIGHTS.freshness)
    assert fairness(None) == 0
    assert fairness(0) == pytest.approx(WEIGHTS.fairness)
    assert fairness(90) == pytest.approx(WEIGHTS.fairness / 2)
    assert fairness(1e6) == pytest.approx(0, abs=1e-9)
