"""A speech engine as a worker's engine: text in, finished PCM and phoneme times out. Runs in the child."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from statistics import fmean
from typing import Any

from ..errors import VoiceError
from ..worker.engine import Reply
from .espeak import Espeak
from .finish import Finishing, finish
from .flite import Flite
from .loudness import lufs
from .take import SILENCE, SpeechEngine

WARM_UPS = ("Warm up, everyone.", "Hello chat, how are you today?", "I would try the left door first.", "That was close!")
"""Never leave this process. The first clause of an engine is slower than all others, and from these is known how loud its
clauses are."""


class Speaker:
    """Calls: `{"op": "speak", "lufs": -18.0, "speed": 1.0}` with the text as body, `{"op": "probe"}`, and
    `{"op": "pronounce"}` with one text a line as body."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self._usual_lufs = fmean(self._loudness(text) for text in WARM_UPS)

    def about(self) -> Mapping[str, Any]:
        return {**self._engine.about(), "alphabet": self._engine.alphabet.value}

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        """The first reply of `speak` carries the SHA-256 of the very bytes that the engine was given."""
        match call.get("op"):
            case "speak":
                self._engine.pace(float(call["speed"]))
                yield from self._speak(body, float(call["lufs"]))
            case "probe":
                self._loudness(WARM_UPS[0])
                yield Reply()
            case "pronounce":
                yield Reply({"phonemes": [self._pronounced(text) for text in body.split(b"\n")]})
            case other:
                raise VoiceError(f"A speech worker knows no call {other!r}.")

    def _speak(self, text: bytes, target_lufs: float) -> Iterator[Reply]:
        with closing(self._engine.record(text)) as takes:
            first = next(takes)
            finishing = Finishing(text.decode("utf-8"), target_lufs, self._usual_lufs)
            beginning = finishing.begin(first)
            header = {
                "rate": beginning.rate,
                "frames": beginning.frames,
                "sha256": hashlib.sha256(text).hexdigest(),
                "phonemes": [phone.phoneme for phone in beginning.phones],
                "starts_s": [round(phone.start_s, 5) for phone in beginning.phones],
                "ends_s": [round(phone.end_s, 5) for phone in beginning.phones],
                "positions": [phone.position for phone in beginning.phones],
            }
            yield Reply(header, beginning.pcm, last=first.whole)
            for take in takes:
                yield Reply({}, finishing.rest(take), last=take.whole)

    def _pronounced(self, text: bytes) -> list[str]:
        """None of one that it would not speak either."""
        try:
            return self._engine.phonemes(text)
        except VoiceError:
            return []

    def _loudness(self, text: str) -> float:
        *_, take = self._engine.record(text.encode())
        finish(take, text, -18.0)
        sounding = [phone for phone in take.phones if phone.phoneme != SILENCE]
        return lufs(take.samples[round(sounding[0].start_s * take.rate) : round(sounding[-1].end_s * take.rate)], take.rate)


def flite(options: Mapping[str, Any]) -> Speaker:
    """`sidecast.speech.speaker:flite`."""
    return Speaker(_made(Flite, options))


def espeak(options: Mapping[str, Any]) -> Speaker:
    """`sidecast.speech.speaker:espeak`."""
    return Speaker(_made(Espeak, options))


def _made(kind: Callable[[], SpeechEngine], options: Mapping[str, Any]) -> SpeechEngine:
    if options:
        raise VoiceError(f"A speech engine knows no option {sorted(options)[0]!r}.")
    return kind()
