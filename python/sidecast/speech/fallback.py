"""Two voices that sound as one: fail over, say so, try the first one in the background, come back."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from typing import Protocol

from ..clock import Clock
from ..errors import VoiceError
from ..flow.clause import ClearedClause
from ..flow.ports import Voice
from ..flow.utterance import Alphabet, Utterance
from ..worker.backoff import Backoff

log = logging.getLogger(__name__)

PROBE_FIRST_S = 0.2
PROBE_MOST_S = 15.0


class Unspeakable(VoiceError):
    """This voice cannot read this text (signs it does not know, nothing to read); it is well otherwise."""

    code = "unspeakable"


class ProbedVoice(Voice, Protocol):
    """A voice that can be tried without being heard."""

    def start(self) -> None:
        """Begin to get ready; returns at once."""
        ...

    async def probe(self) -> None:
        """Raises VoiceError when it could not speak now."""
        ...

    async def pronounce(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """As `ports.Pronouncer`."""
        ...


class FallbackVoice:
    """A clause that the primary cannot speak is spoken by the secondary at once; it speaks on until a probe passes.

    Retrying is safe: an utterance is returned only once, so nothing can be heard twice.
    """

    def __init__(
        self,
        primary: ProbedVoice,
        secondary: ProbedVoice,
        *,
        clock: Clock,
        rng: random.Random,
        on_change: Callable[[str], None] | None = None,
    ) -> None:
        self._primary = primary
        self._secondary = secondary
        self._clock = clock
        self._backoff = Backoff(rng, first_s=PROBE_FIRST_S, most_s=PROBE_MOST_S)
        self._on_change = on_change
        self._probing: asyncio.Task[None] | None = None
        self._mute = ""
        """Why neither voice could speak when both were last tried; empty when one could."""
        self._closed = False
        self.failovers = 0

    @property
    def in_use(self) -> ProbedVoice:
        """Who speaks the next clause."""
        return self._primary if self._probing is None else self._secondary

    @property
    def name(self) -> str:
        return self.in_use.name

    @property
    def alphabet(self) -> Alphabet:
        return self.in_use.alphabet

    @property
    def note(self) -> str:
        """One sentence for the streamer; empty when all is well."""
        if self._mute:
            return f"No voice can speak: {self._mute}"
        if self._probing is not None:
            return f"The voice {self._primary.name} is away; {self._secondary.name} speaks until it is back."
        return ""

    async def start(self) -> None:
        """Start both and wait for the first that can speak. When neither can, `note` says why, and both are tried on."""
        self._primary.start()
        self._secondary.start()
        try:
            await self._primary.probe()
        except VoiceError as error:
            self._fail_over(error)
            await self._probe_secondary()

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        """Raises VoiceError when neither voice can speak it."""
        first, second = (self._primary, self._secondary) if self._probing is None else (self._secondary, self._primary)
        try:
            return self._spoken(await first.synthesise(cleared))
        except VoiceError as error:
            if isinstance(error, Unspeakable):
                log.info("the voice %s cannot read a clause: %s", first.name, error)
            elif first is self._primary:
                self._fail_over(error)
            else:
                log.warning("the fallback voice %s failed too: %s", first.name, error)
            return await self._last_try(second, cleared, error)

    def prefer(self, name: str) -> None:
        """From the next clause on the voice `name` is the first one, whoever was it until now."""
        if self._primary.name == name:
            return
        self._primary, self._secondary = self._secondary, self._primary
        if self._probing is not None:
            self._probing.cancel()
            self._probing = None
            self._backoff.succeeded()
        self._tell()

    async def close(self) -> None:
        """End both and the probing."""
        self._closed = True
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait({self._probing})
        await asyncio.gather(self._primary.close(), self._secondary.close())

    async def _last_try(self, voice: Voice, cleared: ClearedClause, before: VoiceError) -> Utterance:
        try:
            return self._spoken(await voice.synthesise(cleared))
        except VoiceError as error:
            if not isinstance(error, Unspeakable) and not isinstance(before, Unspeakable):
                self._set_mute(str(error))
            raise VoiceError(f"No voice could speak a clause: {before.what} {error.what}", error.remedy) from before

    def _spoken(self, utterance: Utterance) -> Utterance:
        self._set_mute("")
        return utterance

    def _fail_over(self, error: VoiceError) -> None:
        if self._closed:
            # what was under way when it was closed
            return
        log.warning("the voice %s failed: %s", self._primary.name, error)
        if self._probing is None:
            self.failovers += 1
            self._probing = asyncio.create_task(self._probe_until_back(), name="voice-probe")
            self._tell()

    async def _probe_until_back(self) -> None:
        while True:
            await self._clock.sleep(self._backoff.failed())
            try:
                await self._primary.probe()
            except VoiceError as error:
                log.info("the voice %s is still away: %s", self._primary.name, error)
                if self._mute:
                    await self._probe_secondary()
                continue
            self._backoff.succeeded()
            self._probing = None
            self._mute = ""
            log.info("the voice %s is back", self._primary.name)
            self._tell()
            return

    async def _probe_secondary(self) -> None:
        try:
            await self._secondary.probe()
        except VoiceError as error:
            self._set_mute(str(error))
        else:
            self._set_mute("")

    def _set_mute(self, why: str) -> None:
        if why != self._mute:
            self._mute = why
            self._tell()

    def _tell(self) -> None:
        if self._on_change is not None:
            self._on_change(self.note)
