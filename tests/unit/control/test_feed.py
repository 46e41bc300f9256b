"""The feed: a bounded picture, each message with its fate, nothing of what was removed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fakes.show_feed import ShowFeed
from sidecast.clock import LoopClock
from sidecast.control.feed import LINES, MESSAGES, Feed
from sidecast.control.views import MAX_TEXT, View
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Removal, RemovalScope
from sidecast.flow.cue import HostState, Status
from sidecast.flow.line import Outcome
from sidecast.flow.ports import Watcher

pytestmark = pytest.mark.unit


@pytest.fixture
def feed() -> Feed:
    return Feed(LoopClock(lambda: 0.0), "Kit", {"chat": "demo"}, run="run")


def cells(feed: Feed, since: int = 0) -> View:
    """As a page gets them."""
    return dict(json.loads(json.dumps(feed.cells.since(since))))


def messages(feed: Feed) -> list[View]:
    return _numbered(feed, "m")


def lines(feed: Feed) -> list[View]:
    return _numbered(feed, "l")


def _numbered(feed: Feed, letter: str) -> list[View]:
    found = {int(key[1:]): cell for key, cell in cells(feed).items() if key[0] == letter and key[1:].isdigit()}
    return [found[number] for number in sorted(found)]


def test_a_whole_evening_is_shown(feed: Feed) -> None:
    told: Watcher = feed
    ShowFeed(told).evening()
    seen = cells(feed)
    assert seen["about"]["host"] == "Kit"
    assert seen["status"]["state"] == HostState.SPEAKING
    assert seen["turn"]["cause"]["name"] == "first_time_frida"
    assert seen["turn"]["parts"][0] == ["question", 1.0]
    assert (len(seen["turn"]["clauses"]), seen["turn"]["sounding"]) == (3, 2)
    assert [line["outcome"] for line in lines(feed)] == ["heard", "heard", "cut", "silent"]
    assert [len(line["clauses"]) for line in lines(feed)] == [2, 3, 1, 0]
    assert lines(feed)[1]["clauses"][2]["decision"] == "block"
    assert lines(feed)[0]["stage_ms"]["first_clause"] == 38
    assert [candidate["score"] for candidate in seen["next"]] == [1.62, 1.18, 0.94]


def test_received_is_settled_plus_waiting(feed: Feed) -> None:
    ShowFeed(feed).evening()
    counts = cells(feed)["counts"]
    shown = [message["fate"] for message in messages(feed)]
    # one was removed by an item of its own, which the show settles as information
    assert counts["received"] == sum(counts["reasons"].values()) + shown.count("waiting") + shown.count("answering") + 1


def test_a_message_changes_its_fate_in_place(feed: Feed) -> None:
    show = ShowFeed(feed)
    item = show.message("mika", "hello?")
    fates = [messages(feed)[0]["fate"]]
    turn = show.choose(item)
    fates.append(messages(feed)[0]["fate"])
    show.end(turn, "hello!")
    fates.append(messages(feed)[0]["fate"])
    assert fates == ["waiting", "answering", "answered"]
    assert len(messages(feed)) == 1


def test_why_a_gate_said_no_is_told_by_category_and_rule(feed: Feed) -> None:
    ShowFeed(feed).message("spam", "buy viewers", Reason.BLOCKED)
    assert messages(feed)[0]["verdict"] == {"decision": "block", "category": "spam", "rule": "spam.viewers"}


def test_it_stays_small_however_long_the_show(feed: Feed) -> None:
    show = ShowFeed(feed)
    for _ in range(MESSAGES):
        turn = show.choose(show.message("mika", "hello?"))
        show.end(turn, "hello!")
        show.message("ayla", "x" * 1_000_000)
    seen = messages(feed)
    assert len(seen) == MESSAGES
    assert len(lines(feed)) == LINES
    assert max(len(message["text"]) for message in seen) == MAX_TEXT
    assert feed.oldest() == {"m": MESSAGES + 1, "l": MESSAGES - LINES + 1}
    assert len(feed._by_id) == MESSAGES


@pytest.mark.parametrize(
    "removal",
    [
        Removal(scope=RemovalScope.MESSAGE, arrived_ns=1, message_id="m1"),
        Removal(scope=RemovalScope.USER, arrived_ns=1, author_id="u1"),
        Removal(scope=RemovalScope.CHAT, arrived_ns=1),
    ],
)
def test_removed_words_leave_chat_turn_and_lines(feed: Feed, removal: Removal) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "my secret address"))
    feed.heard(removal)
    assert "secret" not in json.dumps(cells(feed))
    show.end(turn, "", Outcome.SILENT, Reason.REMOVED)
    assert "secret" not in json.dumps(cells(feed))
    assert lines(feed)[0]["cause"]["removed"]


def test_removed_words_leave_the_line_of_those_who_wait(feed: Feed) -> None:
    show = ShowFeed(feed)
    show.choose(show.message("mika", "hello?"))
    feed.heard(Removal(scope=RemovalScope.USER, arrived_ns=1, author_id="u7"))
    assert [candidate["name"] for candidate in cells(feed)["next"]] == ["ayla✨", "mika"]


def test_a_removal_after_the_answer_reaches_what_was_said_to(feed: Feed) -> None:
    show = ShowFeed(feed)
    show.end(show.choose(show.message("mika", "my secret address")), "I did not hear that.")
    show.end(show.choose(show.message("ayla", "hello")), "Hello!")
    feed.heard(Removal(scope=RemovalScope.MESSAGE, arrived_ns=1, message_id="m1"))
    assert "secret" not in json.dumps(cells(feed))
    assert [line["cause"].get("removed", False) for line in lines(feed)] == [True, False]


def test_a_removal_without_an_author_hits_nobody(feed: Feed) -> None:
    ShowFeed(feed).message("mika", "hello")
    feed.heard(Removal(scope=RemovalScope.USER, arrived_ns=1))
    feed.heard(Removal(scope=RemovalScope.MESSAGE, arrived_ns=1))
    assert messages(feed)[0]["text"] == "hello"


def test_the_one_time_link_is_not_shown(feed: Feed) -> None:
    feed.status(Status(state=HostState.LISTENING, page="http://127.0.0.1:1/open?key=sesame"))
    assert "sesame" not in json.dumps(cells(feed))
    assert feed.state == HostState.LISTENING


def test_health_says_what_is_wrong_until_it_is_well(feed: Feed) -> None:
    feed.health("ledger", "The disk is full.")
    feed.health("voice", "The fallback speaks.")
    feed.health("ledger", "")
    assert cells(feed)["health"] == [{"part": "voice", "text": "The fallback speaks."}]


def test_figures_keep_free_turns_and_all_turns_apart(feed: Feed) -> None:
    show = ShowFeed(feed)
    show.end(show.choose(show.message("mika", "hello?")), "hello!")
    show.end(show.choose(show.message("ayla", "hello?"), was_free=False), "hello!")
    show.end(show.choose(show.message("vip", "hello?")), "", Outcome.SILENT, Reason.FAILED)
    figures = cells(feed)["figures"]
    assert (figures["audible_turns"], figures["audible_p95"]) == (1, 132.0)
    assert (figures["age_turns"], figures["age_p50"]) == (2, pytest.approx((132 + 4226) / 2))


def test_only_what_changed_is_told_again(feed: Feed) -> None:
    show = ShowFeed(feed)
    item = show.message("mika", "hello?")
    before = feed.cells.seq
    show.message("ayla", "hi")
    feed.settled(item, Reason.STALE, None)
    assert set(cells(feed, before)) == {"m1", "m2", "counts"}
    assert cells(feed, feed.cells.seq) == {}


def test_a_turn_that_was_cut_for_what_it_might_quote_keeps_its_cause_and_no_words(feed: Feed) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "hello?"))
    show.say(turn, "Somebody told me a secret address.")
    feed.heard(Removal(scope=RemovalScope.MESSAGE, arrived_ns=1, message_id="elsewhere", cut=turn.id))
    assert cells(feed)["turn"]["clauses"] == []
    show.say(turn, "The secret goes on.")
    show.end(turn, "", Outcome.CUT, Reason.REMOVED)
    assert "secret" not in json.dumps(cells(feed))
    assert lines(feed)[0]["cause"]["text"] == "hello?"


def test_what_was_said_to_a_removed_message_goes_with_it(feed: Feed) -> None:
    show = ShowFeed(feed)
    turn = show.choose(show.message("mika", "my secret address"))
    show.say(turn, "Your secret address?")
    show.end(turn, "Your secret address?")
    feed.heard(Removal(scope=RemovalScope.HELD, arrived_ns=1, message_id="m1"))
    assert "secret" not in json.dumps(cells(feed))


def test_a_line_without_words_stays_so_whatever_the_feed_missed(feed: Feed) -> None:
    show = ShowFeed(feed)
    line = show.end(show.choose(show.message("mika", "my secret address")), "Your secret?")
    feed.ended(replace(line, turn_id="another", text="", heard="", removed=True, outcome=Outcome.CUT, reason="removed"))
    assert lines(feed)[-1]["cause"]["removed"]


def test_another_voice_is_named_and_the_rest_stays(feed: Feed) -> None:
    feed.uses("voice", "espeak")
    assert cells(feed)["about"]["of"] == {"chat": "demo", "voice": "espeak"}
