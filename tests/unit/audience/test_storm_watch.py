"""When a storm begins, of what kind, when it is over, and how long a human's no holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from sidecast.audience.storm_signs import ATTACK, SAME_NAMES, SAME_TEXT, SAME_TEXT_NEW, Sighting
from sidecast.audience.storm_watch import CALM_S, RESPECTED_S, Begun, StormWatch
from sidecast.flow.moderation import StormKind
from sidecast.flow.verdict import Category

pytestmark = pytest.mark.unit

S = 1_000_000_000
HATE, FLOOD, RAID = StormKind.HATE, StormKind.FLOOD, StormKind.RAID


def ns(at_s: float) -> int:
    return round(at_s * S)


def pasting(
    at_s: float, people: int, *, new: bool = False, every_s: float = 1.0, text: int = 7, first: int = 0
) -> list[Sighting]:
    return [
        Sighting(at_ns=ns(at_s + number * every_s), author=first + number, stranger=new, text=(text,)) for number in range(people)
    ]


def talking(at_s: float, people: int) -> list[Sighting]:
    """Each says something else, at once."""
    return [Sighting(at_ns=ns(at_s), author=10_000 + number) for number in range(people)]


def refused(
    at_s: float, people: int, category: Category, every_s: float = 1.0, *, new: bool = False, blocked: bool = True
) -> list[Sighting]:
    return [
        Sighting(at_ns=ns(at_s + number * every_s), author=number, refused=category, stranger=new, blocked=blocked)
        for number in range(people)
    ]


def begun(watch: StormWatch, seen: Iterable[Sighting]) -> list[Begun]:
    """What the watch says of it, as the desk asks."""
    told = []
    for each in seen:
        watch.calm(each.at_ns)
        told.append(watch.see(each))
    return [each for each in told if each is not None]


def kinds(told: Iterable[Begun]) -> list[StormKind]:
    return [each.kind for each in told if not each.grown]


@pytest.mark.parametrize(
    ("seen", "kind", "why"),
    [
        (pasting(0, SAME_TEXT), FLOOD, "8 accounts wrote the same text within 7 s."),
        (pasting(0, SAME_TEXT_NEW, new=True), HATE, "6 new accounts wrote the same text within 5 s."),
        (refused(0, ATTACK, Category.RACE_RELIGION), HATE, "5 accounts wrote within 4 s what the gate keeps out."),
        (
            refused(0, ATTACK, Category.BULLYING, new=True, blocked=False),
            HATE,
            "5 accounts wrote within 4 s what the gate keeps out.",
        ),
        (refused(0, 8, Category.LINK), FLOOD, "8 accounts wrote within 7 s what the gate keeps out."),
        (
            [Sighting(at_ns=ns(at), author=at, stranger=True, name=3, wrote=at % 2 == 0) for at in range(SAME_NAMES)],
            HATE,
            "5 new accounts with names of one pattern came within 4 s.",
        ),
        ([Sighting(at_ns=0, author=0, raid=1200)], RAID, "A raid brought 1,200 viewers."),
    ],
)
def test_just_enough_is_a_storm_and_one_less_is_not(seen: list[Sighting], kind: StormKind, why: str) -> None:
    assert begun(StormWatch(), seen) == [Begun(kind=kind, why=why)]
    assert begun(StormWatch(), seen[:-1]) == []


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(pasting(0, 300, every_s=5.0), id="too slow"),
        pytest.param([*talking(0, 200), *pasting(0.1, 19, every_s=0.1)], id="few of many"),
        pytest.param([Sighting(at_ns=ns(at), author=at % 4, text=(7,)) for at in range(100)], id="four people"),
        pytest.param([*talking(0, 20), *refused(1, 6, Category.MISOGYNY)], id="a rough chat"),
        pytest.param(refused(0, 60, Category.SWEARING, 0.1, new=True), id="swearing"),
        pytest.param(refused(0, 60, Category.BULLYING, 0.1), id="what regulars shout at a game"),
        pytest.param(refused(0, 60, Category.EXTREMISM, 0.1, blocked=False), id="doubtful talk of regulars"),
        pytest.param([Sighting(at_ns=ns(at), author=at, stranger=True, name=at) for at in range(60)], id="many new ones"),
        pytest.param([*talking(0, 70), Sighting(at_ns=1, author=0, raid=69)], id="a raid that is lost in the chat"),
        pytest.param([Sighting(at_ns=0, author=0, raid=49)], id="a small raid"),
    ],
)
def test_a_busy_chat_is_no_storm(seen: list[Sighting]) -> None:
    assert begun(StormWatch(), seen) == []


def test_copypasta_of_regulars_and_some_who_are_new_is_a_flood_at_most() -> None:
    mixed = [*pasting(0, 4, every_s=0.5), *pasting(2, 11, new=True, every_s=0.5, first=50)]
    assert kinds(begun(StormWatch(), mixed)) == [FLOOD]


def test_the_greeting_that_a_raid_pastes_is_part_of_the_raid() -> None:
    raid = Sighting(at_ns=0, author=0, raid=60)
    assert kinds(begun(StormWatch(), [raid, *pasting(1, 50, new=True)])) == [RAID]


def test_so_is_that_of_a_small_raid_unless_more_write_it_than_came() -> None:
    raid = Sighting(at_ns=0, author=0, raid=20)
    assert begun(StormWatch(), [raid, *pasting(1, 20, new=True)]) == []
    assert kinds(begun(StormWatch(), [raid, *pasting(1, 21, new=True)])) == [HATE]
    late = [*pasting(170, 20, new=True), *pasting(190, 10, new=True, first=50)]
    assert kinds(begun(StormWatch(), [raid, *late])) == [HATE]


def test_a_raid_that_turns_to_hate_becomes_graver() -> None:
    raid = Sighting(at_ns=0, author=0, raid=60)
    assert kinds(begun(StormWatch(), [raid, *refused(10, 6, Category.SEXUALITY)])) == [RAID, HATE]


def test_it_is_told_again_when_it_has_doubled() -> None:
    told = begun(StormWatch(), pasting(0, 40, every_s=0.5))
    assert [each.why.split()[0] for each in told] == ["8", "16", "32"]
    assert [each.grown for each in told] == [False, True, True]


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (pasting(0, 9, every_s=0.5), FLOOD),
        (pasting(0, 9, new=True, every_s=0.5), HATE),
        ([Sighting(at_ns=4 * S, author=0, raid=60)], RAID),
    ],
)
def test_it_is_over_once_nothing_of_it_was_seen_for_a_while(seen: list[Sighting], kind: StormKind) -> None:
    watch = StormWatch()
    assert kinds(begun(watch, seen)) == [kind]
    assert not watch.calm(ns(3 + CALM_S[kind]))
    assert watch.calm(ns(4 + CALM_S[kind]))
    assert not watch.calm(ns(1000 + CALM_S[kind]))


def test_what_would_be_too_little_to_begin_it_keeps_it_up() -> None:
    """Hysteresis: four at a time, every 40 s, for ten minutes."""
    watch = StormWatch()
    few = [pasting(at, 4, every_s=0.1) for at in range(40, 640, 40)]
    assert begun(StormWatch(), itertools.chain(*few)) == []
    assert kinds(begun(watch, [*pasting(0, 9), *itertools.chain(*few)])) == [FLOOD]
    assert not watch.calm(ns(600 + CALM_S[FLOOD] - 5))
    assert watch.calm(ns(601 + CALM_S[FLOOD]))


def test_a_no_holds_for_ten_minutes_and_not_against_what_is_graver() -> None:
    watch = StormWatch()
    endless = pasting(0, round(RESPECTED_S) + 60)
    assert kinds(begun(watch, endless[:20])) == [FLOOD]
    watch.refuse(ns(20))
    assert begun(watch, endless[20 : round(RESPECTED_S) + 19]) == []
    assert kinds(begun(watch, endless[round(RESPECTED_S) + 19 :])) == [FLOOD]
    watch.refuse(ns(700))
    assert kinds(begun(watch, refused(701, 30, Category.SEXUALITY, 0.1))) == [HATE]


def test_a_no_to_hate_is_a_no_to_all() -> None:
    watch = StormWatch()
    assert kinds(begun(watch, refused(0, 6, Category.SEXUALITY))) == [HATE]
    watch.refuse(ns(7))
    seen = [*pasting(8, 30, every_s=0.1), *refused(20, 20, Category.SEXUALITY), Sighting(at_ns=ns(50), author=0, raid=500)]
    assert begun(watch, seen) == []


def test_a_no_while_nothing_is_going_on_is_about_nothing() -> None:
    watch = StormWatch()
    watch.refuse(0)
    assert kinds(begun(watch, pasting(1, 9))) == [FLOOD]
