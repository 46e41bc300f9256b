"""Acting over a Helix that answers as it is told, in virtual time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes.twitch_api import FakeTwitchApi
from sidecast.clock import Clock
from sidecast.flow.action import ActLine, Hindrance, Obstacle
from sidecast.flow.twitch import Feature
from sidecast.twitch.acting.acting import Acting
from sidecast.virtual_time import loop_clock, run_virtual


@dataclass
class Bench:
    """One show's acting."""

    clock: Clock
    api: FakeTwitchApi
    features: set[Feature] = field(default_factory=lambda: set(Feature))
    lines: list[ActLine] = field(default_factory=list)
    judged: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = itertools.count(1)
        self.acting = Acting(
            self.api,
            self.clock,
            features=lambda: self.features,
            judge=self._judge,
            new_id=lambda: f"a{next(numbers)}",
            on_line=self.lines.append,
        )

    def _judge(self, text: str, *, links: bool) -> Hindrance | None:
        self.judged.append((text, links))
        return Hindrance(obstacle=Obstacle.GATE, what="The gate does not let this be written.") if "gloom" in text else None


Play = Callable[[Callable[[Bench], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def play() -> Play:
    """Plays what is done with a `Bench` in virtual time."""

    def run(work: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
        async def go() -> None:
            clock = loop_clock()
            await work(Bench(clock, FakeTwitchApi(clock)))

        run_virtual(go())

    return run
