"""The host does not begin to speak while the streamer does, in virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fakes.source import says
from fakes.watcher import Recorder
from sidecast.clock import Clock
from sidecast.flow.order import Order, Say
from sidecast.obs.room.manners import AT_MOST_S, BREATH_S, Manners
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

KIT = says("Kit, what game are we playing?", id="m1")
LATER = says("Kit, do you like rain at all?", who="ayla", id="m2")


def evening(
    speaks: list[tuple[float, bool]], chat: Any = ((1.0, KIT),), orders: tuple[tuple[float, Order], ...] = ()
) -> Recorder:
    """`speaks`: when the streamer begins and ends."""
    manners = Manners()

    def meanwhile(show: Show, clock: Clock) -> None:
        def speak(on: bool) -> None:
            manners.streamer(on, clock.now_ns())
            show.streamer_changed()

        loop = asyncio.get_running_loop()
        for at_s, order in orders:
            loop.call_later(at_s, show.order, order)
        for at_s, on in speaks:
            loop.call_later(at_s, speak, on)

    return Evening(list(chat), meanwhile=meanwhile, more=lambda _: {"manners": manners}, seconds=60).play()


def begun_s(seen: Recorder) -> list[float]:
    return [line.stages.chosen_ns / 1e9 for line in seen.lines]


def test_a_reply_waits_until_the_streamer_has_ended() -> None:
    seen = evening([(0.5, True), (5.0, False)])
    assert begun_s(seen) == pytest.approx([5.0 + BREATH_S], abs=0.01)
    assert not seen.lines[0].was_free, "the wait is none of the host's slowness"


def test_it_goes_on_after_a_while_whatever_the_microphone_hears() -> None:
    assert begun_s(evening([(0.5, True)])) == pytest.approx([1.0 + AT_MOST_S], abs=0.01)


def test_without_the_streamers_voice_nothing_waits() -> None:
    seen = evening([(0.2, True), (0.5, False)])
    assert begun_s(seen) == pytest.approx([1.0], abs=0.01)
    assert seen.lines[0].was_free


def test_what_the_streamer_begins_to_say_later_cuts_nothing() -> None:
    seen = evening([(1.5, True), (20.0, False)], [(1.0, KIT), (9.0, LATER)])
    assert begun_s(seen) == pytest.approx([1.0, 20.0 + BREATH_S], abs=0.01)
    assert [line.was_free for line in seen.lines] == [True, False]


def test_a_line_of_the_streamers_own_waits_for_nobody() -> None:
    order = Say(by="Ada", at_ns=0, text="Hello all of you!")
    seen = evening([(0.5, True), (30.0, False)], [(1.0, KIT)], ((3.0, order),))
    first, second = begun_s(seen)
    assert first == pytest.approx(3.0, abs=0.01)
    assert 3.0 + 1 < second < 30.5
