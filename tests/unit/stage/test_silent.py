"""The stage that only keeps time, in virtual time: every mark to the nanosecond."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace

import pytest

from fakes.clauses import cleared
from fakes.voice import LEAD_S, RATE, tone
from sidecast.flow.cue import Status
from sidecast.flow.mark import Audible, Cut, Finished, Mark, Ready
from sidecast.flow.utterance import Utterance
from sidecast.stage.silent import SilentStage
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

MS = 1_000_000
DELAY_NS = 12 * MS
LEAD_NS = round(LEAD_S * 1e9)
HELLO = tone(cleared("hello there"))
SHORT = tone(cleared("yes"))


def first_tone_ns() -> int:
    """The tone's sine starts at zero; its second sample is the first audible one."""
    return LEAD_NS + 1_000_000_000 // RATE


def length_ns(frames: int) -> int:
    return frames * 1_000_000_000 // RATE


def marks_of(act: Callable[[SilentStage], Coroutine[None, None, None]]) -> list[Mark]:
    """What the stage reports while `act` runs and for ten seconds after it, without the first `ready`."""

    async def scene() -> list[Mark]:
        stage = SilentStage(loop_clock(), audible_after_s=DELAY_NS / 1e9)
        await act(stage)
        await asyncio.sleep(10)
        stage.close()
        ready, *rest = [mark async for mark in stage.marks()]
        assert ready == Ready(at_ns=0)
        return rest

    return run_virtual(scene())


def test_an_utterance_is_audible_at_its_first_loud_sample_and_finishes_with_its_last() -> None:
    async def act(stage: SilentStage) -> None:
        assert stage.play(HELLO, 1, stage.epoch())

    assert marks_of(act) == [
        Audible(utterance=1, at_ns=DELAY_NS + first_tone_ns()),
        Finished(utterance=1, at_ns=DELAY_NS + length_ns(HELLO.frames)),
    ]


def test_utterances_follow_each_other_without_a_gap() -> None:
    async def act(stage: SilentStage) -> None:
        assert stage.play(HELLO, 1, stage.epoch())
        assert stage.play(SHORT, 2, stage.epoch())

    second_ns = DELAY_NS + length_ns(HELLO.frames)
    assert marks_of(act)[1:] == [
        Finished(utterance=1, at_ns=second_ns),
        Audible(utterance=2, at_ns=second_ns + first_tone_ns()),
        Finished(utterance=2, at_ns=second_ns + length_ns(SHORT.frames)),
    ]


def test_a_stop_cuts_at_the_very_frame_and_what_waits_is_cut_unheard() -> None:
    async def act(stage: SilentStage) -> None:
        epoch = stage.epoch()
        stage.play(HELLO, 1, epoch)
        stage.play(SHORT, 2, epoch)
        await asyncio.sleep(0.112)
        assert stage.stop() == epoch + 1

    assert marks_of(act) == [
        Audible(utterance=1, at_ns=DELAY_NS + first_tone_ns()),
        Cut(utterance=1, at_ns=112 * MS, heard_frames=RATE // 10, asked_ns=112 * MS),
        Cut(utterance=2, at_ns=112 * MS, heard_frames=0, asked_ns=112 * MS),
    ]


def test_a_stop_before_the_first_sample_leaves_nothing_heard() -> None:
    async def act(stage: SilentStage) -> None:
        stage.play(HELLO, 1, stage.epoch())
        stage.stop()

    assert marks_of(act) == [Cut(utterance=1, at_ns=0, heard_frames=0, asked_ns=0)]


def test_what_was_finished_is_not_cut_even_when_the_stop_comes_at_the_same_instant() -> None:
    async def act(stage: SilentStage) -> None:
        stage.play(SHORT, 1, stage.epoch())
        await asyncio.sleep((DELAY_NS + length_ns(SHORT.frames)) / 1e9)
        stage.stop()

    assert [type(mark) for mark in marks_of(act)] == [Audible, Finished]


def test_nothing_of_an_old_epoch_is_played_and_the_new_one_starts_at_once() -> None:
    async def act(stage: SilentStage) -> None:
        old = stage.epoch()
        stage.play(HELLO, 1, old)
        await asyncio.sleep(0.1)
        new = stage.stop()
        assert not stage.play(SHORT, 2, old)
        assert stage.play(SHORT, 3, new)

    cut, audible, finished = marks_of(act)[1:]
    assert isinstance(cut, Cut)
    assert audible == Audible(utterance=3, at_ns=100 * MS + DELAY_NS + first_tone_ns())
    assert finished == Finished(utterance=3, at_ns=100 * MS + DELAY_NS + length_ns(SHORT.frames))


def test_an_utterance_that_is_all_silence_finishes_without_being_audible() -> None:
    async def act(stage: SilentStage) -> None:
        stage.play(replace(SHORT, pcm=bytes(3200), frames=1600), 1, stage.epoch())

    assert marks_of(act) == [Finished(utterance=1, at_ns=DELAY_NS + 100 * MS)]


def test_the_ring_takes_a_minute_of_sound_and_no_more() -> None:
    long = replace(SHORT, pcm=bytes(2 * RATE * 25), frames=RATE * 25)

    async def act(stage: SilentStage) -> None:
        assert stage.play(long, 1, stage.epoch())
        assert stage.play(long, 2, stage.epoch())
        assert not stage.play(long, 3, stage.epoch())
        stage.stop()
        assert stage.play(long, 4, stage.epoch())

    assert [mark.utterance for mark in marks_of(act) if isinstance(mark, Cut)] == [1, 2]


def test_a_pause_between_two_utterances_starts_the_second_anew() -> None:
    async def act(stage: SilentStage) -> None:
        stage.play(SHORT, 1, stage.epoch())
        await asyncio.sleep(1)
        stage.play(SHORT, 2, stage.epoch())

    assert marks_of(act)[2] == Audible(utterance=2, at_ns=1000 * MS + DELAY_NS + first_tone_ns())


def halves() -> tuple[Utterance, bytes]:
    """HELLO with half of its sound, and the rest."""
    border = HELLO.frames // 2 * 2
    return replace(HELLO, pcm=HELLO.pcm[:border]), HELLO.pcm[border:]


def test_an_utterance_in_two_parts_sounds_as_one() -> None:
    beginning, rest = halves()

    async def act(stage: SilentStage) -> None:
        assert stage.play(beginning, 1, stage.epoch())
        await asyncio.sleep(0.02)
        assert stage.go_on(beginning, 1, stage.epoch(), rest)

    assert marks_of(act)[-1] == Finished(utterance=1, at_ns=DELAY_NS + length_ns(HELLO.frames))


def test_an_utterance_without_its_rest_ends_with_its_beginning() -> None:
    beginning, _ = halves()

    async def act(stage: SilentStage) -> None:
        stage.play(beginning, 1, stage.epoch())
        stage.go_on(beginning, 1, stage.epoch(), b"")

    assert marks_of(act)[-1] == Finished(utterance=1, at_ns=DELAY_NS + length_ns(len(beginning.pcm) // 2))


def test_cues_are_counted() -> None:
    async def act(stage: SilentStage) -> None:
        stage.send(Status(state="listening"))
        stage.send(Status(state="thinking"))
        assert stage.sent == {"status": 2}

    assert marks_of(act) == []
