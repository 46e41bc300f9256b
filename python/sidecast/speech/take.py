"""What an engine recorded of one text, before it is finished."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import VoiceError
from ..flow.utterance import Alphabet

Samples = NDArray[np.float64]
"""Mono, 1.0 = full scale."""

MAX_TEXT = 2000
"""Bytes of UTF-8 that an engine is given at once: far beyond any clause, within what its C code was made for."""
SILENCE = "_"
"""The phoneme of a pause, whatever the engine calls it."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phoneme as the engine timed it, in seconds."""

    phoneme: str
    start_s: float
    end_s: float
    position: int = -1
    """Character of the text at which its word starts; -1 for silence and where the engine does not tell."""


@dataclass(frozen=True, slots=True)
class Take:
    samples: Samples
    """As many as there are yet."""
    rate: int
    phones: tuple[Phone, ...]
    """All of them, those that are not in `samples` yet too."""
    whole: bool = True


class SpeechEngine(Protocol):
    """A text → speech engine, called from one thread only: these libraries hold one global state per process."""

    alphabet: Alphabet

    def about(self) -> Mapping[str, Any]: ...

    def pace(self, speed: float) -> None:
        """How fast it speaks from the next text on; 1 = as the voice was made."""
        ...

    def record(self, text: bytes) -> Generator[Take, None, None]:
        """Speak `text` (UTF-8, taken as plain text: no markup means anything).

        The whole take; before it, where that is worth while, one that is enough to begin with.

        Raises:
            VoiceError: the engine refused it.
        """
        ...

    def phonemes(self, text: bytes) -> list[str]:
        """What `record` would say of `text`, without pauses; nothing is synthesised for it. Raises as `record` does."""
        ...


def check_text(text: bytes) -> None:
    """Raises VoiceError for a text that must not reach C code: too long, not UTF-8, or with control characters.

    eSpeak NG takes `\\x01` for the start of an embedded command, and a zero byte ends a C string early.
    """
    if len(text) > MAX_TEXT:
        raise VoiceError(f"A clause of {len(text)} bytes is over the {MAX_TEXT} that an engine is given at once.")
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VoiceError(f"A clause is not UTF-8 at byte {error.start}.") from error
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in decoded):
        raise VoiceError("A clause contains control characters.", "The spoken form must be free of them.")
