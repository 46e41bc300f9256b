"""eSpeak NG (GPL-3.0-or-later) through ctypes: robotic, but a clause takes 1-3 ms and every phoneme's time is exact.

Interface: espeak-ng/src/include/espeak-ng/speak_lib.h of eSpeak NG 1.51. Phonemes come as IPA.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import VoiceError
from ..flow.utterance import Alphabet
from .libraries import load
from .take import SILENCE, Phone, Take, check_text

FOLDER_VARIABLE = "SIDECAST_ESPEAK_LIB"
DATA_VARIABLE = "SIDECAST_ESPEAK_DATA"
REMEDY = "Install Debian's package libespeak-ng1, or let ./sidecast run do it."
VOICE = "en-us+f3"
WORDS_PER_MINUTE = 168
_PITCH = 58
_PITCH_RANGE = 62
BUFFER_MS = 500

# speak_lib.h
_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x0001, 0x0002, 0x8000
_UTF8 = 1
"""Flags of `espeak_Synth` without SSML (0x10) and phoneme input (0x100): `<` and `[[` are text."""
_IPA_APART = 0x02 | ord("_") << 8
"""Of `espeak_TextToPhonemes`: IPA, with `_` between phonemes."""
_STRESS = re.compile(r"[ˈˌ]|\([a-z-]+\)")
"""Marks in that, and the names of languages that it changes to."""
_RATE, _PITCH_PARAMETER, _RANGE_PARAMETER = 1, 3, 4
_CHARACTER_POSITION = 1
_END, _WORD, _PHONEME = 0, 1, 7


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    """`espeak_EVENT`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The voice `en-us+f3`, 22.05 kHz."""

    alphabet = Alphabet.IPA

    def __init__(self) -> None:
        """Raises VoiceError when library, data or voice cannot be loaded."""
        self._lib = load("espeak-ng", versions=("1",), folder_variable=FOLDER_VARIABLE, remedy=REMEDY)
        self._declare()
        data = os.environ.get(DATA_VARIABLE, "")
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
        self._rate = self._lib.espeak_Initialize(_SYNCHRONOUS, BUFFER_MS, data.encode() if data else None, options)
        if self._rate <= 0:
            raise VoiceError(f"eSpeak NG finds no data in {data or 'its own folder'}.", REMEDY)
        self._pcm: list[bytes] = []
        self._events: list[tuple[int, str, int]] = []
        # kept, because C holds the only other reference to it
        self._callback = _Callback(self._receive)
        self._lib.espeak_SetSynthCallback(self._callback)
        if self._lib.espeak_SetVoiceByName(VOICE.encode()) != 0:
            raise VoiceError(f"eSpeak NG has no voice {VOICE}.", REMEDY)
        self.pace(1.0)
        for parameter, value in ((_PITCH_PARAMETER, _PITCH), (_RANGE_PARAMETER, _PITCH_RANGE)):
            self._lib.espeak_SetParameter(parameter, value, 0)

    def pace(self, speed: float) -> None:
        self._lib.espeak_SetParameter(_RATE, round(WORDS_PER_MINUTE * speed), 0)

    def about(self) -> Mapping[str, Any]:
        return {
            "engine": "espeak",
            "version": self._lib.espeak_Info(None).decode("utf-8", "replace"),
            "voice": VOICE,
            "languages": ["en-US"],
            "licence": "GPL-3.0-or-later",
            "exact_times": True,
        }

    def phonemes(self, text: bytes) -> list[str]:
        """Raises VoiceError for a text that must not reach C code."""
        check_text(text)
        # kept while C reads it, clause by clause, moving the pointer on
        buffer = ctypes.create_string_buffer(text)
        rest = ctypes.c_void_p(ctypes.addressof(buffer))
        symbols: list[str] = []
        while rest.value:
            said = self._lib.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA_APART) or b""
            symbols += _STRESS.sub("", said.decode("utf-8", "ignore")).replace(" ", "_").split("_")
        return [symbol for symbol in symbols if symbol]

    def record(self, text: bytes) -> Generator[Take, None, None]:
        """Speak `text`. Raises VoiceError when eSpeak NG gives no sound."""
        check_text(text)
        self._pcm.clear()
        self._events.clear()
        with_end = text + b"\0"
        result = self._lib.espeak_Synth(with_end, len(with_end), 0, _CHARACTER_POSITION, 0, _UTF8, None, None)
        if result != 0:
            raise VoiceError(f"eSpeak NG could not speak a clause (error {result}).")
        pcm = b"".join(self._pcm)
        if not pcm:
            raise VoiceError("eSpeak NG gave no sound for a clause.")
        samples = np.frombuffer(pcm, dtype=np.int16).astype(np.float64) / 32768.0
        yield Take(samples, self._rate, tuple(self._phones(len(samples))))

    def _declare(self) -> None:
        lib, number = self._lib, ctypes.c_int
        lib.espeak_Initialize.argtypes = [number, number, ctypes.c_char_p, number]
        lib.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        lib.espeak_SetParameter.argtypes = [number, number, number]
        lib.espeak_SetSynthCallback.argtypes = [_Callback]
        lib.espeak_Info.restype, lib.espeak_Info.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
        lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), number, number]
        lib.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            number,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.POINTER(ctypes.c_uint),
            ctypes.c_void_p,
        ]

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        """Called by C with the next samples and the events in them; returning 0 goes on."""
        if wave and count > 0:
            self._pcm.append(ctypes.string_at(wave, count * 2))
        index = 0
        while (event := events[index]).type != _END:
            if event.type == _PHONEME:
                symbol = event.id.string.decode("utf-8", "ignore")
                self._events.append((event.sample, symbol or SILENCE, -1))
            elif event.type == _WORD and event.length > 0:
                self._events.append((event.sample, "", event.text_position - 1))
            index += 1
        return 0

    def _phones(self, frames: int) -> Iterator[Phone]:
        """A phoneme event has the sample at which it starts; it lasts until the next one."""
        starts: list[tuple[int, str, int]] = []
        word = -1
        for sample, symbol, position in self._events:
            if symbol == "":
                word = position
            elif not (symbol == SILENCE and starts and starts[-1][1] == SILENCE):
                starts.append((sample, symbol, -1 if symbol == SILENCE else word))
        ends = [start for start, _, _ in starts[1:]] + [frames]
        for (start, symbol, position), end in zip(starts, ends, strict=True):
            if end > start:
                yield Phone(symbol, start / self._rate, end / self._rate, position)
