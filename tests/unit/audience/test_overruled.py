"""The queue by hand: who is answered next whatever the score, what is put where, and what is never answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.source import deletes, says, times_out
from sidecast.audience.recent import BANNED, REMEMBERED, NeverAgain, Recent
from sidecast.audience.waiting import PLACED_PATIENCE, Audience
from sidecast.errors import OrderRefused
from sidecast.flow.candidate import Candidate, Kind, Reason, Understanding
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.settings import Audience as AudienceSettings

pytestmark = pytest.mark.unit

S = 1_000_000_000


def asks(number: int, who: str = "", at_s: float = 0.0, decision: Decision = Decision.ALLOW, tokens: int = 6) -> Candidate:
    """The lower its number the older, and with `tokens` the more it scores."""
    item = replace(says(f"what about number {number}?", who=who or f"v{number}", id=f"m{number}"), arrived_ns=round(at_s * S))
    verdict = Verdict(decision, item.text, Category.SWEARING if decision else Category.NONE)
    return Candidate(item, verdict, Understanding(frozenset({Kind.QUESTION}), 0.0, 0.0, item.text, tokens), item.arrived_ns)


def audience_of(count: int, limit: int = 64) -> Audience:
    audience = Audience(AudienceSettings(waiting_limit=limit))
    for number in range(count):
        assert audience.offer(asks(number, at_s=number / 100)) == []
    return audience


def order(audience: Audience, at_s: float = 1.0) -> list[str]:
    return [queued.candidate.item.id for queued in audience.queue(round(at_s * S))]


def test_an_answer_is_next_whatever_its_score_and_says_who_asked() -> None:
    audience = audience_of(4)
    by_score = order(audience)
    assert audience.answer(by_score[3], "Ada", S) == []
    assert order(audience) == [by_score[3], *by_score[:3]]
    chosen = audience.choose(S)
    assert chosen is not None
    assert (chosen.item.id, chosen.asked_by, chosen.asked_ns, chosen.recalled) == (by_score[3], "Ada", S, False)


def test_what_was_passed_over_comes_back_and_gets_no_second_reason() -> None:
    audience = audience_of(1)
    assert [reason for _, reason in audience.expire(60 * S)] == [Reason.STALE]
    audience.answer("m0", "Ada", 60 * S)
    chosen = audience.choose(61 * S)
    assert chosen is not None
    assert chosen.recalled
    audience.answer("m0", "Ada", 62 * S)
    assert audience.drain(Reason.OVERRULED) == []
    assert len(audience) == 0


@pytest.mark.parametrize(("decision", "did"), [(Decision.BLOCK, "blocked"), (Decision.HOLD, "held back")])
def test_what_the_gate_stopped_is_refused_with_a_sentence(decision: Decision, did: str) -> None:
    audience = Audience(AudienceSettings())
    audience.offer(asks(1, decision=decision))
    with pytest.raises(OrderRefused, match=f"{did} this message .swearing."):
        audience.answer("m1", "Ada", S)
    with pytest.raises(OrderRefused, match="not answered anyway"):
        audience.never("m1")


def test_what_the_gate_would_stop_by_now_is_refused_too() -> None:
    audience = audience_of(1)
    audience.expire(60 * S)
    stricter = Verdict(Decision.BLOCK, "", Category.OWN, "own.block")
    with pytest.raises(OrderRefused, match=r"blocked this message .own."):
        audience.answer("m0", "Ada", 60 * S, lambda item: stricter)
    audience.answer("m0", "Ada", 60 * S, lambda item: Verdict(Decision.ALLOW, item.text))
    assert len(audience) == 1


@pytest.mark.parametrize(
    "removal", [deletes(says("x", id="m0")), times_out("v0"), Removal(scope=RemovalScope.CHAT, arrived_ns=0)]
)
def test_what_was_removed_is_not_remembered(removal: Removal) -> None:
    audience = audience_of(1)
    audience.expire(60 * S)
    audience.remove(removal)
    with pytest.raises(OrderRefused, match="not known any more"):
        audience.answer("m0", "Ada", 60 * S)


@pytest.mark.parametrize("item_id", ["", "nobody's"])
def test_what_was_never_seen_is_refused(item_id: str) -> None:
    audience = audience_of(2)
    for refused in (
        lambda: audience.answer(item_id, "Ada", S),
        lambda: audience.move(item_id, 0, "Ada", S),
        lambda: audience.never(item_id),
        lambda: audience.allow_again(item_id),
    ):
        with pytest.raises(OrderRefused):
            refused()


def test_an_event_that_nobody_answers_is_refused() -> None:
    audience = Audience(AudienceSettings())
    poll = ChannelEvent(id="e1", kind=EventKind.POLL, arrived_ns=0)
    audience.offer(Candidate(poll, Verdict(Decision.ALLOW, ""), Understanding(frozenset(), 0, 0, "", 0), 0))
    with pytest.raises(OrderRefused, match="only noted"):
        audience.answer("e1", "Ada", S)


def test_a_moved_message_stays_where_it_was_put_while_others_come_and_go() -> None:
    audience = audience_of(4)
    a, b, c, d = order(audience)
    audience.move(d, 1, "Ada", S)
    assert order(audience) == [a, d, b, c]
    audience.offer(replace(asks(9, at_s=1), understanding=Understanding(frozenset({Kind.QUESTION, Kind.MENTION}), 1, 1, "", 9)))
    assert order(audience) == ["m9", d, a, b, c], "what scores more comes before it only in another's place"
    audience.choose(S)
    assert order(audience) == [d, a, b, c]


def test_of_two_moved_ones_each_keeps_its_place() -> None:
    audience = audience_of(5)
    a, b, c, d, e = order(audience)
    audience.move(e, 0, "Ada", S)
    audience.move(d, 2, "Ada", S)
    assert order(audience) == [e, a, d, b, c]
    audience.move(e, 4, "Ada", S)
    assert order(audience) == [a, d, b, c, e]
    audience.move(a, 99, "Ada", S)
    assert order(audience) == [d, b, c, e, a]
    audience.never(b)
    assert order(audience) == [d, c, e, a]


def test_a_moved_message_has_more_patience_and_not_for_ever() -> None:
    audience = audience_of(2)
    audience.move("m0", 1, "Ada", 40 * S)
    assert [candidate.item.id for candidate, _ in audience.expire(50 * S)] == ["m1"]
    until_s = 40 + 45 * PLACED_PATIENCE
    assert audience.expire(round((until_s - 1) * S)) == []
    assert [reason for _, reason in audience.expire(round(until_s * S))] == [Reason.STALE]


def test_a_message_put_by_hand_neither_makes_room_nor_gives_way_to_its_author() -> None:
    audience = audience_of(4, limit=4)
    last = order(audience)[-1]
    audience.move(last, 3, "Ada", S)
    gone = [candidate.item.id for candidate, _ in audience.offer(asks(9, at_s=1))]
    assert last not in gone
    assert last in order(audience)
    number = int(last[1:])
    again = asks(50, who=f"v{number}", at_s=2)
    assert audience.offer(again) == [(again, Reason.AUTHOR_LIMIT)]


def test_a_queue_that_is_full_by_hand_takes_no_other() -> None:
    audience = audience_of(4, limit=4)
    audience.offer(asks(4, tokens=0))
    for queued in audience.queue(S):
        audience.answer(queued.candidate.item.id, "Ada", S)
    with pytest.raises(OrderRefused, match="full of messages that were put there by hand"):
        audience.answer("m4", "Ada", S)
    (_, reason), *rest = audience.offer(asks(5, at_s=1))
    assert (reason, rest) == (Reason.CROWDED_OUT, [])


def test_never_takes_it_out_and_bans_the_same_words_of_the_same_author() -> None:
    audience = audience_of(3)
    assert [(c.item.id, reason) for c, reason in audience.never("m1")] == [("m1", Reason.NEVER)]
    again = replace(asks(1, at_s=30), item=replace(says("WHAT about   number 1!!", who="v1", id="m77"), arrived_ns=30 * S))
    assert audience.offer(again) == [(again, Reason.NEVER)]
    other = replace(asks(1, at_s=31), item=replace(says("what about number 1?", who="v8", id="m78"), arrived_ns=31 * S))
    assert audience.offer(other) == []
    with pytest.raises(OrderRefused, match="never to answer"):
        audience.answer("m77", "Ada", 31 * S)


def test_never_is_undone_and_what_waited_waits_again() -> None:
    audience = audience_of(2)
    before = order(audience)
    audience.never("m1")
    assert audience.allow_again("m1") == []
    assert order(audience) == before
    with pytest.raises(OrderRefused, match="Nobody has said never"):
        audience.allow_again("m1")
    audience.never("m0")
    audience.expire(100 * S)
    audience.allow_again("m0")
    assert order(audience) == [], "too late for it"
    assert audience.offer(asks(0, at_s=101)) == []


def test_another_channel_begins_with_nothing_known() -> None:
    audience = audience_of(1)
    audience.never("m0")
    audience.forget_all()
    with pytest.raises(OrderRefused):
        audience.answer("m0", "Ada", S)
    assert audience.offer(asks(0, at_s=30)) == []


def test_memories_are_bounded_and_keep_no_blocked_words() -> None:
    recent, never = Recent(), NeverAgain()
    for number in range(2 * REMEMBERED):
        recent.note(asks(number, decision=Decision.BLOCK))
        never.add(asks(number).item, waited=True)
    assert len(recent) == REMEMBERED
    kept = recent.get(f"m{2 * REMEMBERED - 1}")
    assert kept is not None
    assert (kept.item.text, kept.verdict.judged) == ("", "")
    assert recent.get("m0") is None
    assert never.covers(asks(2 * BANNED - 1).item)
    assert not never.covers(asks(0).item)


class Overruled(RuleBasedStateMachine):
    """Whatever is done in whatever order: one reason for each, and nothing overtakes what was put at a place."""

    def __init__(self) -> None:
        super().__init__()
        self.audience = Audience(AudienceSettings(waiting_limit=6))
        self.now_s = 0.0
        self.offered: dict[str, Candidate] = {}
        self.left: list[str] = []
        self.places: dict[str, int] = {}
        """Of those put by hand: how many were before them at the latest look."""

    def settle(self, settled: list[tuple[Candidate, Reason]]) -> None:
        self.left += [candidate.item.id for candidate, _ in settled]

    def now(self) -> int:
        return round(self.now_s * S)

    def obey(self, what: str, item_id: str, to: int = 0) -> None:
        try:
            match what:
                case "answer":
                    self.settle(self.audience.answer(item_id, "Ada", self.now()))
                case "move":
                    self.audience.move(item_id, to, "Ada", self.now())
                case "never":
                    self.settle(self.audience.never(item_id))
                case "again":
                    self.settle(self.audience.allow_again(item_id))
        except OrderRefused:
            return
        if what in ("answer", "move"):
            # somebody has put them in a new order
            self.places = {}

    @rule(who=st.integers(0, 9), tokens=st.integers(0, 9), wait_s=st.floats(0, 5))
    def message(self, who: int, tokens: int, wait_s: float) -> None:
        self.now_s += wait_s
        candidate = asks(len(self.offered), who=f"v{who}", at_s=self.now_s, tokens=tokens)
        self.offered[candidate.item.id] = candidate
        self.settle(self.audience.offer(candidate))

    @rule(what=st.sampled_from(["answer", "move", "never", "again"]), number=st.integers(0, 30), to=st.integers(0, 8))
    def order(self, what: str, number: int, to: int) -> None:
        self.obey(what, f"m{number}", to)

    @rule(wait_s=st.floats(0, 60))
    def choose(self, wait_s: float) -> None:
        self.now_s += wait_s
        self.settle(self.audience.expire(self.now()))
        chosen = self.audience.choose(self.now())
        if chosen is not None and not chosen.recalled:
            self.left.append(chosen.item.id)

    @rule(number=st.integers(0, 30))
    def remove(self, number: int) -> None:
        self.settle(self.audience.remove(deletes(says("x", id=f"m{number}"))))

    @rule()
    def stop(self) -> None:
        self.settle(self.audience.drain(Reason.OVERRULED))

    @invariant()
    def each_leaves_once(self) -> None:
        assert len(self.left) == len(set(self.left))
        waiting = {queued.candidate.item.id for queued in self.audience.queue(self.now()) if not queued.candidate.recalled}
        assert waiting.isdisjoint(self.left)
        assert waiting | set(self.left) == self.offered.keys()

    @invariant()
    def nothing_overtakes(self) -> None:
        queue = self.audience.queue(self.now())
        assert len(queue) <= 6
        places = {each.candidate.item.id: place for place, each in enumerate(queue) if each.placed_by}
        assert all(place <= self.places.get(item_id, place) for item_id, place in places.items())
        self.places = places

    @invariant()
    def what_is_shown_first_and_by_hand_is_chosen_first(self) -> None:
        queue = self.audience.queue(self.now())
        for place, queued in enumerate(queue):
            assert queued.candidate.asked_by == "" or queued.placed_by == "Ada", place


TestOverruled = Overruled.TestCase
TestOverruled.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_a_message_without_an_id_is_not_mistaken_for_another() -> None:
    audience = Audience(AudienceSettings())
    item: ChatMessage = replace(says("who?"), id="")
    audience.offer(replace(asks(1), item=item))
    with pytest.raises(OrderRefused):
        audience.move("", 0, "Ada", S)
