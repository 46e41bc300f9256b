from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.source import deletes, says, times_out
from sidecast.audience.repeats import REMEMBERED, Repeats, same_text
from sidecast.audience.waiting import Audience, Settled
from sidecast.flow.candidate import Candidate, Kind, Reason, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.settings import Audience as AudienceSettings

pytestmark = pytest.mark.unit

S = 1_000_000_000
PLAIN: frozenset[Kind] = frozenset()


def candidate(
    item: ChatMessage | ChannelEvent, kinds: frozenset[Kind] = PLAIN, at_s: float = 0.0, decision: Decision = Decision.ALLOW
) -> Candidate:
    item = replace(item, arrived_ns=round(at_s * S))
    return Candidate(
        item, Verdict(decision, item.text, Category.NONE), Understanding(kinds, 0.0, 0.0, item.text, 6), item.arrived_ns
    )


def asks(text: str, who: str = "mika", at_s: float = 0.0) -> Candidate:
    return candidate(says(text, who), frozenset({Kind.QUESTION}), at_s)


def event(kind: EventKind, number: int = 0, at_s: float = 0.0) -> Candidate:
    return candidate(ChannelEvent(id=f"{kind}{number}", kind=kind, arrived_ns=0, author=Author(id="id-x", name="x")), at_s=at_s)


def reasons(settled: Settled) -> list[Reason]:
    return [reason for _, reason in settled]


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        (candidate(says("x"), decision=Decision.BLOCK), Reason.BLOCKED),
        (candidate(says("x"), decision=Decision.HOLD), Reason.HELD),
        (candidate(says("!uptime"), frozenset({Kind.COMMAND})), Reason.COMMAND),
        (candidate(says("LUL"), frozenset({Kind.REACTION})), Reason.REACTION),
        (event(EventKind.POLL), Reason.INFORMATION),
        (event(EventKind.UNKNOWN), Reason.INFORMATION),
    ],
)
def test_settled_at_once(offered: Candidate, reason: Reason) -> None:
    audience = Audience(AudienceSettings())
    assert audience.offer(offered) == [(offered, reason)]
    assert not audience.waiting()


@pytest.mark.parametrize("also", [Kind.MENTION, Kind.GREETING, Kind.QUESTION])
def test_a_reaction_with_something_to_answer_waits(also: Kind) -> None:
    assert Audience(AudienceSettings()).offer(candidate(says("hi kit lol"), frozenset({Kind.REACTION, also}))) == []


def test_paid_reactions_wait() -> None:
    assert Audience(AudienceSettings()).offer(candidate(replace(says("LUL"), bits=100), frozenset({Kind.REACTION}))) == []


def test_the_same_question_of_many_is_one_question() -> None:
    audience = Audience(AudienceSettings())
    assert audience.offer(asks("what game is this?", "a")) == []
    assert reasons(audience.offer(asks("What GAME is this???", "b", 5))) == [Reason.REPEATED]
    assert audience.offer(asks("what game is this", "c", 25)) == []


def test_two_viewers_may_say_the_same_hello() -> None:
    audience = Audience(AudienceSettings())
    hello = frozenset({Kind.GREETING})
    assert audience.offer(candidate(says("hello", "a"), hello)) == []
    assert audience.offer(candidate(says("hello", "b"), hello)) == []
    assert reasons(audience.offer(candidate(says("hello", "a"), hello, 1))) == [Reason.REPEATED]


def test_an_author_has_one_message_waiting_and_it_is_their_best() -> None:
    audience = Audience(AudienceSettings())
    first, better, worse = candidate(says("some remark")), asks("and a question?"), candidate(says("one more remark"))
    assert audience.offer(first) == []
    assert audience.offer(better) == [(first, Reason.AUTHOR_LIMIT)]
    assert audience.offer(worse) == [(worse, Reason.AUTHOR_LIMIT)]
    assert [each.item for each in audience.waiting()] == [better.item]


def test_the_lowest_makes_room() -> None:
    audience = Audience(AudienceSettings(waiting_limit=4))
    remarks = [candidate(says(f"remark {number}", f"v{number}")) for number in range(4)]
    assert all(audience.offer(each) == [] for each in remarks)
    assert reasons(audience.offer(asks("a question?", "asker"))) == [Reason.CROWDED_OUT]
    assert len(audience) == 4
    ((crowded, reason),) = audience.offer(candidate(says("late remark", "late")))
    assert reason is Reason.CROWDED_OUT
    assert crowded.understanding.kinds == PLAIN


def test_the_best_is_chosen_and_leaves() -> None:
    audience = Audience(AudienceSettings())
    for each in (candidate(says("a remark", "a")), asks("a question?", "b"), event(EventKind.RAID)):
        assert audience.offer(each) == []
    kinds = [audience.choose(0), audience.choose(0), audience.choose(0)]
    assert isinstance(kinds[0] and kinds[0].item, ChannelEvent)
    assert [each.item.text for each in kinds[1:] if each] == ["a question?", "a remark"]
    assert audience.choose(0) is None


def test_a_chosen_one_carries_its_score_as_the_sum_of_its_parts() -> None:
    audience = Audience(AudienceSettings())
    audience.answered("id-mika", 0)
    audience.offer(asks("what is that?"))
    chosen = audience.choose(10 * S)
    assert chosen is not None
    assert chosen.score == pytest.approx(sum(chosen.parts.values()))
    assert chosen.parts["freshness"] < 0
    assert chosen.parts["fairness"] < 0


