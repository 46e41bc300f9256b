"""A step → single acts with their times: a burst becomes its messages, a poll its votes. Nothing happens in here yet."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from . import deeds, steps
from .steps import Step

if TYPE_CHECKING:
    from .deeds import Act
    from .scene import Scene

Deed = tuple[float, "Act"]
"""Seconds after the step is due, and what happens then."""
PREDICTION_ENDS_S = 30.0


def acts(step: Step, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    """In the order of their times. `scene`: who is made up on the way, so that the same accounts come again."""
    several = _SEVERAL.get(type(step))
    if several is not None:
        yield from several(step, scene, rng)
    else:
        yield 0.0, partial(deeds.ONE[type(step)], step)


def _burst(step: steps.Burst, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    names = step.who or scene.strangers(step.viewers)
    for number in range(round(step.per_s * step.for_s)):
        text = step.texts[number % len(step.texts)]
        # neither in step nor in a fixed order, as people write
        at_s = (number + rng.random()) / step.per_s
        yield at_s, partial(deeds.write, rng.choice(names), text)


def _hate_raid(step: steps.HateRaid, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    names = scene.strangers(step.accounts, new=True)
    gap_s = step.for_s / len(names)
    for number, name in enumerate(names):
        if step.follow:
            yield number * gap_s, partial(deeds.follow_as, name)
        yield number * gap_s + gap_s / 2, partial(deeds.write, name, rng.choice(step.texts))


def _hype_train(step: steps.HypeTrain, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    gap_s = step.for_s / step.contributions
    for number in range(step.contributions):
        kind = rng.choice(("bits", "subscription"))
        yield number * gap_s, partial(deeds.contribute, rng.choice(scene.regulars), step.points, kind)
    yield step.for_s, deeds.end_train


def _poll(step: steps.Poll, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    yield 0.0, partial(deeds.begin_poll, step)
    rounds = min(step.votes, step.seconds)
    for number in range(rounds):
        votes = step.votes * (number + 1) // rounds - step.votes * number // rounds
        yield (number + 0.5) * step.seconds / rounds, partial(deeds.vote, rng.randrange(len(step.choices)), votes)
    yield float(step.seconds), deeds.end_poll


def _prediction(step: steps.Prediction, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    yield 0.0, partial(deeds.begin_prediction, step)
    for number, name in enumerate(scene.regulars):
        at_s = (number + 0.5) * step.seconds / len(scene.regulars)
        yield at_s, partial(deeds.bet, name, rng.randrange(len(step.outcomes)), rng.choice((10, 100, 250, 1000)))
    yield float(step.seconds), deeds.lock_prediction
    yield step.seconds + PREDICTION_ENDS_S, partial(deeds.end_prediction, step.winner)


def _held(step: steps.Held, scene: Scene, rng: random.Random) -> Iterator[Deed]:
    note: list[str] = []
    yield 0.0, partial(deeds.hold, step, note)
    if step.after_s is not None:
        yield step.after_s, partial(deeds.decide, step, note)


_SEVERAL: dict[type[Step], Callable[..., Iterator[Deed]]] = {
    steps.Burst: _burst,
    steps.HateRaid: _hate_raid,
    steps.Held: _held,
    steps.HypeTrain: _hype_train,
    steps.Poll: _poll,
    steps.Prediction: _prediction,
}
