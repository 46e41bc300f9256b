"""Two sources of one channel, in any interleaving and with any outages: everything once, and no removal lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.source import says
from sidecast.chat.left_out import LeftOut
from sidecast.chat.merge import Merge
from sidecast.chat.twins import KEPT_S, Twins
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope

pytestmark = pytest.mark.unit

S = 1_000_000_000
BO = Author(id="id-bo", name="bo")
HI = replace(says("hi Kit", who="bo"), sent_ms=1_000)
CHEER = ChannelEvent(id="e-1", kind=EventKind.CHEER, arrived_ns=0, author=BO, amount=100, text="hi", raw_kind="channel.cheer")
CHEERS = replace(HI, bits=100)
REDEMPTION = ChannelEvent(
    id="e-2",
    kind=EventKind.REDEMPTION,
    arrived_ns=0,
    author=BO,
    title="Ask for a poem",
    text="hi Kit",
    reward_id="r-1",
    about="redemption-1",
    raw_kind="channel.channel_points_custom_reward_redemption.add",
)
REDEEMS = replace(HI, reward_id="r-1")
RAID = ChannelEvent(id="n-1", kind=EventKind.RAID, arrived_ns=0, author=BO, amount=42, raw_kind="raid")
RAID_TOO = replace(RAID, id="e-3", raw_kind="channel.raid")
GIFT = ChannelEvent(id="n-2", kind=EventKind.GIFT, arrived_ns=0, author=None, amount=5, raw_kind="community_sub_gift")
GIFT_TOO = replace(GIFT, id="e-4", raw_kind="channel.subscription.gift")
BAN = Removal(scope=RemovalScope.USER, arrived_ns=0, author_id="id-bo", reason="banned", sent_ms=2_000)
CLEAR = Removal(scope=RemovalScope.CHAT, arrived_ns=0, reason="cleared", sent_ms=2_000)
DELETE = Removal(scope=RemovalScope.MESSAGE, arrived_ns=0, message_id=HI.id)


def played(*told: tuple[str, Incoming], at_s: float = 0.0) -> list[Incoming]:
    """All of it at once, and then what waited."""
    merge = Merge()
    found = [item for source, each in told for item in merge.put(each, source, round(at_s * S))]
    return [*found, *merge.due(100 * S)]


def test_a_message_and_an_event_that_both_tell_come_once() -> None:
    assert played(("irc", HI), ("eventsub", HI), ("eventsub", RAID), ("irc", RAID)) == [HI, RAID]


def test_what_only_one_tells_comes() -> None:
    other = says("and I", who="ayla")
    assert played(("irc", HI), ("eventsub", other)) == [HI, other]


@pytest.mark.parametrize("removal", [BAN, CLEAR, DELETE], ids=lambda removal: removal.scope.value)
def test_a_removal_that_both_tell_comes_once(removal: Removal) -> None:
    again = replace(removal, reason="banned or timed out", sent_ms=3_000)
    assert played(("irc", HI), ("eventsub", HI), ("irc", removal), ("eventsub", again), ("eventsub", again)) == [HI, removal]


@pytest.mark.parametrize("removal", [BAN, CLEAR], ids=lambda removal: removal.scope.value)
def test_the_slower_source_s_removal_is_no_second_one_whatever_the_faster_has_told_since(removal: Removal) -> None:
    later = replace(says("I am back", who="bo"), sent_ms=3_000)
    told: list[tuple[str, Incoming]] = [
        ("irc", HI),
        ("irc", removal),
        ("irc", later),
        ("eventsub", HI),
        ("eventsub", removal),
        ("eventsub", later),
    ]
    assert played(*told) == [HI, removal, later]


@pytest.mark.parametrize("removal", [BAN, CLEAR], ids=lambda removal: removal.scope.value)
def test_a_second_act_is_a_second_removal(removal: Removal) -> None:
    later, second = replace(says("I am back", who="bo"), sent_ms=3_000), replace(removal, sent_ms=4_000)
    told: list[tuple[str, Incoming]] = [("irc", HI), ("irc", removal), ("irc", later), ("irc", second)]
    again: list[tuple[str, Incoming]] = [("eventsub", item) for _, item in told]
    assert played(*told, *again) == [HI, removal, later, second]
    # and when IRC falls silent before the second
    assert played(*told[:3], *again) == [HI, removal, later, second]
    # and when it is told long after the first, with nothing in between
    much_later = replace(removal, sent_ms=60_000)
    assert played(("irc", removal), ("irc", much_later)) == [removal, much_later]


def test_what_comes_late_from_a_source_that_missed_the_ban_stays_away() -> None:
    merge = Merge()
    assert merge.put(BAN, "irc", 0) == [BAN]
    assert merge.put(HI, "eventsub", 0) == []
    assert merge.left_out[LeftOut.REMOVED] == 1
    back = replace(says("I am back", who="bo"), sent_ms=3_000)
    assert merge.put(back, "eventsub", 0) == [back]


def test_a_message_that_was_held_may_come_again() -> None:
    held = Removal(scope=RemovalScope.HELD, arrived_ns=0, message_id=HI.id)
    assert played(("eventsub", held), ("eventsub", HI), ("irc", HI)) == [held, HI]
    assert played(("irc", HI), ("eventsub", held), ("eventsub", HI), ("irc", HI)) == [HI, held, HI]


@pytest.mark.parametrize("source", ["irc", "eventsub"])
def test_a_cheer_is_its_message(source: str) -> None:
    assert played((source, CHEERS), ("eventsub", CHEER)) == [CHEERS]
    assert played(("eventsub", CHEER), (source, CHEERS)) == [CHEERS]
    anonymous = replace(CHEERS, author=Author(id="407665396", name="AnAnonymousCheerer"))
    assert played(("eventsub", replace(CHEER, author=None)), (source, anonymous)) == [anonymous]


def test_two_cheers_are_two() -> None:
    second, second_too = replace(CHEERS, id="m-2"), replace(CHEER, id="e-9")
    told: list[tuple[str, Incoming]] = [
        ("eventsub", CHEER),
        ("irc", CHEERS),
        ("eventsub", CHEERS),
        ("irc", second),
        ("eventsub", second_too),
    ]
    assert played(*told) == [CHEERS, second]


def test_a_cheer_that_the_chat_does_not_tell_comes_a_moment_later() -> None:
    merge = Merge()
    assert merge.put(CHEER, "eventsub", 0) == []
    assert merge.due_ns == KEPT_S * S
    assert merge.due(round(KEPT_S * S) - 1) == []
    assert merge.due(round(KEPT_S * S)) == [CHEER]
    # its message comes as one, and nobody is thanked twice; taking it away takes both
    assert merge.put(CHEERS, "irc", 3 * S) == [replace(CHEERS, bits=0)]
    assert merge.put(DELETE, "irc", 4 * S) == [replace(DELETE, message_id=CHEER.id), DELETE]


def test_a_removal_takes_what_waits_too() -> None:
    merge = Merge()
    assert merge.put(CHEER, "eventsub", 0) == []
    assert merge.put(BAN, "irc", 0) == [CHEER, BAN]
    assert merge.due_ns is None


def test_a_redemption_with_words_is_its_message_and_gives_it_its_title() -> None:
    titled = replace(REDEEMS, reward="Ask for a poem")
    assert played(("eventsub", REDEMPTION), ("irc", REDEEMS)) == [titled]
    assert played(("irc", REDEEMS), ("eventsub", REDEMPTION)) == [REDEEMS]
    second = replace(REDEEMS, id="m-2")
    assert played(("irc", REDEEMS), ("eventsub", REDEMPTION), ("irc", second)) == [
        REDEEMS,
        replace(second, reward="Ask for a poem"),
    ]


def test_a_redemption_without_words_is_in_no_chat_and_comes_at_once() -> None:
    merge = Merge()
    wordless = replace(REDEMPTION, text="")
    assert merge.put(wordless, "eventsub", 0) == [wordless]


@pytest.mark.parametrize(("in_chat", "event"), [(RAID, RAID_TOO), (GIFT, GIFT_TOO)])
def test_a_raid_and_a_gift_are_announced_once(in_chat: ChannelEvent, event: ChannelEvent) -> None:
    assert played(("eventsub", event), ("irc", in_chat), ("eventsub", in_chat)) == [in_chat]
    assert played(("irc", in_chat), ("eventsub", event), ("eventsub", in_chat)) == [in_chat]
    merge = Merge()
    assert merge.put(event, "eventsub", 0) == []
    assert merge.due(3 * S) == [event]
    assert merge.put(in_chat, "irc", 4 * S) == []


# ---- any interleaving, any outage ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    at: float
    source: str
    item: Incoming


def evening(data: st.DataObject, *, outages: bool) -> tuple[list[Incoming], list[Telling]]:
    """What happened, in its order, and who told it when; each source in the order of what happened."""
    happened: list[Incoming] = []
    for number in range(data.draw(st.integers(1, 16))):
        who, sent_ms = data.draw(st.sampled_from(("bo", "ayla"))), 1_000 * (number + 1)
        match data.draw(st.integers(0, 9)):
            case 0:
                scope, author = RemovalScope.USER, f"id-{who}"
            case 1:
                scope, author = RemovalScope.CHAT, ""
            case 2:
                raids = ChannelEvent(id=f"n-{number}", kind=EventKind.RAID, arrived_ns=0, author=BO, sent_ms=sent_ms)
                happened.append(raids)
                continue
            case _:
                happened.append(replace(says("hi", who=who, id=f"m-{number}"), sent_ms=sent_ms))
                continue
        happened.append(
            Removal(scope=scope, arrived_ns=sent_ms * 1_000_000, author_id=author, sent_ms=sent_ms, reason=f"act {number}")
        )
    told = []
    for source in ("irc", "eventsub"):
        at = 0.0
        for number, item in enumerate(happened):
            at = max(at, number + data.draw(st.floats(0, 8)))
            if not (outages and data.draw(st.integers(0, 3)) == 0):
                told.append(Telling(at, source, item))
    return happened, sorted(told, key=lambda telling: telling.at)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_everything_comes_once_in_any_interleaving(data: st.DataObject) -> None:
    happened, told = evening(data, outages=False)
    merge = Merge()
    found = [item for telling in told for item in merge.put(telling.item, telling.source, round(telling.at * S))]
    items = [item for item in found if not isinstance(item, Removal)]
    assert len({item.id for item in items}) == len(items)
    acts = [item.reason for item in found if isinstance(item, Removal)]
    assert len(set(acts)) == len(acts)
    kept = {item.id for item in items}
    assert kept == {item.id for item in happened if not isinstance(item, Removal)}
    _nothing_removed_is_left(happened, told, found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_with_any_outages_nothing_is_lost_or_doubled_and_no_removal_is_missed(data: st.DataObject) -> None:
    happened, told = evening(data, outages=True)
    merge = Merge()
    found = [item for telling in told for item in merge.put(telling.item, telling.source, round(telling.at * S))]
    items = [item for item in found if not isinstance(item, Removal)]
    assert len({item.id for item in items}) == len(items)
    heard = {telling.item.id for telling in told if not isinstance(telling.item, Removal)}
    missing = heard - {item.id for item in items}
    assert len(missing) == merge.left_out[LeftOut.REMOVED]
    _nothing_removed_is_left(happened, told, found)


def _nothing_removed_is_left(happened: list[Incoming], told: list[Telling], found: list[Incoming]) -> None:
    """What was handed on before a source told of its removal is removed after it."""
    for place, item in enumerate(found):
        if isinstance(item, Removal):
            continue
        after = happened[happened.index(item) + 1 :]
        acts = [act for act in after if isinstance(act, Removal) and act.hits(item)]
        came = next(number for number, telling in enumerate(told) if telling.item == item)
        if any(telling.item in acts for telling in told[came:]) and _by_one_who_knows(acts, item, told):
            assert any(isinstance(later, Removal) and later.hits(item) for later in found[place:]), item


def _by_one_who_knows(acts: list[Removal], item: Incoming, told: list[Telling]) -> bool:
    """Some source told of the item, and then of an act that takes it away."""
    for source in ("irc", "eventsub"):
        theirs = [telling.item for telling in told if telling.source == source]
        if item in theirs and any(act in theirs[theirs.index(item) :] for act in acts):
            return True
    return False


def test_its_memory_is_bounded() -> None:
    merge = Merge(limit=100)
    for number in range(20_000):
        who = f"viewer-{number}"
        cheer = replace(CHEER, id=f"e-{number}", author=Author(id=who, name=who))
        redeemed = replace(REDEMPTION, id=f"r-{number}", reward_id=f"reward-{number}")
        for item in (replace(says("hi", who=who, id=f"m-{number}"), bits=1), cheer, redeemed):
            merge.put(item, "irc", number * S)
        merge.put(replace(BAN, author_id=who, sent_ms=number), "eventsub", number * S)
        merge.put(replace(DELETE, message_id=f"m-{number}"), "eventsub", number * S)
        merge.due(number * S)
    assert len(merge) < 20_000


def test_a_message_without_an_id_is_nobody_s_double() -> None:
    nameless = ChatMessage(id="", author=BO, text="hi", arrived_ns=0)
    assert played(("irc", nameless), ("irc", nameless)) == [nameless, nameless]


def test_a_flood_of_events_is_not_kept_without_end() -> None:
    twins = Twins(limit=8)
    handed_on = [twins.event(replace(CHEER, id=f"e-{number}", amount=number), 0) for number in range(1, 21)]
    assert handed_on == [None] * 8 + [True] * 12
    assert len(twins.due(round(KEPT_S * S))) == 8
    assert len(twins) <= 5 * 8
