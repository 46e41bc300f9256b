"""Failing over and coming back, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field

import pytest

from fakes.clauses import cleared
from fakes.voice import FakeVoice
from sidecast.errors import VoiceError
from sidecast.speech.fallback import PROBE_MOST_S, FallbackVoice
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

HELLO = cleared("hello")
AWAY = "The voice first is away; second speaks until it is back."
MUTE = "No voice can speak: The voice second was told to fail."


@dataclass
class Pair:
    voice: FallbackVoice
    first: FakeVoice
    second: FakeVoice
    told: list[str] = field(default_factory=list)


def play(
    act: Callable[[Pair], Coroutine[None, None, None]], first: Iterable[float | None], second: Iterable[float | None] = (0.01,)
) -> Pair:
    """Run `act` on two voices with these scripts."""

    async def scene() -> Pair:
        clock = loop_clock()
        one, two = FakeVoice(clock, first, "first"), FakeVoice(clock, second, "second")
        told: list[str] = []
        pair = Pair(FallbackVoice(one, two, clock=clock, rng=random.Random(1), on_change=told.append), one, two, told)
        await act(pair)
        await pair.voice.close()
        return pair

    return run_virtual(scene())


def test_a_healthy_voice_speaks_alone() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.start()
        utterance = await pair.voice.synthesise(HELLO)
        assert utterance.engine == pair.voice.name == "first"

    pair = play(act, [0.01])
    assert pair.second.asked == []
    assert pair.told == []


def test_the_clause_that_failed_is_spoken_once_by_the_other_voice() -> None:
    async def act(pair: Pair) -> None:
        utterance = await pair.voice.synthesise(HELLO)
        assert utterance.engine == "second"
        assert utterance.cleared is HELLO
        assert pair.voice.name == "second"
        assert pair.voice.note == AWAY

    pair = play(act, [None])
    assert pair.first.asked == ["hello"]
    assert pair.second.asked == ["hello"]
    assert pair.told == [AWAY]


def test_it_comes_back_when_a_probe_passes_and_says_so() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.synthesise(HELLO)
        await asyncio.sleep(60)
        assert (await pair.voice.synthesise(HELLO)).engine == "first"
        assert pair.voice.note == ""

    pair = play(act, [None, None, None, None, 0.01])
    assert pair.first.probes == 4
    assert pair.told == [AWAY, ""]
    assert pair.voice.failovers == 1


def test_another_voice_is_preferred_from_the_next_clause_on() -> None:
    async def act(pair: Pair) -> None:
        pair.voice.prefer("first")
        assert (await pair.voice.synthesise(HELLO)).engine == "first"
        pair.voice.prefer("second")
        assert (pair.voice.name, pair.voice.note) == ("second", "")
        assert (await pair.voice.synthesise(HELLO)).engine == "second"
        # nobody looks for the one that is not wanted any more
        pair.voice.prefer("first")
        await pair.voice.synthesise(HELLO)
        pair.voice.prefer("second")
        await asyncio.sleep(60)
        assert pair.first.probes == 0

    assert play(act, [0.01, None]).told[-1] == ""


def test_probing_slows_down_but_never_ends() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.synthesise(HELLO)
        await asyncio.sleep(3600)

    pair = play(act, [None])
    assert 3600 / PROBE_MOST_S * 0.6 <= pair.first.probes <= 3600 / PROBE_MOST_S * 2 + 10


def test_while_the_first_is_away_it_is_still_the_last_resort() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.synthesise(HELLO)
        assert (await pair.voice.synthesise(HELLO)).engine == "first"

    play(act, [None, 0.01], [0.01, None])


def test_when_neither_can_speak_the_error_names_both_and_the_streamer_is_told() -> None:
    async def act(pair: Pair) -> None:
        with pytest.raises(VoiceError, match=r"voice first was told.*voice second was told"):
            await pair.voice.synthesise(HELLO)

    assert play(act, [None], [None]).told == [AWAY, MUTE]


def test_a_show_without_any_voice_starts_and_gets_the_first_that_comes() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.start()
        assert pair.voice.note == MUTE
        await asyncio.sleep(60)
        assert pair.voice.note == AWAY
        assert (await pair.voice.synthesise(HELLO)).engine == "second"

    assert play(act, [None], [None, None, None, 0.01]).told == [AWAY, MUTE, AWAY]


def test_a_first_voice_that_cannot_start_leaves_the_second_speaking() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.start()
        assert pair.voice.note == AWAY
        assert (await pair.voice.synthesise(HELLO)).engine == "second"

    play(act, [None])


def test_cancelling_a_clause_is_no_failure() -> None:
    async def act(pair: Pair) -> None:
        task = asyncio.create_task(pair.voice.synthesise(HELLO))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pair.voice.name == "first"

    assert play(act, [1.0]).second.asked == []


def test_a_clause_that_fails_while_it_is_closed_starts_nothing_new() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.close()
        with pytest.raises(VoiceError):
            await pair.voice.synthesise(HELLO)
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "voice-probe"]

    play(act, [None], [None])


def test_closing_closes_both() -> None:
    async def act(pair: Pair) -> None:
        await pair.voice.synthesise(HELLO)

    pair = play(act, [None])
    assert pair.first.closed
    assert pair.second.closed
