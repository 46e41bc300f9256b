"""A clause is judged by how the voice will say it, before the voice is given it, in a whole show in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from fakes.source import says
from fakes.voice import FakeVoice
from fakes.watcher import Recorder
from sidecast.clock import Clock, LoopClock
from sidecast.flow.line import Outcome
from sidecast.flow.policy import Policy
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_in import GateIn
from sidecast.safety.gate_out import GateOut
from sidecast.safety.hearing.ear import Ear
from sidecast.safety.holder import PolicyHolder
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

FORBIDDEN, SAID_LIKE_IT = "mepplin", "mepplen"


def evening_with(delay_s: float, reply: str) -> tuple[Recorder, FakeVoice]:
    """The chat begins when the voice is prepared. `delay_s`: of each answer of the voice."""
    voices: list[FakeVoice] = []

    def make_voice(clock: Clock) -> FakeVoice:
        voices.append(FakeVoice(clock, (delay_s,)))
        return voices[0]

    holder = PolicyHolder(Compiled(Policy(block=(FORBIDDEN,)), ()))
    ear = Ear(lambda: voices[0], holder, LoopClock(lambda: asyncio.get_running_loop().time()))
    running: list[asyncio.Task[None]] = []

    def listen(show: Show, clock: Clock) -> None:
        running.append(asyncio.create_task(ear.run()))

    evening = Evening(
        [(60.0, says("Kit, what is in the garden?"))],
        reply=lambda _: reply,
        make_voice=make_voice,
        gates=(GateIn(holder), GateOut(holder, ear=ear)),
        meanwhile=listen,
    )
    return evening.play(), voices[0]


def test_what_would_be_heard_as_a_forbidden_word_never_reaches_the_voice() -> None:
    seen, voice = evening_with(0.001, f"There is a garden. It has a {SAID_LIKE_IT} tree in it. And a pond.")
    (line,) = seen.lines
    assert "block own sound.own.block" in line.verdicts
    assert line.outcome is Outcome.HEARD
    assert line.heard.startswith("There is a garden.")
    assert not any(SAID_LIKE_IT in text for text in voice.asked)
    assert any(SAID_LIKE_IT in texts for texts in voice.pronounced)


def test_a_voice_that_is_slow_to_tell_delays_no_turn_by_more_than_its_patience() -> None:
    reply = "The zzorpyx of quibblethorn, in the garden."
    lines = [evening_with(delay_s, reply)[0].lines[0] for delay_s in (0.0, 5.0)]
    quick, slow = ((line.stages.cleared_ns - line.stages.first_clause_ns) / 1e9 for line in lines)
    assert quick < slow <= 0.02 + 1e-6
    assert all(line.outcome is Outcome.HEARD for line in lines)
