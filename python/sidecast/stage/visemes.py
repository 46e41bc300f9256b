"""Phonemes → mouth shapes.

The fifteen shapes are those of the Oculus viseme reference (sil PP FF TH DD L kk CH SS RR aa E ih oh ou; `nn` is drawn as
DD, and L has a shape of its own). ARPAbet: CMU's US phones as Flite writes them. IPA: as eSpeak NG writes English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..flow.cue import TimedViseme
from ..flow.utterance import Alphabet, Segment

NAMES = ("sil", "PP", "FF", "TH", "DD", "L", "kk", "CH", "SS", "RR", "aa", "E", "ih", "oh", "ou")
REST = "sil"
BREATH = ""
"""An `h` has no shape of its own: the mouth is already where the next sound needs it."""
FIRST_HALF = 0.6
"""Part of a diphthong that its first vowel holds; the first one carries the stress."""
_DECIMALS = 4

Shapes = tuple[str, ...]

ARPABET: Mapping[str, Shapes] = {
    "aa": ("aa",), "ae": ("aa",), "ah": ("aa",), "ax": ("E",), "ao": ("oh",), "eh": ("E",), "er": ("RR",), "axr": ("RR",),
    "ih": ("ih",), "ix": ("ih",), "iy": ("ih",), "uh": ("ou",), "uw": ("ou",), "ux": ("ou",),
    "aw": ("aa", "ou"), "ay": ("aa", "ih"), "ey": ("E", "ih"), "ow": ("oh", "ou"), "oy": ("oh", "ih"),
    "p": ("PP",), "b": ("PP",), "m": ("PP",), "em": ("PP",), "f": ("FF",), "v": ("FF",), "th": ("TH",), "dh": ("TH",),
    "t": ("DD",), "d": ("DD",), "n": ("DD",), "en": ("DD",), "dx": ("DD",), "nx": ("DD",), "l": ("L",), "el": ("L",),
    "k": ("kk",), "g": ("kk",), "ng": ("kk",), "hh": (BREATH,), "hv": (BREATH,),
    "ch": ("CH",), "jh": ("CH",), "sh": ("CH",), "zh": ("CH",), "s": ("SS",), "z": ("SS",), "r": ("RR",),
    "w": ("ou",), "wh": ("ou",), "y": ("ih",),
    "pau": (REST,), "sil": (REST,), "ssil": (REST,), "brth": (REST,), "_": (REST,),
}  # fmt: skip

IPA: Mapping[str, Shapes] = {
    "tʃ": ("CH",), "dʒ": ("CH",), "ts": ("SS",),
    "eɪ": ("E", "ih"), "aɪ": ("aa", "ih"), "ɔɪ": ("oh", "ih"), "aʊ": ("aa", "ou"), "oʊ": ("oh", "ou"), "əʊ": ("oh", "ou"),
    "ɪə": ("ih", "E"), "iə": ("ih", "E"), "eə": ("E",), "ʊə": ("ou", "E"),
    "ɪɹ": ("ih", "RR"), "ɛɹ": ("E", "RR"), "ɔɹ": ("oh", "RR"), "ɑɹ": ("aa", "RR"), "ʊɹ": ("ou", "RR"), "əl": ("L",),
    "a": ("aa",), "ɑ": ("aa",), "ɒ": ("aa",), "æ": ("aa",), "ʌ": ("aa",), "ɐ": ("aa",), "ə": ("E",), "e": ("E",), "ɛ": ("E",),
    "ɜ": ("RR",), "ɝ": ("RR",), "ɚ": ("RR",), "ɪ": ("ih",), "i": ("ih",), "ᵻ": ("ih",), "y": ("ih",), "ɨ": ("ih",),
    "ɔ": ("oh",), "o": ("oh",), "ø": ("oh",), "œ": ("oh",), "ʊ": ("ou",), "u": ("ou",), "ʉ": ("ou",),
    "p": ("PP",), "b": ("PP",), "m": ("PP",), "f": ("FF",), "v": ("FF",), "θ": ("TH",), "ð": ("TH",),
    "t": ("DD",), "d": ("DD",), "n": ("DD",), "ɾ": ("DD",), "ɲ": ("DD",), "l": ("L",), "ɫ": ("L",),
    "k": ("kk",), "g": ("kk",), "ɡ": ("kk",), "ŋ": ("kk",), "x": ("kk",), "ʔ": ("kk",), "h": (BREATH,),
    "ʃ": ("CH",), "ʒ": ("CH",), "s": ("SS",), "z": ("SS",), "r": ("RR",), "ɹ": ("RR",), "w": ("ou",), "ʍ": ("ou",), "j": ("ih",),
    "_": (REST,),
}  # fmt: skip
_LONGEST = max(map(len, IPA))
_MARKS = "ˈˌːˑ'ʰʲʷ˞̩̃̍"
"""Stress, length, aspiration, syllabicity, nasality: they change no mouth shape."""


def shapes_of(phoneme: str, alphabet: Alphabet) -> Shapes:
    """The mouth shapes of one phoneme, in order. What is not known is a rest."""
    if alphabet is Alphabet.ARPABET:
        return ARPABET.get(phoneme.rstrip("012").lower(), (REST,))
    return _ipa_shapes(phoneme)


def visemes(segments: Sequence[Segment], alphabet: Alphabet) -> tuple[TimedViseme, ...]:
    """The mouth track of an utterance: in time order, equal neighbours merged, seconds from the first sample."""
    track: list[TimedViseme] = []
    for name, start_s, end_s in _resolved(list(_timed(segments, alphabet))):
        if track and track[-1].name == name:
            track[-1] = TimedViseme(name, track[-1].start_s, end_s)
        elif end_s > start_s:
            track.append(TimedViseme(name, start_s, end_s))
    return tuple(TimedViseme(v.name, round(v.start_s, _DECIMALS), round(v.end_s, _DECIMALS)) for v in track)


def _timed(segments: Sequence[Segment], alphabet: Alphabet) -> Iterator[tuple[str, float, float]]:
    for segment in segments:
        shapes = shapes_of(segment.phoneme, alphabet)
        start_s = segment.start_s
        # three shapes and more (a triphthong) share the time evenly
        share_s = (segment.end_s - segment.start_s) * (FIRST_HALF if len(shapes) == 2 else 1 / len(shapes))
        for index, shape in enumerate(shapes):
            last = index == len(shapes) - 1
            end_s = segment.end_s if last else start_s + share_s
            yield shape, start_s, end_s
            start_s = end_s


def _resolved(track: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Give each breath the shape that follows it."""
    following = REST
    for index in range(len(track) - 1, -1, -1):
        name, start_s, end_s = track[index]
        if name == BREATH:
            track[index] = (following, start_s, end_s)
        else:
            following = name
    return track


def _ipa_shapes(phoneme: str) -> Shapes:
    """Longest known symbol first, so that `aɪ` is a diphthong and not two vowels."""
    rest = "".join(c for c in phoneme if c not in _MARKS)
    found: list[str] = []
    while rest:
        size = next((n for n in range(min(_LONGEST, len(rest)), 0, -1) if rest[:n] in IPA), 0)
        if size:
            found += [shape for shape in IPA[rest[:size]] if not found or found[-1] != shape]
        rest = rest[max(size, 1) :]
    return tuple(found) or (REST,)
