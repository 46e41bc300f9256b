"""Plays a scenario: each act when it is due, in their order, on the clock that it is given."""

from __future__ import annotations

import heapq
import logging
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...clock import Clock
from ...errors import SidecastError
from .acts import Deed, acts
from .file import At, Scenario
from .scene import Scene

_log = logging.getLogger(__name__)
REMARKS = 100
"""Kept of what could not be done."""


@dataclass(slots=True)
class Playing:
    """How far it is."""

    done: int = 0
    impossible: int = 0
    remarks: list[str] = field(default_factory=list)
    """Why acts could not be done, the first ones."""


async def play(
    scenario: Scenario,
    scene: Scene,
    clock: Clock,
    rng: random.Random,
    *,
    playing: Playing | None = None,
    on_step: Callable[[At], None] = lambda at: None,
) -> Playing:
    """Returns when the last act is done; cancelling it leaves what is done as it is.

    An act that is impossible as things stand (no such message, a poll is on) is counted and remarked, and the next one follows.
    """
    playing = playing or Playing()
    start_ns = clock.now_ns()
    for due_s, begins, deed in _in_order(scenario, scene, rng):
        wait_s = due_s - (clock.now_ns() - start_ns) / 1e9
        if wait_s > 0:
            await clock.sleep(wait_s)
        if begins is not None:
            on_step(begins)
            continue
        try:
            deed[1](scene)
            playing.done += 1
        except SidecastError as error:
            playing.impossible += 1
            if len(playing.remarks) < REMARKS:
                playing.remarks.append(f"at {due_s:.0f} s: {error}")
            _log.warning("The scenario “%s”, at %.0f s: %s", scenario.name, due_s, error)
    return playing


def _in_order(scenario: Scenario, scene: Scene, rng: random.Random) -> Iterator[tuple[float, At | None, Deed]]:
    """All acts of all steps by their times; only as many are laid out at once as steps overlap."""
    nothing: Deed = (0.0, lambda scene: None)
    coming: list[tuple[float, int, Deed, Iterator[Deed]]] = []
    steps = iter(scenario.steps)
    following = next(steps, None)
    for number in range(len(scenario.steps) + 1):
        until_s = following.at_s if following is not None else float("inf")
        while coming and coming[0][0] <= until_s:
            due_s, order, deed, rest = heapq.heappop(coming)
            yield due_s, None, deed
            _push(coming, scenario.steps[order].at_s, order, rest)
        if following is None:
            return
        yield following.at_s, following, nothing
        _push(coming, following.at_s, number, acts(following.step, scene, rng))
        following = next(steps, None)


def _push(coming: list[tuple[float, int, Deed, Iterator[Deed]]], at_s: float, order: int, rest: Iterator[Deed]) -> None:
    deed = next(rest, None)
    if deed is not None:
        heapq.heappush(coming, (at_s + deed[0], order, deed, rest))
