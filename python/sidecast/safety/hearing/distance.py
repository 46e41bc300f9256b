"""How far two words are apart by ear: a weighted edit distance over sounds, 1 for a sound that is another one altogether.

Vowels: by where the tongue is (height and backness of the IPA's vowel chart), for they are what accents and slips change.
Consonants: those that differ by the voice alone, or by a place close by, are nearer. Weak sounds are lost or added cheaply.
"""

from __future__ import annotations

import math

from .sounds import CONSONANTS, VOWELS

_PLACES = {
    "y": (3.0, 0.0), "i": (2.5, 0.4), "A": (2.0, 0.1), "e": (1.5, 0.2), "æ": (0.5, 0.4), "a": (0.0, 1.5), "ɔ": (1.0, 2.0),
    "O": (1.7, 2.0), "U": (2.5, 1.6), "u": (3.0, 2.0), "ə": (1.3, 1.0), "R": (1.4, 1.4), "W": (0.6, 1.4), "I": (0.8, 0.8),
    "Y": (1.5, 1.5),
}  # fmt: skip
"""(height, backness) of each vowel; of a diphthong, the middle of its way."""
_PER_STEP = 0.3
_OTHER_VOWEL = 0.85
_GLIDING = frozenset("RWIY")
"""Vowels that do something on their way, and are heard as others where they stand in the same place too."""
_CLOSE = {frozenset(pair) for pair in ("sz", "td", "pb", "kg", "fv", "SZ", "CJ", "TD", "nN")}
_CLOSER_THAN_OTHERS = {frozenset(pair) for pair in ("Tt", "Dd", "sS", "zZ", "CS", "JZ")}
_WEAK = {"ə": 0.5, "h": 0.5, "i": 0.6, "r": 0.6, "j": 0.6, "w": 0.6}
_KEY = str.maketrans("zdbgvZSJTDN" + VOWELS + "hrjw", "stpkf" + "ssCttn" + " " * (len(VOWELS) + 4))


def frame(sounds: str) -> str:
    """What two words share whose distance has no part of 1: their strong consonants, alike ones as one."""
    return sounds.translate(_KEY).replace("C", "s").replace(" ", "")


def distance(one: str, other: str, most: float) -> float:
    """Weighted Levenshtein distance; infinite when it is over `most`. Symmetric; 0 for equal words only."""
    if one == other:
        return 0.0
    before = [0.0]
    for sound in other:
        before.append(before[-1] + _LOST[sound])
    for sound in one:
        lost = _LOST[sound]
        row = [before[0] + lost]
        for at, against in enumerate(other):
            row.append(min(before[at] + _CHANGED[sound, against], before[at + 1] + lost, row[at] + _LOST[against]))
        if min(row) > most:
            return math.inf
        before = row
    return before[-1] if before[-1] <= most else math.inf


def _changed(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _PLACES and other in _PLACES:
        apart = _PER_STEP * math.dist(_PLACES[one], _PLACES[other]) + 0.2 * ((one in _GLIDING) is not (other in _GLIDING))
        return min(_OTHER_VOWEL, max(0.1, apart))
    pair = frozenset((one, other))
    return 0.4 if pair in _CLOSE else 0.6 if pair in _CLOSER_THAN_OTHERS else 1.0


_ALL = VOWELS + CONSONANTS
_LOST = {sound: _WEAK.get(sound, 1.0) for sound in _ALL}
_CHANGED = {(one, other): _changed(one, other) for one in _ALL for other in _ALL}
