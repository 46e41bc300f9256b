"""A speech engine as a worker's engine: text in, finished PCM and phoneme times out. Runs in the child."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import VoiceError
from ..worker.engine import Reply
from .espeak import Espeak
from .finish import finish
from .flite import Flite
from .take import SpeechEngine

WARM_UP = b"Warm up, everyone."
"""Never leaves this process. The first clause of an engine is slower than all others."""
WARM_UPS = 3


class Speaker:
    """Calls: `{"op": "speak", "lufs": -18.0}` with the text as body, and `{"op": "probe"}`."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        for _ in range(WARM_UPS):
            self._probe()

    def about(self) -> Mapping[str, Any]:
        return {**self._engine.about(), "alphabet": self._engine.alphabet.value}

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        """The reply of `speak` carries the SHA-256 of the very bytes that the engine was given."""
        match call.get("op"):
            case "speak":
                yield self._speak(body, float(call["lufs"]))
            case "probe":
                self._probe()
                yield Reply()
            case other:
                raise VoiceError(f"A speech worker knows no call {other!r}.")

    def _speak(self, text: bytes, target_lufs: float) -> Reply:
        take = self._engine.record(text)
        finished = finish(take, text.decode("utf-8"), target_lufs)
        header = {
            "rate": finished.rate,
            "sha256": hashlib.sha256(text).hexdigest(),
            "phonemes": [phone.phoneme for phone in finished.phones],
            "starts_s": [round(phone.start_s, 5) for phone in finished.phones],
            "ends_s": [round(phone.end_s, 5) for phone in finished.phones],
            "positions": [phone.position for phone in finished.phones],
        }
        return Reply(header, finished.pcm)

    def _probe(self) -> None:
        finish(self._engine.record(WARM_UP), WARM_UP.decode(), -18.0)


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