def test_who_was_answered_comes_later_for_a_while() -> None:
    audience = Audience(AudienceSettings())
    audience.answered("id-a", 0)
    audience.offer(asks("mine again?", "a"))
    audience.offer(asks("and mine?", "b"))
    first = audience.choose(1 * S)
    assert first is not None
    assert first.item.author is not None
    assert first.item.author.id == "id-b"


def test_the_only_one_who_speaks_is_answered_again() -> None:
    audience = Audience(AudienceSettings())
    audience.answered("id-mika", 0)
    audience.offer(asks("and another question?"))
    assert audience.choose(1 * S) is not None


def test_below_the_threshold_it_waits_and_grows_stale() -> None:
    audience = Audience(AudienceSettings(threshold=1.0, answer_within_s=10))
    offered = asks("a question?")
    audience.offer(offered)
    assert audience.choose(0) is None
    assert audience.expire(9 * S) == []
    assert audience.expire(10 * S) == [(offered, Reason.STALE)]
    assert audience.expire(20 * S) == []


def test_what_is_stale_is_not_chosen_even_before_it_is_expired() -> None:
    audience = Audience(AudienceSettings(answer_within_s=10))
    audience.offer(asks("a question?"))
    assert audience.choose(11 * S) is None
    assert reasons(audience.expire(11 * S)) == [Reason.STALE]


def test_removals_take_out_what_they_hit() -> None:
    audience = Audience(AudienceSettings())
    a, b, c = asks("one?", "a"), asks("two?", "b"), asks("three?", "c")
    for each in (a, b, c):
        audience.offer(each)
    assert isinstance(a.item, ChatMessage)
    assert audience.remove(deletes(a.item)) == [(a, Reason.REMOVED)]
    assert audience.remove(times_out("b")) == [(b, Reason.REMOVED)]
    assert audience.remove(Removal(scope=RemovalScope.CHAT, arrived_ns=0)) == [(c, Reason.REMOVED)]


def test_what_was_removed_was_not_said() -> None:
    audience = Audience(AudienceSettings())
    first, again = (asks("is this a good game?", "a"), asks("is this a good game?", "b"))
    audience.offer(first)
    assert isinstance(first.item, ChatMessage)
    audience.remove(deletes(first.item))
    assert audience.offer(again) == []


def test_repeats_are_folded_and_bounded() -> None:
    assert same_text("Heyyy,  THERE!!") == same_text("hey there")
    repeats = Repeats()
    for number in range(3 * REMEMBERED):
        assert repeats.is_new("", says(f"text {number}"))
    assert len(repeats._seen) <= REMEMBERED
    assert repeats.is_new("", says("text 0")), "forgotten, so that memory is bounded"


class EveryItemOnce(RuleBasedStateMachine):
    """Whatever is done, each item that was offered comes out once, with one reason or by being chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.audience = Audience(AudienceSettings(waiting_limit=6, answer_within_s=20))
        self.now_ns = 0
        self.offered: dict[int, Candidate] = {}
        self.out: dict[int, Reason] = {}

    def settle(self, settled: Settled) -> None:
        for each, reason in settled:
            number = next(number for number, offered in self.offered.items() if offered.item is each.item)
            assert number not in self.out, "settled twice"
            self.out[number] = reason

    @rule(
        who=st.integers(0, 9),
        text=st.sampled_from(["one", "two", "three", "four", "five", "six", "seven", "eight"]),
        kinds=st.frozensets(st.sampled_from(Kind), max_size=2),
        decision=st.sampled_from(Decision),
        bits=st.sampled_from([0, 0, 0, 100]),
    )
    def offer_message(self, who: int, text: str, kinds: frozenset[Kind], decision: Decision, bits: int) -> None:
        number = len(self.offered)
        item = replace(says(f"{text} {who % 3}", f"v{who}", id=str(number)), bits=bits)
        self._offer(candidate(item, kinds, self.now_ns / S, decision))

    @rule(kind=st.sampled_from(EventKind))
    def offer_event(self, kind: EventKind) -> None:
        self._offer(event(kind, len(self.offered), self.now_ns / S))

    def _offer(self, each: Candidate) -> None:
        self.offered[len(self.offered)] = each
        self.settle(self.audience.offer(each))

    @rule(seconds=st.floats(0, 15))
    def wait(self, seconds: float) -> None:
        self.now_ns += round(seconds * S)

    @rule()
    def choose(self) -> None:
        chosen = self.audience.choose(self.now_ns)
        if chosen is not None:
            self.settle([(chosen, Reason.ANSWERED)])
            if chosen.item.author is not None:
                self.audience.answered(chosen.item.author.id, self.now_ns)

    @rule()
    def expire(self) -> None:
        self.settle(self.audience.expire(self.now_ns))

    @rule(who=st.integers(0, 9), scope=st.sampled_from(RemovalScope), number=st.integers(0, 40))
    def remove(self, who: int, scope: RemovalScope, number: int) -> None:
        removal = Removal(scope=scope, arrived_ns=self.now_ns, message_id=str(number), author_id=f"id-v{who}")
        self.settle(self.audience.remove(removal))

    @rule(reason=st.sampled_from([Reason.OVERRULED, Reason.SHOW_ENDED]))
    def drain(self, reason: Reason) -> None:
        self.settle(self.audience.drain(reason))
        assert len(self.audience) == 0

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        waiting = self.audience.waiting()
        assert len(waiting) == len(self.audience) <= 6
        assert len(waiting) + len(self.out) == len(self.offered)
        assert [each.score for each in waiting] == sorted((each.score for each in waiting), reverse=True)
        authors = [each.item.author.id for each in waiting if isinstance(each.item, ChatMessage)]
        assert len(authors) == len(set(authors))


EveryItemOnce.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestEveryItemOnce = EveryItemOnce.TestCase
