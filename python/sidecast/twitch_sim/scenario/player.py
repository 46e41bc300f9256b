"""Scenarios that are asked for while the simulator runs: one at a time, in the background."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

from ...clock import Clock
from .file import Scenario, ScenarioError, load, parse, shipped
from .play import Playing, play
from .scene import Scene

Begin = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]
"""Makes a task that ends with the simulator."""


class Player:
    """`scene()` gives where it is played."""

    def __init__(self, scene: Callable[[], Scene], clock: Clock, seed: int, begin: Begin) -> None:
        self.scenario: Scenario | None = None
        """The one that is on, or was last."""
        self.playing = Playing()
        self._scene = scene
        self._clock = clock
        self._rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._begin = begin
        self._task: asyncio.Task[Any] | None = None

    @property
    def on(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self, scenario: Scenario) -> None:
        """Raises ScenarioError when one is on already."""
        if self.on and self.scenario is not None:
            raise ScenarioError(f"“{self.scenario.title}” is on.", "Stop it first, or wait until it is over.")
        self.scenario, self.playing = scenario, Playing()
        self._task = self._begin(play(scenario, self._scene(), self._clock, self._rng, playing=self.playing))

    def stop(self) -> bool:
        """False: none is on. What has happened stays."""
        on = self.on
        if self._task is not None:
            self._task.cancel()
        return on

    def asked(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`{"name": …}` (one that comes along), `{"toml": …}` or `{"stop": true}`, as `/sim/scenario` takes it.

        Raises:
            ScenarioError: it is none of these, or cannot be played.
        """
        match asked:
            case {"stop": True}:
                return {"stopped": self.stop()}
            case {"toml": str(text)}:
                self.start(parse(text, "scenario.toml"))
            case {"name": str(name)}:  # no paths: what stands on this machine is not for whoever speaks HTTP
                if name not in shipped():
                    raise ScenarioError(f"There is no scenario “{name}”.", f"There are: {', '.join(shipped())}.")
                self.start(load(shipped()[name]))
            case _:
                raise ScenarioError("That says no scenario.", 'Send {"name": …}, {"toml": …} or {"stop": true}.')
        return self.state()

    def state(self) -> dict[str, Any]:
        scenario = self.scenario
        return {
            "title": scenario.title if scenario else "",
            "on": self.on,
            "steps": len(scenario.steps) if scenario else 0,
            "done": self.playing.done,
            "impossible": self.playing.impossible,
            "remarks": list(self.playing.remarks),
            "shipped": list(shipped()),
        }
