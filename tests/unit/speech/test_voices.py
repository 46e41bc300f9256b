"""Voices with their real worker processes and engines. Every wait is for an event; nothing sleeps."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ctypes.util import find_library
from pathlib import Path
from typing import Literal

import pytest

from fakes.clauses import cleared
from sidecast.clock import SystemClock
from sidecast.errors import VoiceError
from sidecast.flow.utterance import Alphabet
from sidecast.settings import Speech
from sidecast.speech.fallback import FallbackVoice
from sidecast.speech.voices import OwnVoices, WorkerVoice, build_voice
from sidecast.worker.spec import WorkerSpec

TESTS = str(Path(__file__).resolve().parents[2])
LONG_S = 30.0
AWAY = "The voice flite is away; espeak speaks until it is back."
MISSING = [
    name
    for name, variable in (("flite", "SIDECAST_FLITE_LIB"), ("espeak-ng", "SIDECAST_ESPEAK_LIB"))
    if not os.environ.get(variable) and find_library(name) is None
]
pytestmark = [pytest.mark.peers, pytest.mark.skipif(bool(MISSING), reason=f"no library {' nor '.join(MISSING)} here")]


SETTINGS = Speech(timeout_s=20)


@asynccontextmanager
async def voices(
    first: Literal["flite", "espeak"] = "flite", on_change: Callable[[str], None] | None = None
) -> AsyncIterator[FallbackVoice]:
    settings = SETTINGS.model_copy(update={"voice": first})
    voice = build_voice(settings, SystemClock(), random.Random(1), on_change)
    try:
        await voice.start()
        yield voice
    finally:
        await voice.close()


@asynccontextmanager
async def single(engine: str) -> AsyncIterator[WorkerVoice]:
    spec = WorkerSpec(name="single", engine=engine, environment={"PYTHONPATH": TESTS})
    voice = WorkerVoice(spec, Alphabet.IPA, SETTINGS, SystemClock(), random.Random(1))
    try:
        yield voice
    finally:
        await voice.close()


@pytest.mark.parametrize(("name", "alphabet", "rate"), [("flite", Alphabet.ARPABET, 16_000), ("espeak", Alphabet.IPA, 22_050)])
async def test_a_clause_becomes_an_utterance(name: Literal["flite", "espeak"], alphabet: Alphabet, rate: int) -> None:
    clause = cleared("Level 42=forty_two 🦊= gg!=gee_gee!")
    async with voices(name) as voice:
        utterance = await voice.synthesise(clause)
    assert utterance.cleared is clause
    assert (utterance.engine, utterance.alphabet, utterance.rate) == (name, alphabet, rate)
    assert {s.word for s in utterance.segments} == {-1, 0, 1, 3}
    assert utterance.segments[-1].end_s == pytest.approx(utterance.seconds, abs=1e-4)
    assert utterance.synthesised_ns > 0


async def test_voice_speed_and_loudness_change_while_it_runs() -> None:
    clause = cleared("Welcome back to the stream.")
    async with voices() as voice:
        assert isinstance(voice, OwnVoices)
        usual = await voice.synthesise(clause)
        for name in ("flite", "espeak"):
            found = []
            for speed in (0.8, 1.0, 1.5):
                voice.adopt(SETTINGS.model_copy(update={"voice": name, "speed": speed}))
                utterance = await voice.synthesise(clause)
                assert utterance.engine == name
                assert utterance.segments[-1].end_s == pytest.approx(utterance.seconds, abs=1e-4)
                found.append(utterance.seconds)
            assert found[0] > found[1] * 1.1 > found[2] * 1.3
        voice.adopt(SETTINGS)
        assert (await voice.synthesise(clause)).seconds == pytest.approx(usual.seconds, rel=0.01)


async def test_a_long_clause_is_there_before_all_of_it_is() -> None:
    async with voices() as voice:
        utterance = await voice.synthesise(cleared("Welcome back to the stream, Dragon Slayer ninety nine, we missed you."))
        assert utterance.rest is not None
        assert len(utterance.pcm) < utterance.frames
        assert len(await utterance.whole()) == utterance.frames * 2
        short = await voice.synthesise(cleared("Yes!"))
        assert short.rest is None
        assert len(short.pcm) == short.frames * 2


async def test_killed_after_the_beginning_the_rest_is_an_error() -> None:
    async with single("fakes.worker_engines:half_a_clause") as voice:
        utterance = await voice.synthesise(cleared("Welcome back, everyone!"))
        assert utterance.rest is not None
        assert voice.worker.pid is not None
        os.kill(voice.worker.pid, signal.SIGKILL)
        with pytest.raises(VoiceError, match="has ended"):
            await utterance.rest


async def test_a_rest_of_another_length_than_promised_is_an_error() -> None:
    async with single("fakes.worker_engines:short_rest") as voice:
        utterance = await voice.synthesise(cleared("Welcome back, everyone!"))
        with pytest.raises(VoiceError, match="not as many as it promised"):
            await utterance.whole()


async def test_the_same_clause_has_the_same_times_each_time() -> None:
    """The samples differ: Flite mixes noise into its excitation."""
    async with voices() as voice:
        one, other = [await voice.synthesise(cleared("Hello there, chat!")) for _ in range(2)]
    assert [(s.phoneme, s.word) for s in one.segments] == [(s.phoneme, s.word) for s in other.segments]
    assert [s.start_s for s in one.segments] == pytest.approx([s.start_s for s in other.segments], abs=0.005)


async def test_killed_in_mid_sentence_the_clause_is_spoken_once_and_the_voice_comes_back() -> None:
    told: list[str] = []
    back = asyncio.Event()

    def on_change(note: str) -> None:
        told.append(note)
        if not note:
            back.set()

    async with voices(on_change=on_change) as voice:
        assert isinstance(voice.in_use, WorkerVoice)
        worker = voice.in_use.worker
        assert worker.pid is not None
        # stopped first, so that the clause is certainly under way when the worker is killed
        os.kill(worker.pid, signal.SIGSTOP)
        asked = asyncio.create_task(voice.synthesise(cleared("Welcome back, everyone!")))
        await asyncio.sleep(0)
        os.kill(worker.pid, signal.SIGKILL)
        async with asyncio.timeout(LONG_S):
            assert (await asked).engine == "espeak"
            await back.wait()
            assert (await voice.synthesise(cleared("Back again."))).engine == "flite"
        assert told == [AWAY, ""]
        assert worker.starts == 2


async def test_a_worker_that_spoke_another_text_is_not_heard() -> None:
    async with single("fakes.worker_engines:liar") as voice:
        with pytest.raises(VoiceError, match="another text than the cleared one"):
            await voice.synthesise(cleared("what was cleared"))


async def test_a_voice_whose_library_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIDECAST_FLITE_LIB", str(tmp_path))
    told: list[str] = []
    async with voices(on_change=told.append) as voice:
        assert voice.name == "espeak"
        assert told == [AWAY]
    async with single("sidecast.speech.speaker:flite") as voice:
        with pytest.raises(VoiceError, match=r"library flite cannot be loaded in .*libflite1"):
            await voice.probe()


async def test_a_clause_that_no_voice_can_read_is_an_error_and_no_failure_of_the_voice() -> None:
    told: list[str] = []
    async with voices(on_change=told.append) as voice:
        with pytest.raises(VoiceError, match=r"No voice could speak"):
            await voice.synthesise(cleared("..."))
        assert (await voice.synthesise(cleared("Still here."))).engine == "flite"
    assert told == []


async def test_signs_that_only_one_voice_can_read_are_read_by_that_one() -> None:
    async with voices() as voice:
        assert (await voice.synthesise(cleared("Ω"))).engine == "espeak"
        assert (await voice.synthesise(cleared("And on."))).engine == "flite"
        assert voice.failovers == 0


@pytest.mark.parametrize("name", ["flite", "espeak"])
async def test_a_voice_tells_how_it_would_say_texts(name: Literal["flite", "espeak"]) -> None:
    async with voices(name) as voice:
        kats, cats, nothing, bad = await voice.in_use.pronounce(["kats", "cats", "...", "a\x01b"])
        assert kats == cats != ()
        assert nothing == bad == ()
        assert (await voice.synthesise(cleared("And on."))).engine == name
