"""With the real Flite and eSpeak NG: what a voice says exactly like a forbidden word is not cleared, however it is written."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from benchmarks.sounded import SPELLED
from sidecast.errors import VoiceError
from sidecast.flow.clause import Clause, Word
from sidecast.flow.utterance import Alphabet
from sidecast.flow.verdict import Category
from sidecast.safety.gate_out import GateOut
from sidecast.safety.hearing.ear import Ear
from sidecast.safety.hearing.heard import is_strange
from sidecast.safety.hearing.lexicon import FEWEST_ALONE
from sidecast.safety.hearing.sounds import sounds_of
from sidecast.safety.holder import PolicyHolder, fixed
from sidecast.settings import Safety
from sidecast.speech.espeak import Espeak
from sidecast.speech.flite import Flite
from sidecast.virtual_time import loop_clock, run_virtual
from unit.safety.samples import words_of

pytestmark = pytest.mark.peers

WORDS = [word for category in (Category.RACE_RELIGION, Category.SEX, Category.SWEARING) for word in words_of(category, 4, 30)]
ENGINES: dict[str, type[Flite] | type[Espeak]] = {"flite": Flite, "espeak": Espeak}


class InThisProcess:
    """An engine as the port, which answers at once."""

    def __init__(self, name: str, engine: Flite | Espeak) -> None:
        self.name = name
        self.alphabet: Alphabet = engine.alphabet
        self._engine = engine

    async def pronounce(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        return [tuple(self._engine.phonemes(text.encode())) for text in texts]

    def sounds(self, text: str) -> str:
        return sounds_of(self._engine.phonemes(text.encode()), self.alphabet)


@cache
def voice(name: str) -> InThisProcess:
    """These libraries hold one global state a process, so each is opened once."""
    try:
        return InThisProcess(name, ENGINES[name]())
    except VoiceError as error:
        pytest.skip(str(error))


@cache
def prepared(name: str) -> tuple[Ear, PolicyHolder]:
    """An ear that knows every forbidden word in this voice."""
    holder = fixed(Safety())

    async def prepare() -> Ear:
        async with running(Ear(lambda: voice(name), holder, loop_clock())) as ear:
            await ear.prepared()
            return ear

    return run_virtual(prepare()), holder


@asynccontextmanager
async def running(ear: Ear) -> AsyncIterator[Ear]:
    task = asyncio.create_task(ear.run())
    yield ear
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def cleared(name: str, text: str) -> str:
    """What may be said of it: nothing, or with a word bleeped that the letters gave away."""
    ear, holder = prepared(name)
    gate = GateOut(holder, ear=ear)
    clause = Clause(turn_id="t", index=0, words=tuple(Word(word, word) for word in text.split()))

    async def judge() -> str:
        await gate.listen(clause)
        passed = gate.clear(clause)[0]
        return passed.spoken if passed is not None else ""

    return run_virtual(judge())


def refused_as_written(name: str) -> list[str]:
    """Words of the rules that are not said as they are."""
    _, holder = prepared(name)
    return [word for word in WORDS if holder.now.outward.find(word) is not None and len(voice(name).sounds(word)) >= FEWEST_ALONE]


def spelled(sounds: str, rng: random.Random) -> str:
    return "".join(rng.choice(SPELLED[sound].split()) for sound in sounds)


@pytest.mark.parametrize("name", ENGINES)
@given(number=st.integers(0, 10_000), seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 2))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_said_like_a_forbidden_word_is_never_cleared(name: str, number: int, seed: int, parts: int) -> None:
    words = refused_as_written(name)
    sounds = voice(name).sounds(words[number % len(words)])
    rng = random.Random(seed)
    cut = rng.randrange(1, len(sounds)) if parts == 2 and len(sounds) > FEWEST_ALONE else 0
    pieces = [spelled(part, rng) for part in (sounds[:cut], sounds[cut:]) if part]
    assume(any(map(is_strange, pieces)))
    assume(all(voice(name).sounds(piece) for piece in pieces) and voice(name).sounds(" ".join(pieces)) == sounds)
    written = " ".join(pieces)
    assert written not in cleared(name, f"you said {written} again")


@pytest.mark.parametrize("name", ENGINES)
def test_friendly_words_are_cleared_as_before(name: str) -> None:
    for text in (
        "Oh, hello there MossyBadger!",
        "Seven times eight is fifty six, and I did not even use my paws.",
        "Thank you for the raid, all forty two of you!",
        "Welcome back zzorpy, that was a great run by Quibblethorn.",
    ):
        assert cleared(name, text) == text


@pytest.mark.parametrize("name", ENGINES)
def test_the_engine_tells_the_phonemes_that_it_then_says(name: str) -> None:
    for text in ("Warm up, everyone.", "I would try the left dore first.", "zzorpy quibblethorn"):
        engine = voice(name)._engine
        *_, take = engine.record(text.encode())
        said = sounds_of([phone.phoneme for phone in take.phones], engine.alphabet)
        assert engine.phonemes(text.encode())
        assert voice(name).sounds(text) == said


@pytest.mark.parametrize("name", ENGINES)
def test_a_text_that_must_not_reach_an_engine_has_no_phonemes(name: str) -> None:
    with pytest.raises(VoiceError, match="control characters"):
        voice(name)._engine.phonemes(b"a\x01b")
    assert voice(name).sounds("...") == ""
