"""Hands for rules in tests: what they do is written down, and refused where a test says so. And rules, drawn at random."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sidecast.clock import Clock
from sidecast.errors import OrderRefused
from sidecast.flow.action import Act, Granted
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Role
from sidecast.flow.obs_act import ObsAct, PlayMedia
from sidecast.flow.order import Say
from sidecast.flow.rule import RunLine
from sidecast.rules.ports import Acted
from sidecast.rules.rules import Given, Rules


class Hands:
    """An `Actor`, the show's `order` and the gate, in one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.done: list[object] = []
        """Acts and `Say`s, in order."""
        self.causes: list[Granted] = []
        self.lines: list[RunLine] = []
        self.notes: list[str] = []
        self.judged: list[str] = []
        self.refuses: Callable[[object], str] = lambda _: ""
        """Why an act or a line is refused."""
        self.forbids: Callable[[str], str] = lambda _: ""
        """The gate."""
        self.media_s = 3.0
        """How long media play."""

    async def do(self, act: ObsAct | Act, cause: Granted) -> Acted:
        self.causes.append(cause)
        if isinstance(act, PlayMedia) and act.wait:
            await self._clock.sleep(self.media_s)
        why = self.refuses(act)
        if not why:
            self.done.append(act)
        return Acted(done=not why, words=why)

    def check(self, act: ObsAct | Act, cause: Granted) -> tuple[str, ...]:
        why = self.refuses(act)
        return (why,) if why else ()

    def say(self, order: Say) -> None:
        if why := self.refuses(order):
            raise OrderRefused(why)
        self.done.append(order)

    def judge(self, text: str) -> str:
        self.judged.append(text)
        return self.forbids(text)

    def given(self, clock: Clock, chance: Callable[[], float] = lambda: 0.5) -> Given:
        numbers = itertools.count(1)
        return Given(
            clock=clock,
            actor=self,
            say=self.say,
            judge=self.judge,
            new_id=lambda: f"run-{next(numbers)}",
            on_line=self.lines.append,
            on_note=self.notes.append,
            chance=chance,
            local=local,
        )


def local(wall_ms: int) -> datetime:
    """A streamer who lives by UTC."""
    return datetime.fromtimestamp(wall_ms / 1000, UTC)


async def at_once(work: Callable[[], bool]) -> bool:
    """In place of a thread, for virtual time."""
    return work()


def rules_of(path: Path, text: str, hands: Hands, clock: Clock, chance: Callable[[], float] = lambda: 0.5) -> Rules:
    """With this file."""
    path.write_text(text, encoding="utf-8")
    return Rules(path, hands.given(clock, chance), off_loop=at_once)


MIKA = Author(id="4711", name="mika")
MOD = Author(id="99", name="Torben", roles=frozenset({Role.MODERATOR}))


def raid(clock: Clock, amount: int = 7, author: Author | None = MIKA, number: int = 1) -> ChannelEvent:
    return ChannelEvent(id=f"e{number}", kind=EventKind.RAID, arrived_ns=clock.now_ns(), author=author, amount=amount)


def wrote(clock: Clock, text: str, author: Author = MOD, *, number: int = 1, bits: int = 0, reward: str = "") -> ChatMessage:
    return ChatMessage(id=f"m{number}", author=author, text=text, arrived_ns=clock.now_ns(), bits=bits, reward=reward)
