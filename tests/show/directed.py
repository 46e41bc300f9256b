"""An evening that somebody directs: orders at moments of virtual time, and what they led to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakes.board import NoticeBoard
from fakes.source import ScriptedSource
from fakes.watcher import Recorder
from sidecast.clock import Clock
from sidecast.errors import OrderRefused
from sidecast.flow.chat import Incoming
from sidecast.flow.order import Answer, Approval, Approve, Move, Mute, Never, Order, Say, SetApproval, SetMood, Skip, Stop
from sidecast.flow.prompt import Prompt
from sidecast.show.show import Show

from .evening import SETTINGS, Evening

LONG = "This is the first part of a long answer, and here is a second part, and there comes a third one. The end is far away."


@dataclass
class Directed:
    """`orders`: at which second what is done; an order, or anything that is called with this evening."""

    script: Sequence[tuple[float, Incoming]]
    orders: Sequence[tuple[float, Order | Callable[[Directed], object]]] = ()
    reply: Callable[[Prompt], str | None] = lambda prompt: LONG
    approval: Approval = Approval.OFF
    then_say: bool = False
    seconds: float = 60.0
    refused: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    ordered: list[tuple[Order, str]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    """Of `Evening`."""

    def play(self) -> Recorder:
        # somebody may still give orders when the chat has no more to say
        options = {
            "settings": SETTINGS,
            "make_source": lambda clock: ScriptedSource(clock, self.script, self.seconds),
            **self.options,
        }
        evening = self.evening = Evening(
            self.script, reply=self.reply, meanwhile=self._direct, seconds=self.seconds, more=self._parts, **options
        )
        return evening.play()

    def order(self, order: Order) -> None:
        try:
            self.told.append(self.show.order(order))
        except OrderRefused as refusal:
            self.refused.append(str(refusal))

    def _parts(self, clock: Clock) -> dict[str, Any]:
        self.clock = clock
        self.board = NoticeBoard(clock)
        return {
            "board": self.board,
            "approval": self.approval,
            "approval_then_say": self.then_say,
            "ordered": lambda order, refusal: self.ordered.append((order, refusal)),
        }

    def _direct(self, show: Show, clock: Clock) -> None:
        self.show = show
        # timers of the same moment have no order among themselves
        for at_s in {at_s for at_s, _ in self.orders}:
            asyncio.get_running_loop().call_later(at_s, self._do, [what for when, what in self.orders if when == at_s])

    def _do(self, all_of_it: Sequence[Order | Callable[[Directed], object]]) -> None:
        for what in all_of_it:
            if callable(what):
                what(self)
            else:
                self.order(what)


def answer(item_id: str, *, cut: bool = False) -> Answer:
    return Answer(by="Ada", by_id="member:1", at_ns=0, item_id=item_id, cut=cut)


def never(item_id: str, *, on: bool = True) -> Never:
    return Never(by="Ada", by_id="member:1", at_ns=0, item_id=item_id, on=on)


def move(item_id: str, to: int) -> Move:
    return Move(by="Ada", by_id="member:1", at_ns=0, item_id=item_id, to=to)


def say(text: str) -> Say:
    return Say(by="Ada", by_id="member:1", at_ns=0, text=text)


def mood(name: str) -> SetMood:
    return SetMood(by="Ada", by_id="member:1", at_ns=0, mood=name)


def approve(turn_id: str, *, yes: bool = True) -> Approve:
    return Approve(by="Ada", by_id="member:1", at_ns=0, turn_id=turn_id, yes=yes)


def approval(mode: Approval) -> SetApproval:
    return SetApproval(by="Ada", by_id="member:1", at_ns=0, mode=mode)


def skip() -> Skip:
    return Skip(by="Ada", by_id="member:1", at_ns=0)


def stop(*, on: bool = True) -> Stop:
    return Stop(by="Ada", by_id="member:1", at_ns=0, on=on)


def mute(*, on: bool = True) -> Mute:
    return Mute(by="Ada", by_id="member:1", at_ns=0, on=on)
