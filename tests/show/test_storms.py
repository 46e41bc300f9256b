"""A whole show whose chat storms: careful by itself, calm again by itself, and a human's word counts more."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pytest

from fakes.moderated import Noted
from fakes.raiders import (
    PASTA,
    Script,
    different_names,
    follows,
    nearly_same,
    patterned_names,
    same_text,
    writes,
)
from fakes.source import raid
from fakes.watcher import Recorder
from sidecast.audience.seen import Seen
from sidecast.audience.storm import StormState
from sidecast.clock import Clock
from sidecast.desks.storms import StormDesk
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Removal, Role
from sidecast.flow.moderation import Care, Storm, StormKind
from sidecast.flow.ports import Watcher
from sidecast.safety.reading.folding import fold_word
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

SUBSCRIBER = frozenset({Role.SUBSCRIBER})
AT_S = 700.0
"""When the storms below begin."""


@dataclass
class Stormy:
    """An evening that watches for storms as a real show does. `told`: every change, and when."""

    evening: Evening
    wanted: Literal["all", "attacks", "off"] = "all"
    at: list[tuple[float, Callable[[Stormy], object]]] = field(default_factory=list)
    told: list[tuple[float, Storm]] = field(default_factory=list)
    audit: Noted = field(default_factory=Noted)

    def play(self) -> Recorder:
        self.evening.also = [self._watch]
        self.evening.more = lambda clock: {"understood": self.desk.understood}
        self.evening.admits = lambda candidate: self.state.admits(candidate)  # noqa: PLW0108 - made when the clock is there
        self.evening.meanwhile = self._begin
        return self.evening.play()

    @property
    def calls(self) -> list[tuple[StormKind, str]]:
        """Storms that the show called itself, with what it said first."""
        states = [Storm(), *(storm for _, storm in self.told)]
        return [
            (now.kind, now.why) for before, now in itertools.pairwise(states) if now.kind not in {StormKind.NONE, before.kind}
        ]

    def _watch(self, clock: Clock) -> Watcher:
        self.clock = clock
        seen = Seen(clock)
        self.state = StormState(clock, seen.is_regular)
        self.state.on_change(lambda storm: self.told.append((round(clock.now_ns() / 1e9 - self.start_s, 1), storm)))
        self.desk = StormDesk(self.state, seen, clock, fold_word, self.wanted)
        self.desk.connect(self.audit)
        return seen

    def _begin(self, show: Show, clock: Clock) -> None:
        self.start_s = clock.now_ns() / 1e9
        self.state.on_change(lambda _: show.recheck())
        loop = asyncio.get_running_loop()
        self.ticking = loop.create_task(self.desk.run())
        for at_s, act in self.at:
            loop.call_later(at_s, act, self)


def played(script: Script, **more: object) -> tuple[Stormy, dict[str, Reason]]:
    stormy = Stormy(Evening(sorted(script, key=lambda each: each[0])))
    for name, value in more.items():
        setattr(stormy, name, value)
    seen = stormy.play()
    return stormy, {item.id: reason for item, reason in seen.fates if not isinstance(item, Removal)}


def quiet_evening(until_s: float = 900.0) -> Script:
    """Three people who are known, and say little."""
    return [
        (float(at), writes(f"number {at} of the many things to say about rain", who, id=f"{who}-{at}"))
        for at, who in zip(range(5, round(until_s), 40), ["mika", "bo", "ayla"] * 100, strict=False)
    ]


def asks(at_s: float, who: str, *, new: bool = False, roles: frozenset[Role] = frozenset()) -> Script:
    """A question of their own, whose id is `ask-<who>`."""
    return [(at_s, writes(f"Kit, what do you think of {who} as a name?", who, id=f"ask-{who}", new=new, roles=roles))]


def test_a_hate_raid_makes_it_careful_and_the_calm_after_it_makes_it_free() -> None:
    raiders = same_text(AT_S, different_names(30), new=True)
    script = [
        *quiet_evening(1100),
        *raiders,
        *asks(720, "stranger", new=True),
        *asks(730, "sub", roles=SUBSCRIBER),
        *asks(1000, "late", new=True),
    ]
    stormy, fates = played(script)
    assert stormy.calls == [(StormKind.HATE, "6 new accounts wrote the same text within 4 s.")]
    called_s, storm = stormy.told[0]
    assert (called_s, storm.care, storm.by) == (AT_S + 4, Care.KNOWN, "")
    assert [storm.why[:2] for _, storm in stormy.told] == ["6 ", "12", "24", ""]
    passed_s, last = stormy.told[-1]
    assert last.care is Care.ALL
    assert 180 <= passed_s - raiders[-1][0] <= 186
    assert fates["ask-stranger"] is Reason.CAREFUL
    assert fates["ask-sub"] is fates["ask-late"] is Reason.ANSWERED
    assert stormy.audit.notes == [
        ("Sidecast", "moderation.storm_seen", "hate", {"why": "6 new accounts wrote the same text within 4 s."}),
        ("Sidecast", "moderation.storm_passed", "hate", {}),
    ]


def gg(people: int) -> Script:
    return same_text(AT_S, different_names(people), new=True, every_s=0.1, text="GG WP that was close!")


@pytest.mark.parametrize(
    ("storm", "kinds"),
    [
        pytest.param(nearly_same(AT_S, different_names(20), random.Random(3)), [StormKind.HATE], id="nearly the same"),
        pytest.param(
            [
                (at, writes(f"{number} things of my own to say", name, new=True))
                for number, (at, name) in enumerate(zip(range(700, 716, 2), patterned_names(8), strict=True))
            ],
            [StormKind.HATE],
            id="names of one pattern, each with a text of its own",
        ),
        pytest.param(follows(AT_S, patterned_names(40)), [StormKind.HATE], id="follows by names of one pattern"),
        pytest.param(follows(AT_S, different_names(40)), [], id="follows by people"),
        pytest.param(
            [(at, writes(f"see https://example.org/{at}", f"{at}")) for at in range(700, 712)], [StormKind.FLOOD], id="links"
        ),
        pytest.param(
            [
                (at, writes(f"my number is +49 170 {at}{at + 1}0", name, new=True))
                for at, name in zip(range(700, 708), different_names(8), strict=True)
            ],
            [StormKind.HATE],
            id="private data, each of another",
        ),
        pytest.param(same_text(AT_S, different_names(12), new=False), [StormKind.FLOOD], id="the same by many"),
        pytest.param(same_text(AT_S, ["mika", "bo", "ayla"] * 20, new=False, every_s=0.3), [], id="copypasta of three regulars"),
        pytest.param(gg(200), [], id="GG by two hundred who never wrote before"),
        pytest.param(
            same_text(AT_S, different_names(200), new=True, every_s=0.05, text="PogChamp " * 12), [], id="an emote by two hundred"
        ),
    ],
)
def test_what_is_a_storm_and_what_is_a_busy_chat(storm: Script, kinds: list[StormKind]) -> None:
    stormy, _ = played([*quiet_evening(), (1.0, writes("hello there", "frida", new=True)), *storm])
    assert [kind for kind, _ in stormy.calls] == kinds


def test_friends_who_come_are_greeted_and_their_rush_is_waited_out() -> None:
    friends = raid(60)
    script = [
        *quiet_evening(),
        (AT_S, friends),
        *same_text(AT_S + 2, different_names(50), new=True, every_s=0.3),
        *asks(AT_S + 30, "newcomer", new=True),
        *asks(AT_S + 110, "stayed", new=True),
    ]
    stormy, fates = played(script)
    assert stormy.calls == [(StormKind.RAID, "A raid brought 60 viewers.")]
    assert fates[friends.id] is Reason.ANSWERED
    assert fates["ask-newcomer"] is Reason.CAREFUL
    assert fates["ask-stayed"] is Reason.ANSWERED
    assert stormy.told[-1][1].care is Care.ALL


def test_one_button_undoes_it_and_it_does_not_begin_again_at_once() -> None:
    raiders = same_text(AT_S, [*different_names(380), *patterned_names(20)], new=True, every_s=0.5)
    again = same_text(1400, different_names(400)[300:], new=False, every_s=0.5)
    stormy, fates = played(
        [*quiet_evening(1500), *raiders, *again, *asks(760, "stranger", new=True)],
        at=[(750.0, lambda stormy: stormy.state.set(Care.ALL, by="Ada"))],
    )
    assert [kind for kind, _ in stormy.calls] == [StormKind.HATE, StormKind.HATE]
    by_hand = next(at for at, (_, storm) in enumerate(stormy.told) if storm.by)
    assert (stormy.told[by_hand][1].by, stormy.told[by_hand][1].care) == ("Ada", Care.ALL)
    assert stormy.told[by_hand + 1][0] >= 1400
    assert fates["ask-stranger"] is Reason.ANSWERED


def test_who_is_careful_by_hand_stays_so() -> None:
    stormy, fates = played(
        [*quiet_evening(1000), *same_text(AT_S, different_names(30), new=True), *asks(960, "stranger", new=True)],
        at=[(650.0, lambda stormy: stormy.state.set(Care.KNOWN, by="Ada"))],
    )
    assert [(storm.by, storm.kind) for _, storm in stormy.told] == [("Ada", StormKind.NONE)]
    assert fates["ask-stranger"] is Reason.CAREFUL


def test_who_becomes_more_careful_by_hand_during_a_storm_stays_so() -> None:
    stormy, fates = played(
        [*quiet_evening(1000), *same_text(AT_S, different_names(30), new=True), *asks(960, "stranger", new=True)],
        at=[(710.0, lambda stormy: stormy.state.set(Care.NOBODY, by="Ada"))],
    )
    assert (stormy.told[-1][1].care, stormy.told[-1][1].by) == (Care.NOBODY, "Ada")
    assert fates["ask-stranger"] is Reason.CAREFUL


def test_the_setting_switches_it_off_at_once() -> None:
    storms = [*same_text(AT_S, different_names(30), new=True), (800.0, raid(60))]
    off, _ = played([*quiet_evening(), *storms], wanted="off")
    assert off.told == []
    attacks, _ = played([*quiet_evening(1100), *storms], wanted="attacks")
    assert [kind for kind, _ in attacks.calls] == [StormKind.HATE]
    meanwhile, fates = played(
        [*quiet_evening(), *storms, *asks(760, "stranger", new=True)],
        at=[(750.0, lambda stormy: stormy.desk.adopt("off"))],
    )
    assert meanwhile.told[-1][0] == 750.0
    assert meanwhile.told[-1][1].care is Care.ALL
    assert fates["ask-stranger"] is Reason.ANSWERED


def test_no_word_and_no_name_is_in_what_is_told() -> None:
    names = patterned_names(12, "zanzibar")
    stormy, _ = played([*quiet_evening(), *same_text(AT_S, names, new=True)])
    assert stormy.calls
    told = repr((stormy.told, stormy.audit.notes))
    assert "zanzibar" not in told
    assert not any(word in told for word in PASTA.split() if len(word) > 4)
