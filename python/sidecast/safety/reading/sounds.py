"""A word's letters → roughly what a voice would make of them, so that words that sound alike are alike.

Letter-to-sound rules of English, made coarse on purpose: five vowels, an `r` after a vowel is silent, `z` is `s`. Two words of
one sound need not be said the same, but what is said like another word mostly has its sound.
"""

from __future__ import annotations

import re

_RULES = (
    # at the beginning
    (r"^[kgp]n", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^x", "s"), (r"^wh", "w"), (r"^h", "H"),
    # several letters, one consonant
    (r"tch|ch", "C"), (r"sh|ti(?=on)|ci(?=[ao])", "S"), (r"ph", "f"), (r"th", "T"), (r"dg(?=[eiy])", "j"),
    (r"gh(?=[aeiouy])", "g"), (r"(?<=[aeiou])gh", ""), (r"mb$", "m"), (r"qu", "kw"), (r"ck|cc|kk|q|kh", "k"), (r"x", "ks"),
    (r"c(?=[eiy])", "s"), (r"c", "k"), (r"z", "s"),
    # an ending that is only breathed
    (r"(?:er|or|ar|ur|uhr?|ah|a|re)(?=s?$)", "A"),
    # vowels
    (r"ee|ea|ie|e?y(?=s?$)", "I"), (r"eigh|ei|ey|ay|ai", "E"), (r"oo|ou|ew|ue(?=s?$)", "U"), (r"oa|ow|oh|aw|au", "O"),
    (r"(?<=[^aeiouyAEIOU])e(?=s?$)", ""), (r"[iy]", "I"), (r"e", "E"), (r"o", "O"), (r"u", "U"), (r"ah?", "A"),
    (r"(?<=[AEIOU])r(?![AEIOU])", ""), (r"h", ""),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), sound) for pattern, sound in _RULES)
_REPEATED = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """Of one word in lower case ASCII letters. Capitals are vowels, and `C`, `S`, `T`, `H` for ch, sh, th and a spoken h."""
    for pattern, to in _COMPILED:
        word = pattern.sub(to, word)
    return _REPEATED.sub(r"\1", word)
