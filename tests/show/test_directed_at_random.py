"""Random evenings with every order at random moments, between removals and stops: what must hold holds all the same."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from fakes.watcher import Recorder
from sidecast.clock import Clock
from sidecast.control.access.permission import GRANTS, Caller, Role
from sidecast.control.live.orders import Director, read_order
from sidecast.errors import OrderRefused
from sidecast.flow.candidate import Reason
from sidecast.flow.line import LedgerLine
from sidecast.flow.order import Approval, Approve, Order, Stop
from sidecast.flow.utterance import Utterance
from sidecast.show.show import Show

from .directed import answer, approval, approve, mood, move, never, say, skip, stop
from .test_removals import SHOW_S, LoggedStage, RandomEvening

pytestmark = pytest.mark.show

EVENINGS = 300
CHUNK = 60
ADA = Caller(id="member:1", name="Ada", permissions=GRANTS[Role.MODERATOR])


class Stage(LoggedStage):
    """Knows which turns were voiced, and when."""

    def __init__(self, evening: DirectedEvening, clock: Clock) -> None:
        super().__init__(clock, evening.chance, evening.log)
        self._evening = evening

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        played = super().play(utterance, number, epoch)
        if played:
            self._evening.voiced.append(utterance.cleared.clause.turn_id)
        return played


class DirectedEvening(RandomEvening):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.mode = self.chance.choice((Approval.OFF, Approval.OFF, Approval.DOUBTFUL, Approval.ALL))
        self.approved: set[str] = set()
        self.voiced: list[str] = []
        self.stopped = False
        self.waited_while_stopped = False
        self.given: Counter[str] = Counter()
        """Orders that were obeyed, and refusals, by name."""

    def _stage(self, clock: Clock) -> LoggedStage:
        return Stage(self, clock)

    def _parts(self, clock: Clock) -> dict[str, Any]:
        return {**super()._parts(clock), "approval": self.mode, "approval_s": 3.0, "ordered": self._ordered}

    def _ordered(self, order: Order, refusal: str) -> None:
        self.given[f"{type(order).__name__} {'refused' if refusal else 'obeyed'}"] += 1
        if isinstance(order, Approve) and order.yes and not refusal:
            self.approved.add(order.turn_id)
        if isinstance(order, Stop):
            self.stopped = order.on

    def _overrule(self, show: Show, clock: Clock) -> None:
        super()._overrule(show, clock)
        for _ in range(self.chance.randint(5, 25)):
            at_s = self.chance.uniform(0.5, SHOW_S * 0.85)
            asyncio.get_running_loop().call_later(at_s, self._give, show)

    def _give(self, show: Show) -> None:
        with contextlib.suppress(OrderRefused):
            show.order(self._order())
        # a failure in here would only be logged
        self.waited_while_stopped |= self.stopped and self.feed.cells.since(0)["queue"] != []

    def _order(self) -> Order:
        chance = self.chance
        cells = self.feed.cells.since(0)
        waits, queue = cells["approval"], cells["queue"]
        if isinstance(waits, dict) and chance.random() < 0.6:
            return approve(waits["turn"], yes=chance.random() < 0.7)
        assert isinstance(queue, list)
        waiting = [each["id"] for each in queue if each["kind"] == "message"]
        # what waits, mostly, or whatever there was or was not
        item_id = chance.choice(waiting) if waiting and chance.random() < 0.7 else f"m{chance.randrange(12)}"
        return chance.choice(
            (
                lambda: answer(item_id, cut=chance.random() < 0.3),
                lambda: answer(item_id),
                lambda: never(item_id, on=chance.random() < 0.7),
                lambda: move(item_id, chance.randrange(5)),
                lambda: move(item_id, chance.randrange(5)),
                lambda: move(item_id, chance.randrange(5)),
                lambda: say("Hello there, everybody! We go on in a minute."),
                lambda: approve("t1"),
                lambda: mood(chance.choice(("happy", "sad", ""))),
            )
        )()

    # ---- what must hold -----------------------------------------------------------------------------------------

    def check_orders(self, seen: Recorder) -> None:
        where = f"evening {self.seed}"
        told = Counter(id(item) for item, _ in seen.fates)
        assert told == Counter(id(item) for item in seen.received), f"{where}: not every item has one reason"
        assert seen.reasons[Reason.WAITING] == 0
        assert not self.waited_while_stopped, f"{where}: something waits after a stop"
        turns = {line.turn_id: line for line in seen.lines}
        for turn_id in self.voiced:
            line = turns[turn_id]
            needs_nobody = line.cause == "said" or self.mode is Approval.OFF
            clean = self.mode is Approval.DOUBTFUL and all(verdict == "allow none" for verdict in line.verdicts)
            assert needs_nobody or clean or turn_id in self.approved, f"{where}: {turn_id} was voiced, and nobody had said yes"
        for line in seen.lines:
            self._check_line(line, where)
        assert self.feed.cells.since(0)["approval"] is None, f"{where}: a reply waits after the show"

    def _check_line(self, line: LedgerLine, where: str) -> None:
        if line.reason in (Reason.REJECTED, Reason.UNAPPROVED):
            assert line.heard == "", f"{where}: {line.turn_id} was heard although nobody wanted it"
        if line.approved_by:
            assert line.turn_id in self.approved, where
            assert not line.was_free, where
        assert (line.asked_by == "") == (line.asked_ns == 0), where


def played(seed: int) -> DirectedEvening:
    evening = DirectedEvening(seed)
    seen = evening.play()
    evening.check(seen)
    evening.check_orders(seen)
    return evening


@pytest.mark.parametrize("first", range(0, EVENINGS, CHUNK))
def test_every_order_keeps_to_the_rules_whenever_it_comes(first: int) -> None:
    given: Counter[str] = Counter()
    for seed in range(first, first + CHUNK):
        given += played(seed).given
    # the evenings are worth nothing if hardly anything happens in them
    for name in ("Answer", "Never", "Move", "Say", "Approve", "SetMood", "Skip"):
        assert given[f"{name} obeyed"] > 5, (name, given)
    for name in ("Answer", "Never", "Move", "Approve"):
        assert given[f"{name} refused"] > 5, (name, given)


def test_the_same_seed_is_the_same_evening() -> None:
    assert [played(7).voiced for _ in range(2)] == [played(7).voiced] * 2


def test_orders_of_a_page_are_those_of_the_show() -> None:
    """What the control room sends is what these evenings give."""
    told: list[Order] = []
    director = Director(told.append, _Frozen())
    for message, order in (
        ({"order": "answer", "item": "m1", "cut": True}, answer("m1", cut=True)),
        ({"order": "never", "item": "m1", "on": False}, never("m1", on=False)),
        ({"order": "move", "item": "m1", "to": 3}, move("m1", 3)),
        ({"order": "say", "text": "Hello!"}, say("Hello!")),
        ({"order": "approve", "turn": "t1"}, approve("t1")),
        ({"order": "reject", "turn": "t1"}, approve("t1", yes=False)),
        ({"order": "mood", "mood": ""}, mood("")),
        ({"order": "approval", "mode": "all"}, approval(Approval.ALL)),
        ({"order": "skip"}, skip()),
        ({"order": "stop"}, stop()),
    ):
        director.give(read_order(message), ADA)
        assert replace(told[-1], at_ns=0) == order


class _Frozen:
    def now_ns(self) -> int:
        return 0

    def wall_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError
