"""Flite (CMU, permissive licence) through ctypes: a warm English voice with the exact time of every phoneme.

Interface: flite/include/{flite,cst_utterance,cst_relation,cst_item,cst_wave}.h of Flite 2.2. A clause takes about
1 % of its own length. Phonemes are ARPAbet in lower case (CMU's US phone set, with `ax` for the schwa).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import VoiceError
from ..flow.utterance import Alphabet
from .libraries import load
from .take import SILENCE, Phone, Take, check_text

FOLDER_VARIABLE = "SIDECAST_FLITE_LIB"
VERSIONS = ("1", "2.2", "2")
REMEDY = "Install Debian's package libflite1, or let ./sidecast run do it."
PAUSES = frozenset({"pau", "ssil", "brth"})
VOICE = "slt"

_Handle = ctypes.c_void_p


class _Wave(ctypes.Structure):
    """`cst_wave`."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "flite_init": (ctypes.c_int, []),
    "flite_synth_text": (_Handle, [ctypes.c_char_p, _Handle]),
    "delete_utterance": (None, [_Handle]),
    "utt_wave": (ctypes.POINTER(_Wave), [_Handle]),
    "utt_relation": (_Handle, [_Handle, ctypes.c_char_p]),
    "relation_head": (_Handle, [_Handle]),
    "item_next": (_Handle, [_Handle]),
    "item_parent": (_Handle, [_Handle]),
    "item_as": (_Handle, [_Handle, ctypes.c_char_p]),
    "item_feat_string": (ctypes.c_char_p, [_Handle, ctypes.c_char_p]),
    "item_feat_float": (ctypes.c_float, [_Handle, ctypes.c_char_p]),
}


class Flite:
    """The voice `slt`, 16 kHz."""

    alphabet = Alphabet.ARPABET

    def __init__(self) -> None:
        """Raises VoiceError when the libraries cannot be loaded."""
        self._lib = self._load("flite")
        # the voice's library needs the symbols of these two
        self._needed = [self._load("flite_usenglish"), self._load("flite_cmulex")]
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self._lib, name)
            function.restype, function.argtypes = result, arguments
        self._lib.flite_init()
        register = getattr(self._load(f"flite_cmu_us_{VOICE}"), f"register_cmu_us_{VOICE}")
        register.restype, register.argtypes = _Handle, [ctypes.c_char_p]
        self._voice = register(None)

    def about(self) -> Mapping[str, Any]:
        return {"engine": "flite", "voice": VOICE, "languages": ["en-US"], "licence": "BSD-like", "exact_times": True}

    def record(self, text: bytes) -> Take:
        """Speak `text`. Raises VoiceError when Flite gives no sound."""
        check_text(text)
        utterance = self._lib.flite_synth_text(text, self._voice)
        if not utterance:
            raise VoiceError("Flite could not speak a clause.")
        try:
            return self._take(utterance, text)
        finally:
            self._lib.delete_utterance(utterance)

    def _load(self, name: str) -> ctypes.CDLL:
        return load(name, versions=VERSIONS, folder_variable=FOLDER_VARIABLE, remedy=REMEDY)

    def _take(self, utterance: int, text: bytes) -> Take:
        pointer = self._lib.utt_wave(utterance)
        if not pointer or pointer.contents.num_samples <= 0:
            raise VoiceError("Flite gave no sound for a clause.")
        wave = pointer.contents
        raw = ctypes.string_at(wave.samples, wave.num_samples * 2)
        samples = np.frombuffer(raw, dtype=np.int16).astype(np.float64) / 32768.0
        return Take(samples, wave.sample_rate, tuple(self._phones(utterance, text)))

    def _phones(self, utterance: int, text: bytes) -> Iterator[Phone]:
        """The relation Segment has the end of each phoneme; its start is the end of the one before."""
        positions = self._token_positions(utterance, text)
        start_s = 0.0
        for segment in self._items(utterance, b"Segment"):
            name = self._string(segment, b"name")
            end_s = float(self._lib.item_feat_float(segment, b"end"))
            if name in PAUSES:
                yield Phone(SILENCE, start_s, end_s)
            else:
                yield Phone(name, start_s, end_s, positions.get(self._token_of(segment), -1))
            start_s = end_s

    def _token_of(self, segment: int) -> int:
        """The address of the token (white-space separated piece of text) that a phoneme comes from; 0 = none.

        Segment → syllable → word in SylStructure, word → token in Token. An item's address in a relation is its own,
        so that two lookups of the same token give the same number.
        """
        item = self._lib.item_as(segment, b"SylStructure")
        for _ in range(2):
            item = self._lib.item_parent(item) if item else None
        item = self._lib.item_as(item, b"Token") if item else None
        item = self._lib.item_parent(item) if item else None
        return int(item or 0)

    def _token_positions(self, utterance: int, text: bytes) -> dict[int, int]:
        """Character position of each token in the text, by the token's address.

        Flite's own `file_pos` counts differently at the end of the text, so the tokens are looked up one after another.
        """
        positions, cursor = {}, 0
        for token in self._items(utterance, b"Token"):
            whole = b"".join(self._bytes(token, part) for part in (b"prepunctuation", b"name", b"punc"))
            at = text.find(whole, cursor)
            if at < 0:
                continue
            positions[int(token)] = len(text[:at].decode("utf-8", "replace"))
            cursor = at + len(whole)
        return positions

    def _items(self, utterance: int, relation: bytes) -> Iterator[int]:
        item = self._lib.relation_head(self._lib.utt_relation(utterance, relation))
        while item:
            yield item
            item = self._lib.item_next(item)

    def _bytes(self, item: int, feature: bytes) -> bytes:
        return self._lib.item_feat_string(item, feature) or b""

    def _string(self, item: int, feature: bytes) -> str:
        return self._bytes(item, feature).decode("ascii", "replace")
