"""Letters by their names, and by the ICAO spelling alphabet, where several follow one another: `kay eye tee`."""

from __future__ import annotations

import re

_NAMES = (
    "a ay|b bee be|c see cee sea|d dee|e ee|f eff ef|g gee|h aitch haitch|i eye|j jay|k kay|l ell el|m em|n en|o oh|p pee pea"
    "|q cue queue|r ar are|s ess es|t tee tea|u you yu|v vee|w doubleyou double-you|x ex|y why wye|z zee zed"
)
_RADIO = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec "
    "romeo sierra tango uniform victor whiskey x-ray xray yankee zulu"
)
_LETTER = {name: names.split()[0] for names in _NAMES.split("|") for name in names.split()} | {
    word: word[0] for word in _RADIO.split()
}
FEWEST = 3
"""Names in a row that spell; two are words."""
_ANY = "|".join(sorted(map(re.escape, _LETTER), key=len, reverse=True))
_RUN = re.compile(rf"(?<![a-z])(?:{_ANY})(?:[\s,.-]{{1,3}}(?:{_ANY})){{{FEWEST - 1},}}(?![a-z])")
_ONE = re.compile(_ANY)


def named(text: str) -> str:
    """The text with every run of letters' names as the word that they spell; empty when there is none."""
    spelled, count = _RUN.subn(lambda run: "".join(_LETTER[name] for name in _ONE.findall(run[0])), text)
    return spelled if count else ""
