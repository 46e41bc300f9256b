"""Flite (CMU, permissive licence): a warm English voice with the exact time of every phoneme.

A clause takes about 2 % of its own length; its beginning is there after a third of that. Phonemes are ARPAbet in lower
case (CMU's US phone set, with `ax` for the schwa).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Generator, Mapping
from queue import SimpleQueue
from typing import Any

import numpy as np

from ..errors import VoiceError
from ..flow.utterance import Alphabet
from .flite_library import GO_ON, STOP, FliteLibrary, Wave
from .take import SILENCE, Phone, Take, check_text

VOICE = "slt"
RATE = 16_000
BEGINNING_S = 0.4
"""Speech in the first take: what is heard while the rest is made, on a busy machine too."""
WORTH_WHILE_S = 0.3
"""A clause with less than this after its beginning comes whole."""
STEP_S = 0.05
"""Flite tells of its sound in steps of this."""


class Flite:
    """The voice `slt`, 16 kHz."""

    alphabet = Alphabet.ARPABET

    def __init__(self) -> None:
        """Raises VoiceError when the libraries cannot be loaded."""
        self._library = FliteLibrary(VOICE, round(STEP_S * RATE))

    def about(self) -> Mapping[str, Any]:
        return {"engine": "flite", "voice": VOICE, "languages": ["en-US"], "licence": "BSD-like", "exact_times": True}

    def pace(self, speed: float) -> None:
        self._library.stretch(1 / speed)

    def phonemes(self, text: bytes) -> list[str]:
        """Raises VoiceError for a text that must not reach C code."""
        check_text(text)
        return self._library.names(text)

    def record(self, text: bytes) -> Generator[Take, None, None]:
        """Speak `text`. Raises VoiceError when Flite gives no sound."""
        check_text(text)
        making = _Making(self._library, text)
        self._library.receive = making.receive
        # Flite calls back instead of returning in between, so it works on a thread of its own
        thread = threading.Thread(target=making.run, name="flite", daemon=True)
        thread.start()
        try:
            while True:
                made = making.takes.get()
                if isinstance(made, Exception):
                    raise made
                yield made
                if made.whole:
                    return
        finally:
            making.given_up = True
            thread.join()


class _Making:
    """One text on its way through Flite."""

    def __init__(self, library: FliteLibrary, text: bytes) -> None:
        self.takes: SimpleQueue[Take | Exception] = SimpleQueue()
        self.given_up = False
        self._library = library
        self._text = text
        self._phones: tuple[Phone, ...] = ()
        self._wanted: float = 0
        """Samples of the first take; infinite when it was given or is not worth while."""

    def run(self) -> None:
        try:
            self.takes.put(self._synthesise())
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits for the takes
            self.takes.put(error)

    def _synthesise(self) -> Take:
        utterance = self._library.synthesise(self._text)
        if not utterance:
            raise VoiceError("Flite could not speak a clause.")
        try:
            wave = self._library.wave(utterance)
            if wave is None:
                raise VoiceError("Flite gave no sound for a clause.")
            return self._take(utterance, wave, wave.num_samples, whole=True)
        finally:
            self._library.delete(utterance)

    def receive(self, utterance: int, wave: Wave, samples: int) -> int:
        """Called by Flite, which would lose an exception."""
        try:
            if self._wanted == 0:
                self._wanted = self._beginning(utterance)
            if samples >= self._wanted:
                self._wanted = float("inf")
                self.takes.put(self._take(utterance, wave, samples, whole=False))
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits for the takes
            self.takes.put(error)
            return STOP
        return STOP if self.given_up else GO_ON

    def _beginning(self, utterance: int) -> float:
        self._phones = tuple(self._library.phones(utterance, self._text))
        sounding = [phone for phone in self._phones if phone.phoneme != SILENCE]
        if not sounding:
            return float("inf")
        until_s = sounding[0].start_s + BEGINNING_S
        return until_s * RATE if sounding[-1].end_s - until_s >= WORTH_WHILE_S else float("inf")

    def _take(self, utterance: int, wave: Wave, samples: int, *, whole: bool) -> Take:
        if not self._phones:
            self._phones = tuple(self._library.phones(utterance, self._text))
        raw = ctypes.string_at(wave.samples, samples * 2)
        return Take(np.frombuffer(raw, np.int16).astype(np.float64) / 32768.0, wave.sample_rate, self._phones, whole)
