"""Voices whose engine runs in a worker process."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from typing import Any

from ..clock import Clock
from ..errors import VoiceError, WorkerError
from ..flow.clause import ClearedClause
from ..flow.utterance import Alphabet, Segment, Utterance
from ..settings import Speech
from ..worker.engine import Refused, Reply
from ..worker.process import WorkerProcess
from ..worker.spec import WorkerSpec
from .align import words_of
from .fallback import FallbackVoice, Unspeakable
from .take import SILENCE

log = logging.getLogger(__name__)

ENGINES = {
    "flite": ("sidecast.speech.speaker:flite", Alphabet.ARPABET),
    "espeak": ("sidecast.speech.speaker:espeak", Alphabet.IPA),
}
"""Name in the settings → (factory in the child, phoneme symbols)."""

READY_S = 15.0
"""How long a worker may take to start, on a cold disk too."""

KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(64 * 1024 * 1024), "MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024)}
"""glibc otherwise gives every array back to the kernel and takes it anew: 400 page faults and 1 ms a clause."""


class WorkerVoice:
    """A voice behind a worker's pipe. Starts its worker when it is first needed, or with `start`."""

    def __init__(self, spec: WorkerSpec, alphabet: Alphabet, settings: Speech, clock: Clock, rng: random.Random) -> None:
        self._name = spec.name
        self._alphabet = alphabet
        self.settings = settings
        """May be changed: they count from the next clause on."""
        self._clock = clock
        self._rests: set[asyncio.Task[bytes]] = set()
        self.worker = WorkerProcess(spec, clock=clock, rng=rng)

    @property
    def name(self) -> str:
        return self._name

    @property
    def alphabet(self) -> Alphabet:
        return self._alphabet

    def start(self) -> None:
        self.worker.start()

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        """Raises Unspeakable for a text that the engine cannot read, VoiceError for no sound in time or another text's."""
        text = cleared.spoken.encode("utf-8")
        call = {"op": "speak", "lufs": self.settings.loudness_lufs, "speed": self.settings.speed}
        async with AsyncExitStack() as stack:
            replies = await stack.enter_async_context(aclosing(self._ask(call, text)))
            reply = await anext(replies)
            if reply.header.get("sha256") != hashlib.sha256(text).hexdigest():
                raise VoiceError(f"The voice {self._name} spoke another text than the cleared one; its sound was thrown away.")
            utterance = self._utterance(cleared, reply)
            if reply.last:
                return utterance
            stack.pop_all()
        rest = asyncio.create_task(self._rest(replies, utterance), name="voice-rest")
        self._rests.add(rest)
        rest.add_done_callback(self._forget)
        return replace(utterance, rest=rest)

    async def pronounce(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Raises VoiceError for no answer, or one that does not fit."""
        body = "\n".join(" ".join(text.split()) for text in texts).encode("utf-8")
        async with aclosing(self._ask({"op": "pronounce"}, body)) as replies:
            found = (await anext(replies)).header.get("phonemes")
        if not isinstance(found, list) or len(found) != len(texts):
            raise VoiceError(f"The voice {self._name} did not say how it reads {len(texts)} texts.")
        return [tuple(map(str, phonemes)) for phonemes in found]

    async def probe(self) -> None:
        """Make it speak to itself; nothing is heard. Raises VoiceError when it cannot."""
        self.worker.start()
        try:
            await self.worker.ready(READY_S)
        except WorkerError as error:
            raise VoiceError(error.what, error.remedy) from error
        async with aclosing(self._ask({"op": "probe"}, b"")) as replies:
            await anext(replies)

    async def close(self) -> None:
        for rest in self._rests:
            rest.cancel()
        await self.worker.close()

    async def _ask(self, call: Mapping[str, Any], body: bytes) -> AsyncGenerator[Reply, None]:
        self.worker.start()
        try:
            async with aclosing(self.worker.stream(call, body, timeout_s=self.settings.timeout_s)) as replies:
                async for reply in replies:
                    yield reply
        except Refused as error:
            raise Unspeakable(error.what, error.remedy) from error
        except WorkerError as error:
            raise VoiceError(error.what, error.remedy) from error

    async def _rest(self, replies: AsyncGenerator[Reply, None], utterance: Utterance) -> bytes:
        async with aclosing(replies):
            rest = (await anext(replies)).body
        if len(utterance.pcm) + len(rest) != utterance.frames * 2:
            raise VoiceError(f"The voice {self._name} gave {len(rest) // 2} frames more, not as many as it promised.")
        return rest

    def _forget(self, rest: asyncio.Task[bytes]) -> None:
        """A turn that was cut does not ask what became of its rest."""
        self._rests.discard(rest)
        if not rest.cancelled() and (error := rest.exception()) is not None:
            log.info("the voice %s broke off: %s", self._name, error)

    def _utterance(self, cleared: ClearedClause, reply: Reply) -> Utterance:
        try:
            phonemes, starts, ends, positions = (reply.header[key] for key in ("phonemes", "starts_s", "ends_s", "positions"))
            owners = words_of(positions, [phoneme == SILENCE for phoneme in phonemes], cleared.clause.words)
            segments = tuple(map(Segment, phonemes, starts, ends, owners))
            rate, frames = int(reply.header["rate"]), int(reply.header["frames"])
        except (KeyError, TypeError, ValueError) as error:
            raise VoiceError(f"The voice {self._name} answered without {error}.") from error
        return Utterance(
            cleared=cleared,
            pcm=reply.body,
            frames=frames,
            rate=rate,
            alphabet=self._alphabet,
            segments=segments,
            engine=self._name,
            synthesised_ns=self._clock.now_ns(),
        )


class OwnVoices(FallbackVoice):
    """The engines that ship with Sidecast, each with the other behind it."""

    def __init__(
        self,
        voices: Mapping[str, WorkerVoice],
        first: str,
        clock: Clock,
        rng: random.Random,
        on_change: Callable[[str], None] | None,
    ) -> None:
        second = next(name for name in voices if name != first)
        super().__init__(voices[first], voices[second], clock=clock, rng=rng, on_change=on_change)
        self._voices = voices

    def adopt(self, settings: Speech) -> None:
        """From the next clause on."""
        for voice in self._voices.values():
            voice.settings = settings
        self.prefer(settings.voice)


def build_voice(settings: Speech, clock: Clock, rng: random.Random, on_change: Callable[[str], None] | None = None) -> OwnVoices:
    """The voice of the settings with the other one behind it. Workers start with `FallbackVoice.start`, or when first asked.

    Args:
        on_change: told one sentence for the streamer whenever another voice speaks.
    """
    voices = {name: _voice(name, settings, clock, rng) for name in ENGINES}
    return OwnVoices(voices, settings.voice, clock, rng, on_change)


def _voice(name: str, settings: Speech, clock: Clock, rng: random.Random) -> WorkerVoice:
    factory, alphabet = ENGINES[name]
    spec = WorkerSpec(name=name, engine=factory, environment=KEEP_MEMORY, start_timeout_s=READY_S)
    return WorkerVoice(spec, alphabet, settings, clock, rng)
