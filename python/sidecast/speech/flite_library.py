"""Flite's C interface through ctypes: what is called of it, and what its utterances hold.

From flite/include/{flite,cst_utterance,cst_relation,cst_item,cst_wave,cst_audio,cst_voice}.h of Flite 2.2.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from .libraries import load
from .take import SILENCE, Phone

FOLDER_VARIABLE = "SIDECAST_FLITE_LIB"
VERSIONS = ("1", "2.2", "2")
REMEDY = "Install Debian's package libflite1, or let ./sidecast run do it."
PAUSES = frozenset({"pau", "ssil", "brth"})
GO_ON, STOP = 0, -1
"""What a receiver of sound answers."""

Handle = ctypes.c_void_p


class Wave(ctypes.Structure):
    """`cst_wave`."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _Streaming(ctypes.Structure):
    """`cst_audio_streaming_info`."""


_Receiver = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(Wave), ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.POINTER(_Streaming)
)
_Streaming._fields_ = (
    ("min_buffsize", ctypes.c_int),
    ("asc", _Receiver),
    ("utt", Handle),
    ("item", Handle),
    ("userdata", Handle),
)


class _Voice(ctypes.Structure):
    """The beginning of `cst_voice`."""

    _fields_ = (("name", ctypes.c_char_p), ("features", Handle))


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "flite_init": (ctypes.c_int, []),
    "flite_synth_text": (Handle, [ctypes.c_char_p, Handle]),
    "new_utterance": (Handle, []),
    "utt_set_input_text": (ctypes.c_int, [Handle, ctypes.c_char_p]),
    "utt_init": (Handle, [Handle, Handle]),
    "utt_synth_text2segs": (Handle, [Handle]),
    "delete_utterance": (None, [Handle]),
    "utt_wave": (ctypes.POINTER(Wave), [Handle]),
    "utt_relation": (Handle, [Handle, ctypes.c_char_p]),
    "relation_head": (Handle, [Handle]),
    "item_next": (Handle, [Handle]),
    "item_parent": (Handle, [Handle]),
    "item_as": (Handle, [Handle, ctypes.c_char_p]),
    "item_feat_string": (ctypes.c_char_p, [Handle, ctypes.c_char_p]),
    "item_feat_float": (ctypes.c_float, [Handle, ctypes.c_char_p]),
    "new_audio_streaming_info": (ctypes.POINTER(_Streaming), []),
    "audio_streaming_info_val": (Handle, [ctypes.POINTER(_Streaming)]),
    "feat_set": (None, [Handle, ctypes.c_char_p, Handle]),
    "feat_set_float": (None, [Handle, ctypes.c_char_p, ctypes.c_float]),
}

Receive = Callable[[int, Wave, int], int]
"""(utterance, wave, samples of it that are there) → GO_ON or STOP."""


class FliteLibrary:
    """One voice. All calls from one thread at a time: Flite holds a global state per process."""

    def __init__(self, voice: str, step: int) -> None:
        """Raises VoiceError when the libraries cannot be loaded."""
        self._lib = self._load("flite")
        # the voice's library needs the symbols of these two
        self._needed = [self._load("flite_usenglish"), self._load("flite_cmulex")]
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self._lib, name)
            function.restype, function.argtypes = result, arguments
        self._lib.flite_init()
        register = getattr(self._load(f"flite_cmu_us_{voice}"), f"register_cmu_us_{voice}")
        register.restype, register.argtypes = Handle, [ctypes.c_char_p]
        self._voice = register(None)
        self.receive: Receive = lambda *_: GO_ON
        """Told of every `step` samples that were made. All phonemes are timed before the first of them."""
        # kept, because C holds the only other reference to it
        self._receiver = _Receiver(lambda wave, at, count, _, info: self.receive(info.contents.utt, wave.contents, at + count))
        streaming = self._lib.new_audio_streaming_info()
        streaming.contents.min_buffsize, streaming.contents.asc = step, self._receiver
        self._features = ctypes.cast(self._voice, ctypes.POINTER(_Voice)).contents.features
        self._lib.feat_set(self._features, b"streaming_info", self._lib.audio_streaming_info_val(streaming))

    def stretch(self, duration: float) -> None:
        """Every phoneme lasts so many times as long as usual."""
        self._lib.feat_set_float(self._features, b"duration_stretch", duration)

    def synthesise(self, text: bytes) -> int:
        """An utterance, to be given to `delete`; 0 when Flite made none."""
        return int(self._lib.flite_synth_text(text, self._voice) or 0)

    def names(self, text: bytes) -> list[str]:
        """The phonemes of a text, without pauses, by Flite's lexicon and its rules for letters; it is not synthesised."""
        utterance = self._lib.new_utterance()
        try:
            self._lib.utt_set_input_text(utterance, text)
            self._lib.utt_init(utterance, self._voice)
            if not self._lib.utt_synth_text2segs(utterance):
                return []
            names = (self._bytes(segment, b"name").decode("ascii", "replace") for segment in self._items(utterance, b"Segment"))
            return [name for name in names if name not in PAUSES]
        finally:
            self.delete(utterance)

    def delete(self, utterance: int) -> None:
        self._lib.delete_utterance(utterance)

    def wave(self, utterance: int) -> Wave | None:
        """Its sound; None when it has none."""
        pointer = self._lib.utt_wave(utterance)
        return pointer.contents if pointer and pointer.contents.num_samples > 0 else None

    def phones(self, utterance: int, text: bytes) -> Iterator[Phone]:
        """The relation Segment has the end of each phoneme; its start is the end of the one before."""
        positions = self._token_positions(utterance, text)
        start_s = 0.0
        for segment in self._items(utterance, b"Segment"):
            name = self._bytes(segment, b"name").decode("ascii", "replace")
            end_s = float(self._lib.item_feat_float(segment, b"end"))
            if name in PAUSES:
                yield Phone(SILENCE, start_s, end_s)
            else:
                yield Phone(name, start_s, end_s, positions.get(self._token_of(segment), -1))
            start_s = end_s

    def _load(self, name: str) -> ctypes.CDLL:
        return load(name, versions=VERSIONS, folder_variable=FOLDER_VARIABLE, remedy=REMEDY)

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
