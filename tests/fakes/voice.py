"""Voices for tests: deterministic tones with exact segments, after scripted delays and failures."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from sidecast.clock import Clock
from sidecast.errors import VoiceError
from sidecast.flow.clause import ClearedClause, Word
from sidecast.flow.utterance import Alphabet, Segment, Utterance

RATE = 16_000
LEAD_S = 0.01
"""Silence before the first word."""
LETTER_S = 0.05
"""How long one spoken letter sounds."""
_VOWELS = {"a": "ae", "e": "eh", "i": "ih", "o": "aa", "u": "ah", "y": "iy"}
_PERIODS_FRAMES = 800
"""Eleven periods of the tone, to the sample."""
_PERIODS = array("h", (round(8192 * math.sin(2 * math.pi * 220 * i / RATE)) for i in range(_PERIODS_FRAMES))).tobytes()


class FakeVoice:
    """Speaks a tone in which each letter lasts `LETTER_S`, so that a test knows the time of every word.

    Args:
        delays_s: how long each call takes; the last one is repeated. None in it = this call fails with VoiceError.
    """

    alphabet = Alphabet.ARPABET

    def __init__(self, clock: Clock, delays_s: Iterable[float | None] = (0.02,), name: str = "fake") -> None:
        self.name = name
        self.asked: list[str] = []
        """What it was given to speak, in order."""
        self.pronounced: list[tuple[str, ...]] = []
        """What it was asked how it would say, in order."""
        self.probes = 0
        self.closed = False
        self._clock = clock
        self._script = list(delays_s)

    def start(self) -> None:
        """It is always ready."""

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        self.asked.append(cleared.spoken)
        await self._next_step()
        return tone(cleared, self._clock.now_ns(), self.name)

    async def probe(self) -> None:
        """Follows the same script as `synthesise`."""
        self.probes += 1
        await self._next_step()

    async def pronounce(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """A phoneme a letter. Follows the same script as `synthesise`."""
        self.pronounced.append(tuple(texts))
        await self._next_step()
        return [tuple(_VOWELS.get(letter, letter) for letter in text.lower() if letter.isalpha()) for text in texts]

    async def close(self) -> None:
        self.closed = True

    async def _next_step(self) -> None:
        delay_s = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if delay_s is None:
            raise VoiceError(f"The voice {self.name} was told to fail.")
        await self._clock.sleep(delay_s)


def tone(cleared: ClearedClause, at_ns: int = 0, engine: str = "fake") -> Utterance:
    """220 Hz at -12 dBFS for every word, after `LEAD_S` of silence."""
    segments = [Segment("pau", 0.0, LEAD_S)]
    for index, word in enumerate(cleared.clause.words):
        if word.spoken:
            segments += _word_segments(index, word, segments[-1].end_s)
    frames = round(segments[-1].end_s * RATE)
    silent = round(LEAD_S * RATE)
    pcm = bytes(2 * silent) + _PERIODS * ((frames - silent) // _PERIODS_FRAMES + 1)
    return Utterance(
        cleared=cleared,
        pcm=pcm[: 2 * frames],
        frames=frames,
        rate=RATE,
        alphabet=Alphabet.ARPABET,
        segments=tuple(segments),
        engine=engine,
        synthesised_ns=at_ns,
    )


def _word_segments(index: int, word: Word, start_s: float) -> list[Segment]:
    """A lip sound, then an open vowel."""
    end_s = start_s + len(word.spoken) * LETTER_S
    middle_s = start_s + LETTER_S / 2
    return [Segment("m", start_s, middle_s, index), Segment("aa", middle_s, end_s, index)]


class PiecemealVoice(FakeVoice):
    """Gives `BEGINNING_S` of an utterance first and the rest a little later.

    Args:
        breaks_off: which calls (0 is the first) never give their rest.
    """

    BEGINNING_S = 0.4
    REST_AFTER_S = 0.1

    def __init__(self, clock: Clock, breaks_off: Container[int] = ()) -> None:
        super().__init__(clock)
        self._breaks_off = breaks_off
        self._rests: set[asyncio.Task[bytes]] = set()

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        call = len(self.asked)
        utterance = await super().synthesise(cleared)
        border = 2 * round(self.BEGINNING_S * RATE)
        rest = asyncio.create_task(self._rest(utterance.pcm[border:], call in self._breaks_off))
        self._rests.add(rest)
        return replace(utterance, pcm=utterance.pcm[:border], rest=rest)

    async def _rest(self, pcm: bytes, breaks_off: bool) -> bytes:
        await self._clock.sleep(self.REST_AFTER_S)
        if breaks_off:
            raise VoiceError(f"The voice {self.name} was told to break off.")
        return pcm
