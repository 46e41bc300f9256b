"""What those who direct are shown: why in words, times of words, latency against the budget; bounded and made once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fakes.ledger_lines import line, stages
from fakes.samples import CANDIDATE, TURN
from fakes.show_feed import ALLOW, ShowFeed
from sidecast.audience.scoring import EVENT_BASE, Weights
from sidecast.clock import LoopClock
from sidecast.control.feed import Feed
from sidecast.control.live.directing import MAX_QUEUE
from sidecast.control.live.words import WORDS, why
from sidecast.flow.board import AwaitsApproval, Queued
from sidecast.flow.budget import STAGES
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Removal, RemovalScope
from sidecast.flow.cue import Caption, TimedWord
from sidecast.flow.line import Outcome
from sidecast.flow.mark import Audible, Cut

pytestmark = pytest.mark.unit

MS = 1_000_000


@pytest.fixture
def feed() -> Feed:
    return Feed(LoopClock(lambda: 100.0), run="run", moods=("neutral", "happy"))


def cells(feed: Feed) -> dict[str, Any]:
    return dict(json.loads(json.dumps(feed.cells.since(0))))


def test_every_part_of_a_score_has_words() -> None:
    parts = set(Weights.__dataclass_fields__) | {kind.value for kind in EVENT_BASE}
    assert parts == WORDS.keys()


def test_why_says_most_first_and_how_much_it_counts() -> None:
    told = why({"talk": 0.1, "question": 0.5, "fairness": -0.7, "warmth": 0.2})
    assert [(each["words"], each["counts"]) for each in told] == [
        ("was answered a moment ago", "against"),
        ("asked a question", "much"),
        ("is warm", "some"),
        ("said something", "little"),
    ]


def test_the_queue_is_looked_at_once_however_many_pages_there_are(feed: Feed) -> None:
    looks: list[int] = []

    def look() -> list[Queued]:
        looks.append(1)
        return [Queued(candidate=replace(CANDIDATE, asked_by="Ada"), deadline_ns=130_000 * MS, placed_by="Bo")] * (2 * MAX_QUEUE)

    feed.board.queue(look)
    assert looks == []
    queue, *_ = [cells(feed)["queue"] for _ in range(20)]
    assert looks == [1]
    assert len(queue) == MAX_QUEUE
    first = queue[0]
    assert (first["id"], first["placed_by"], first["asked_by"]) == ("m1", "Bo", "Ada")
    assert first["until_ms"] - first["at_ms"] == 129_000
    assert first["why"][0]["words"] == "asked a question"


def test_an_approval_shows_what_would_be_said_and_until_when(feed: Feed) -> None:
    assert (cells(feed)["approval"], cells(feed)["approval_mode"]) == (None, {"mode": "off"})
    feed.board.approval(AwaitsApproval(turn=TURN, lines=("Level 42!",), doubts=("soften swearing",), until_ms=5, then_say=True))
    feed.board.approval_mode("all")
    shown = cells(feed)["approval"]
    assert (shown["turn"], shown["lines"], shown["doubts"], shown["until_ms"], shown["then_say"]) == (
        "t1",
        ["Level 42!"],
        ["soften swearing"],
        5,
        True,
    )
    assert shown["cause"]["id"] == "m1"
    assert cells(feed)["approval_mode"] == {"mode": "all"}
    feed.board.approval(None)
    assert cells(feed)["approval"] is None


def test_a_mood_says_who_holds_it(feed: Feed) -> None:
    assert cells(feed)["mood"] == {"mood": "neutral", "held_by": "", "moods": ["neutral", "happy"]}
    feed.board.mood("happy", "Ada")
    assert cells(feed)["mood"]["held_by"] == "Ada"


def caption(turn: str, number: int, text: str, start_s: float = 0.1) -> Caption:
    words = tuple(TimedWord(word, start_s + at, start_s + at + 0.5) for at, word in enumerate(text.split()))
    return Caption(utterance=number, turn_id=turn, words=words)


def test_words_come_with_their_times_and_the_moment_at_which_their_sound_began(feed: Feed) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "hello?"))
    show.say(turn, "Hello Mika!", "How are you?", audible=0)
    feed.board.caption(caption(turn.id, 7, "Hello Mika!"))
    assert cells(feed)["turn"]["clauses"][0]["words"] == [["Hello", 0.1, 0.6], ["Mika!", 1.1, 1.6]]
    feed.marked(Audible(utterance=7, at_ns=99_700 * MS))
    shown = cells(feed)["turn"]
    # heard 0.3 s ago, and 0.1 s of silence before the first word
    assert shown["sounding_ms"] == cells_at(feed) - 300 - 100
    assert shown["sounding"] == 1
    assert "words" not in shown["clauses"][1]
    feed.board.caption(caption("another turn", 8, "How are you?"))
    assert "words" not in cells(feed)["turn"]["clauses"][1]


def cells_at(feed: Feed) -> int:
    return feed._clock.wall_ms()


def test_a_clause_whose_voice_broke_off_is_found_by_its_words(feed: Feed) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "hello?"))
    show.say(turn, "one two three four", "five six", "three four", audible=0)
    for number, text in enumerate(("one two three four", "three four", "five six")):
        feed.board.caption(caption(turn.id, number, text))
    clauses = cells(feed)["turn"]["clauses"]
    assert [" ".join(word[0] for word in clause["words"]) for clause in clauses] == [clause["text"] for clause in clauses]


def test_removed_words_leave_with_their_times(feed: Feed) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "my secret"))
    show.say(turn, "Your secret?", audible=0)
    feed.board.caption(caption(turn.id, 1, "Your secret?"))
    feed.heard(Removal(scope=RemovalScope.MESSAGE, arrived_ns=1, message_id="m1"))
    feed.board.caption(caption(turn.id, 2, "The secret"))
    assert "secret" not in json.dumps(cells(feed))


def test_latency_is_shown_by_stage_and_only_of_who_found_the_host_free(feed: Feed) -> None:
    feed.ended(line(1))
    feed.ended(line(2, was_free=False))
    feed.ended(replace(line(3, was_free=False), asked_by="Ada", asked_ns=1_050 * MS))
    feed.marked(Cut(utterance=1, at_ns=40 * MS, heard_frames=1, asked_ns=10 * MS))
    shown = cells(feed)["latency"]
    assert [stage["name"] for stage in shown["stages"]] == [stage.name for stage in STAGES]
    assert {stage["count"] for stage in shown["stages"]} == {1}
    assert [stage["last_ms"] for stage in shown["stages"]] == [2, 4, 35, 1, 40, 30]
    assert (shown["audible"]["budget_ms"], shown["audible"]["count"], shown["audible"]["p95_ms"]) == (250, 1, 112)
    assert (shown["asked"]["count"], shown["asked"]["last_ms"]) == (1, 62)
    assert (shown["stop"]["budget_ms"], shown["stop"]["last_ms"]) == (100, 30)


def test_a_reply_that_a_human_approved_does_not_count_as_slow(feed: Feed) -> None:
    feed.ended(replace(line(1, was_free=False), asked_by="Ada", asked_ns=1, approved_by="Ada", stages=stages(1_000)))
    assert cells(feed)["latency"]["asked"]["count"] == 0


@pytest.mark.parametrize(("outcome", "fate"), [(Outcome.CUT, "answered"), (Outcome.SILENT, "rejected")])
def test_one_that_was_passed_over_is_shown_as_what_became_of_it_in_the_end(feed: Feed, outcome: Outcome, fate: str) -> None:
    show = ShowFeed(feed)
    item = show.message("mika", "hello?", Reason.STALE)
    turn = show.choose(item)
    feed.ended(replace(line(1), turn_id=turn.id, item_id=item.id, outcome=outcome, reason="rejected"))
    assert cells(feed)["m1"]["fate"] == fate


def test_messages_carry_the_id_that_orders_name_them_by(feed: Feed) -> None:
    show = ShowFeed(feed)
    feed.settled(show.message("mika", "hello?"), Reason.STALE, ALLOW)
    assert cells(feed)["m1"]["id"] == "m1"
