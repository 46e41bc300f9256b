"""What the show tells is counted in the right minute and stream, bounded, and given away once."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from fakes.ledger_lines import line
from fakes.show_feed import ALLOW, CAST
from fakes.stream_figures import MINUTE_MS, MONDAY_MS, StandingClock
from sidecast.flow.candidate import Candidate, Kind, Reason, Understanding
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Removal, RemovalScope
from sidecast.flow.line import Outcome, Stages
from sidecast.flow.mark import Cut, FrameStats
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.ledger.streams import counter as counter_module
from sidecast.ledger.streams.buckets import bucket_of
from sidecast.ledger.streams.counter import Counter
from sidecast.ledger.streams.load import Load
from sidecast.ledger.streams.moment import Moment
from sidecast.ledger.streams.piece import Happening, Piece, Topic
from sidecast.ledger.streams.words import ENOUGH, REMEMBERED, WAITING, Words

pytestmark = pytest.mark.unit

BLOCK = Verdict(Decision.BLOCK, "x", Category.SPAM, "spam.viewers")
QUIET = Understanding(frozenset(), 0.25, 0.5, "", 0)
ASKING = Understanding(frozenset({Kind.QUESTION}), -0.5, 0.25, "", 3)


def message(who: str = "anna", text: str = "hello", *, name: str = "") -> ChatMessage:
    return ChatMessage(id=f"{who}-{text}", author=Author(id=who, name=name or who), text=text, arrived_ns=1)


def candidate(item: ChatMessage | ChannelEvent, understanding: Understanding = QUIET, verdict: Verdict = ALLOW) -> Candidate:
    return Candidate(item, verdict, understanding, screened_ns=2)


def said(subject: str) -> Understanding:
    return Understanding(frozenset(), 0.0, 0.0, subject, len(subject.split()))


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(MONDAY_MS + 5_000)


@pytest.fixture
def counter(clock: StandingClock) -> Counter:
    stretches = iter(f"s{number}" for number in range(1, 99))
    return Counter(clock, "twitch:kit", lambda: next(stretches))


def only(pieces: list[Piece]) -> Piece:
    (piece,) = pieces
    return piece


def minute(piece: Piece, number: int = 0) -> Moment:
    return piece.moments[MONDAY_MS + number * MINUTE_MS]


def test_nothing_is_given_when_nothing_came(counter: Counter) -> None:
    assert counter.empty
    assert counter.take() == []
    counter.end()
    assert counter.take() == []


def test_messages_events_and_removals_are_counted_in_their_minute(counter: Counter, clock: StandingClock) -> None:
    counter.heard(message("anna"))
    counter.heard(message("anna"))
    counter.heard(ChannelEvent(id="r", kind=EventKind.RAID, arrived_ns=1, author=CAST["mika"], amount=140))
    counter.heard(ChannelEvent(id="f", kind=EventKind.FOLLOW, arrived_ns=1))
    clock.ms += MINUTE_MS
    counter.heard(message("bert"))
    counter.heard(Removal(scope=RemovalScope.MESSAGE, message_id="x", arrived_ns=1))
    piece = only(counter.take())
    assert (piece.stretch, piece.number, piece.source) == ("s1", 1, "twitch:kit")
    first, second = minute(piece, 0), minute(piece, 1)
    assert (first.messages, first.events, first.removals, first.chatters) == (2, 2, 0, 1)
    assert (second.messages, second.events, second.removals, second.chatters) == (1, 0, 1, 1)
    assert piece.chatters == (("anna", MONDAY_MS), ("bert", MONDAY_MS + MINUTE_MS))
    assert piece.happenings == (Happening(MONDAY_MS + 5_000, "raid", 140),), "a follow has no mark, and nobody's name is kept"
    assert first.tallies["event", "follow"] == 1


def test_a_chatter_counts_once_a_minute_whatever_is_taken_in_between(counter: Counter, clock: StandingClock) -> None:
    chatters = []
    for after_ms in (0, 10_000, 10_000, MINUTE_MS):
        clock.ms += after_ms
        counter.heard(message("anna"))
        counter.heard(message(f"bert{clock.ms}"))
        piece = only(counter.take())
        chatters += [(each.chatters, each.chatters_most) for each in piece.moments.values()]
        told = [who for who, _ in piece.chatters]
        assert told.count("anna") == (1 if piece.number == 1 else 0)
    assert chatters == [(2, 2), (1, 3), (1, 4), (2, 2)]


def test_questions_sentiment_and_verdicts(counter: Counter) -> None:
    for item, understanding, verdict, reason in (
        (message("anna"), ASKING, ALLOW, Reason.ANSWERED),
        (message("bert"), ASKING, ALLOW, Reason.STALE),
        (message("cleo"), QUIET, BLOCK, Reason.BLOCKED),
    ):
        counter.heard(item)
        counter.understood(candidate(item, understanding, verdict))
        counter.settled(item, reason, verdict)
    event = ChannelEvent(id="r", kind=EventKind.RAID, arrived_ns=1)
    counter.settled(event, Reason.ANSWERED, ALLOW)
    counter.settled(message("dora"), Reason.OVERLOADED, None)
    now = minute(only(counter.take()))
    assert (now.questions, now.understood, now.answered, now.in_stopped) == (2, 3, 1, 1)
    assert (now.sentiment, now.energy) == (-0.75, 1.0)
    assert now.tallies["in", "allow none"] == 3
    assert now.tallies["in", "block spam"] == 1
    assert now.tallies["reason", "overloaded"] == 1
    assert now.tallies["reason", "answered"] == 1, "events are not among the messages' reasons"


def test_turns_their_latency_and_answered_questions(counter: Counter) -> None:
    asked = Turn(id="turn-1", cause=candidate(message(), ASKING), chosen_ns=1)
    told = Turn(id="turn-2", cause=candidate(message(), QUIET), chosen_ns=1)
    for turn in (asked, told):
        counter.chosen(turn, [turn.cause] * 7)
    counter.ended(line(1))
    counter.ended(line(2, was_free=False))
    counter.ended(line(3))
    now = minute(only(counter.take()))
    assert (now.turns, now.turns_heard, now.turns_cut, now.questions_answered, now.waiting_most) == (3, 3, 0, 1, 7)
    assert now.latency["age", bucket_of(112)] == 3
    assert now.latency["arrival_to_audible", bucket_of(112)] == 2, "turns that had to wait are not latency"
    assert now.latency["first_clause", bucket_of(35)] == 2


def test_a_silent_turn_answers_no_question_and_a_cut_one_is_not_among_the_heard(counter: Counter) -> None:
    counter.chosen(Turn(id="turn-1", cause=candidate(message(), ASKING), chosen_ns=1), [])
    counter.ended(replace(line(1), outcome=Outcome.SILENT, stages=Stages(arrived_ns=1, screened_ns=2, chosen_ns=3)))
    now = minute(only(counter.take()))
    assert (now.turns, now.turns_heard, now.turns_cut, now.questions_answered) == (1, 0, 0, 0)
    assert not any(stage in ("age", "arrival_to_audible") for stage, _ in now.latency)


def test_stops_pictures_and_load(counter: Counter) -> None:
    counter.marked(Cut(utterance=1, at_ns=50_000_000, heard_frames=1, asked_ns=10_000_000))
    counter.marked(Cut(utterance=1, at_ns=50_000_000, heard_frames=1))
    for fps, underruns in ((60, 5), (30, 7), (58, 0)):
        counter.marked(FrameStats(at_ns=1, fps=fps, frame_ms_p99=1000 / fps, drain_ms_p99=0.1, underruns=underruns, dropped=0))
    for percent in (10.0, 90.0):
        counter.sampled(Load(cpu_percent=percent, machine_percent=percent, memory_mb=200, lag_ms=percent, intake=3, backlog=0))
    now = minute(only(counter.take()))
    assert now.latency["stop", bucket_of(40)] == 1
    assert (now.pictures, now.fps, now.fps_least, now.underruns) == (3, 148, 30, 2), "counts of before the start are not ours"
    assert (now.samples, now.cpu, now.cpu_most, now.lag_ms_most, now.intake_most) == (2, 100, 90, 90, 3)


def test_a_machine_without_a_picture_has_no_frame_rate(counter: Counter) -> None:
    counter.heard(message())
    now = minute(only(counter.take()))
    assert (now.pictures, now.fps_least, now.cpu_most) == (0, None, None)


def test_another_source_is_another_stretch(counter: Counter, clock: StandingClock) -> None:
    counter.heard(message("anna"))
    counter.reads("twitch:kit")
    clock.ms += MINUTE_MS
    counter.reads("twitch:other")
    counter.heard(message("anna"))
    before, after = counter.take()
    assert (before.stretch, before.source, before.over) == ("s1", "twitch:kit", True)
    assert (after.stretch, after.source, after.over, after.begun_ms) == ("s2", "twitch:other", False, clock.ms)
    assert after.chatters == (("anna", MONDAY_MS + MINUTE_MS),), "she is told of again: it is another stream"
    counter.end()
    assert [(piece.stretch, piece.number, piece.over) for piece in counter.take()] == [("s2", 2, True)]


def test_an_erased_viewer_is_told_of_no_more(counter: Counter) -> None:
    counter.heard(message("anna"))
    counter.reads("twitch:other")
    counter.heard(message("anna"))
    counter.heard(message("bert"))
    counter.forget("anna")
    assert [piece.chatters for piece in counter.take()] == [(), (("bert", MONDAY_MS),)]


def test_all_is_bounded(counter: Counter, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in {"MINUTES_HELD": 5, "PER_MINUTE": 4, "PER_STRETCH": 6, "HAPPENINGS_HELD": 3, "TURNS_HELD": 2}.items():
        monkeypatch.setattr(counter_module, name, most)
    for number in range(10):
        for who in range(10):
            counter.heard(message(f"v{number}-{who}"))
        counter.heard(ChannelEvent(id="x", kind=EventKind.RAID, arrived_ns=1, amount=10**30))
        counter.chosen(Turn(id=f"t{number}", cause=candidate(message(), ASKING), chosen_ns=1), [])
        clock.ms += MINUTE_MS
    piece = only(counter.take())
    assert list(piece.moments) == [MONDAY_MS + number * MINUTE_MS for number in range(5, 10)]
    assert counter.uncounted_minutes == 5
    assert {each.chatters for each in piece.moments.values()} == {4}
    assert len(piece.chatters) == 6
    assert [each.amount for each in piece.happenings] == [10**9] * 3


def topics(counter: Counter, clock: StandingClock) -> dict[str, int]:
    clock.ms += 2 * MINUTE_MS
    counter.heard(message("host"))
    counter.read_words()
    found = only(counter.take()).topics
    assert found is not None
    return {each.words: each.count for each in found}


def tell(counter: Counter, who: str, subject: str, verdict: Verdict = ALLOW, *, name: str = "") -> None:
    item = message(who, subject, name=name)
    counter.heard(item)
    counter.understood(candidate(item, said(subject), verdict))


def test_topics_are_what_several_people_talk_about(counter: Counter, clock: StandingClock) -> None:
    for who in ("anna", "bert", "cleo", "dora"):
        tell(counter, who, f"the boss fight was so hard, {'keyboard' if who != 'dora' else 'mouse'} pls")
    tell(counter, "anna", "keyboard keyboard keyboard")
    found = topics(counter, clock)
    assert found["boss fight"] == 4
    assert "boss" not in found, "it only ever stands in the phrase"
    assert found["keyboard"] == 4, "once a message"
    assert "mouse" not in found, "one person's word"
    assert not {"the", "was", "so"} & found.keys()


def test_topics_have_no_names_links_or_blocked_words(counter: Counter, clock: StandingClock) -> None:
    for who in ("u1", "u2", "u3", "u4"):
        tell(counter, who, "marlene told me @someone http://evil.example/x www.x.example spoilers.example", name=f"{who}name")
        tell(counter, who, "slurword slurword", BLOCK)
        tell(counter, who, "held words", Verdict(Decision.HOLD, "x", Category.AGGRESSION))
    tell(counter, "u5", "hi", name="Marlene")
    assert topics(counter, clock).keys() == {"told"}


def test_words_that_are_taken_away_before_they_are_read_count_for_nothing(counter: Counter, clock: StandingClock) -> None:
    for who in ("anna", "bert", "cleo"):
        tell(counter, who, "terrible secret")
    counter.heard(Removal(scope=RemovalScope.USER, author_id="anna", arrived_ns=1))
    assert topics(counter, clock) == {}
    for who in ("dora", "emil", "fritz"):
        tell(counter, who, "another secret")
    counter.heard(Removal(scope=RemovalScope.CHAT, arrived_ns=1))
    assert topics(counter, clock) == {}


def test_the_words_remembered_are_bounded_and_the_frequent_ones_stay() -> None:
    chance, words = random.Random(5), Words()
    for number in range(12_000):
        letters = "".join(chance.choices("abcdefghijklmnop", k=8))
        words.put(f"{letters} lighthouse {letters[::-1]}", f"v{number % 50}", "viewer")
        if number % 1000 == 0:
            words.read()
    words.read()
    words.rank()
    assert words.ranked == (Topic("lighthouse", 12_000, ENOUGH),)
    assert len(words) <= REMEMBERED


def test_a_flood_between_two_readings_is_left_out() -> None:
    words = Words()
    for number in range(WAITING + 7):
        words.put("flood", f"v{number}", "viewer")
    words.read()
    words.rank()
    assert words.ranked == (Topic("flood", WAITING, ENOUGH),)
    assert words.skipped == 7


def test_it_is_a_watcher_that_says_nothing_of_what_it_does_not_count(counter: Counter) -> None:
    from sidecast.flow.cue import Status
    from sidecast.flow.ports import Watcher

    watcher: Watcher = counter
    watcher.status(Status(state="listening"))
    assert counter.empty
