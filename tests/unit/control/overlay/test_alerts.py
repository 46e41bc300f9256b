"""Alerts one after another, in time that is told: bounded, followers together, none late, none that was removed."""

from __future__ import annotations

import pytest

from sidecast.control.overlay.alert import KINDS, MAX_TOGETHER, Alert, alert_of
from sidecast.control.overlay.alerts import BETWEEN_S, CROWDED, CROWDED_OUT, LATE, LATE_S, MOST_WAITING, REMOVED, AlertQueue
from sidecast.flow.chat import Author, ChannelEvent, EventKind, Removal, RemovalScope

pytestmark = pytest.mark.unit

S = 10**9


def alert(kind: EventKind = EventKind.FOLLOW, name: str = "ada", amount: int = 0, text: str = "") -> Alert:
    author = Author(id=f"id-{name}", name=name, colour="#ff0000")
    event = ChannelEvent(id=f"e-{name}", kind=kind, author=author, amount=amount, text=text, arrived_ns=0)
    made = alert_of(event, name, with_text=True)
    assert made is not None
    return made


def removal_of(name: str) -> Removal:
    return Removal(scope=RemovalScope.USER, arrived_ns=0, author_id=f"id-{name}")


def shown(queue: AlertQueue) -> str:
    return "" if queue.shown is None else str(queue.shown.alert.view()["name"])


def test_one_after_another_with_a_pause_between() -> None:
    queue = AlertQueue()
    assert queue.due_ns() is None
    queue.add(alert(EventKind.SUB, "ada"), 0)
    queue.add(alert(EventKind.RAID, "bo", 42), 0)
    assert queue.advance(0)
    assert shown(queue) == "ada"
    ends = round(KINDS[EventKind.SUB].stays_s * S)
    assert queue.due_ns() == ends
    assert not queue.advance(ends - 1)
    assert queue.advance(ends)
    assert queue.shown is None
    assert queue.due_ns() == ends + round(BETWEEN_S * S)
    assert not queue.advance(ends + 1)
    assert queue.advance(ends + round(BETWEEN_S * S))
    assert shown(queue) == "bo"
    assert queue.shown is not None
    assert queue.shown.number == 2


def test_followers_that_wait_come_together() -> None:
    queue = AlertQueue()
    queue.add(alert(name="first"), 0)
    queue.advance(0)
    for number in range(5000):
        queue.add(alert(name=f"f{number}"), 1)
    assert len(queue) == 1
    assert queue.dropped == {}
    queue.advance(5 * S)
    queue.advance(6 * S)
    assert queue.shown is not None
    view = queue.shown.alert.view()
    assert (view["name"], view["words"]) == ("f0, f1 and 4998 others", "are new followers")
    assert len(queue.shown.alert.events) == MAX_TOGETHER


def test_two_and_three_followers_are_named_as_people_say_it() -> None:
    two = alert(name="ada").joined(alert(name="bo"))
    assert two.view()["name"] == "ada and bo"
    assert two.joined(alert(name="cy")).view()["name"] == "ada, bo and 1 other"


def test_when_too_much_waits_the_small_go_and_are_counted() -> None:
    queue = AlertQueue()
    queue.add(alert(EventKind.RAID, "big", 500), 0)
    for number in range(3 * MOST_WAITING):
        queue.add(alert(EventKind.CHEER, f"c{number}", 5), 0)
    queue.add(alert(EventKind.GIFT, "giver", 10), 0)
    assert len(queue) == MOST_WAITING
    assert queue.dropped[CROWDED_OUT] == 2 * MOST_WAITING + 2
    names = []
    now = 0
    while queue.due_ns() is not None:
        now = max(now, queue.due_ns() or 0)
        if queue.advance(now) and queue.shown:
            names.append(shown(queue))
    assert names[0] == "big"
    assert names[-1] == "giver"
    assert names[1:-1] == [f"c{number}" for number in range(MOST_WAITING - 2)]


def test_a_crowd_is_hurried() -> None:
    queue = AlertQueue()
    for number in range(6):
        queue.add(alert(EventKind.SUB, f"s{number}"), 0)
    queue.advance(0)
    assert queue.due_ns() == round(KINDS[EventKind.SUB].stays_s * CROWDED * S)


def test_old_news_is_not_shown() -> None:
    queue = AlertQueue()
    queue.add(alert(EventKind.SUB, "ada"), 0)
    assert not queue.advance(round((LATE_S + 1) * S))
    assert queue.dropped == {LATE: 1}
    assert queue.due_ns() is None


def test_a_removal_takes_its_alert_out_of_the_queue_and_off_the_stream() -> None:
    queue = AlertQueue()
    queue.add(alert(EventKind.RAID, "shown"), 0)
    queue.add(alert(EventKind.SUB, "waits"), 0)
    queue.add(alert(name="ada"), 0)
    queue.add(alert(name="bo"), 0)
    queue.advance(0)
    assert queue.remove(removal_of("shown"))
    assert queue.shown is None
    assert not queue.remove(removal_of("waits"))
    assert not queue.remove(removal_of("ada"))
    assert queue.dropped == {REMOVED: 3}
    assert queue.advance(1)
    assert shown(queue) == "bo"
    assert queue.remove(Removal(scope=RemovalScope.CHAT, arrived_ns=0))
    assert queue.shown is None


def test_what_is_shown_of_several_goes_on_without_the_one() -> None:
    queue = AlertQueue()
    queue.add(alert(name="ada"), 0)
    queue.add(alert(name="bo"), 0)
    queue.advance(0)
    assert shown(queue) == "ada and bo"
    assert queue.remove(removal_of("ada"))
    assert shown(queue) == "bo"
    assert queue.shown is not None
    assert queue.shown.alert.view()["words"] == "is a new follower"


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        (EventKind.SUB, 0, "subscribed"),
        (EventKind.RESUB, 1, "subscribed for 1 month"),
        (EventKind.RESUB, 14, "subscribed for 14 months"),
        (EventKind.GIFT, 50, "gave away 50 subs"),
        (EventKind.CHEER, 1500, "cheered with 1,500 bits"),
        (EventKind.RAID, 1, "raids with 1 viewer"),
    ],
)
def test_every_kind_in_words(kind: EventKind, amount: int, words: str) -> None:
    assert alert(kind, amount=amount).view()["words"] == words


def test_what_is_no_alert_and_who_has_no_name() -> None:
    poll = ChannelEvent(id="p", kind=EventKind.POLL, arrived_ns=0)
    assert alert_of(poll, "", with_text=True) is None
    cheer = ChannelEvent(id="c", kind=EventKind.CHEER, amount=5, text="for\u202e you", arrived_ns=0)
    anonymous = alert_of(cheer, "\u200b", with_text=True)
    assert anonymous is not None
    assert anonymous.view() | {"colour": ""} == {
        "kind": "cheer",
        "name": "somebody",
        "colour": "",
        "words": "cheered with 5 bits",
        "text": "for you",
        "amount": 5,
    }
    assert alert_of(cheer, "x", with_text=False).text == ""  # type: ignore[union-attr]
    train = ChannelEvent(id="h", kind=EventKind.HYPE_TRAIN, amount=3, arrived_ns=0)
    assert alert_of(train, "", with_text=True).view()["words"] == "Hype train, level 3"  # type: ignore[union-attr]
