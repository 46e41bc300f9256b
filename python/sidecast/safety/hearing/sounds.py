"""An engine's phonemes → one character a sound, the same for every alphabet, so that words are strings that compare fast.

ARPAbet: CMU's US phones as Flite writes them. IPA: as eSpeak NG writes American English. Stress and length tell no two words
apart here, and nobody who listens tells a flap from a `t`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ...flow.utterance import Alphabet

VOWELS = "yiAeæaɔOUuəRWIY"
"""Those of fleece, kit, face, dress, trap, lot, thought, goat, foot, goose, strut, nurse, mouth, price, choice."""
CONSONANTS = "bdfghjklmnprstvwzCDJNSTZ"
"""As the letters, and those of chair, this, jam, sing, shoe, thing, measure."""


def _table(pairs: str) -> Mapping[str, str]:
    return dict(pair.split(":") for pair in pairs.split())


_ARPABET = _table(
    "aa:a ae:æ ah:ə ax:ə ao:ɔ aw:W ay:I b:b ch:C d:d dh:D eh:e er:R axr:R ey:A f:f g:g hh:h hv:h ih:i ix:i iy:y jh:J k:k "
    "l:l m:m n:n ng:N ow:O oy:Y p:p r:r s:s sh:S t:t th:T uh:U uw:u ux:u v:v w:w wh:w y:j z:z zh:Z dx:t nx:n el:əl em:əm "
    "en:ən"
)
_IPA = _table(
    "tʃ:C dʒ:J eɪ:A aɪ:I ɔɪ:Y aʊ:W oʊ:O əʊ:O ɜɹ:R ɚ:R ɝ:R ɜ:R a:a ɑ:a ɒ:a æ:æ ʌ:ə ɐ:ə ə:ə e:e ɛ:e ɪ:i i:y ᵻ:i ɨ:i ɔ:ɔ o:O "
    "ʊ:U u:u ʉ:u y:u p:p b:b m:m f:f v:v θ:T ð:D t:t d:d n:n ɾ:t ɲ:n l:l ɫ:l k:k g:g ɡ:g ŋ:N x:k ʔ:t h:h ʃ:S ʒ:Z s:s z:z "
    "r:r ɹ:r w:w ʍ:w j:j n̩:ən l̩:əl m̩:əm"
)
_IPA_SOUND = re.compile("|".join(sorted(map(re.escape, _IPA), key=len, reverse=True)))
_TWICE = re.compile(r"(.)\1+")


def sounds_of(phonemes: Iterable[str], alphabet: Alphabet) -> str:
    """What of the phonemes can be heard; a symbol that is not known is none."""
    of_one = _from_arpabet if alphabet is Alphabet.ARPABET else _from_ipa
    return joined(map(of_one, phonemes))


def joined(sounds: Iterable[str]) -> str:
    """Sounds said without a pause between them: equal neighbours are one."""
    return _TWICE.sub(r"\1", "".join(sounds).replace("ər", "R").replace("Rr", "R"))


def _from_arpabet(phoneme: str) -> str:
    return _ARPABET.get(phoneme.rstrip("012").lower(), "")


@lru_cache(512)
def _from_ipa(phoneme: str) -> str:
    return "".join(_IPA[symbol] for symbol in _IPA_SOUND.findall(phoneme))
