"""Text → the plain letters that rules are written for, however it was disguised.

Nothing here is shown or spoken: a reading may be nonsense, it only has to contain the word that a person would see or hear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

MAX_FOLDED = 4_096
"""Characters that are folded and judged; a gate refuses texts long before this."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What the rules look at."""

    surface: str
    """Lower case ASCII with digits and punctuation as they were: for links, numbers, commands."""
    readings: tuple[str, ...]
    """Lower case ASCII; the first is the plainest, the others undo a disguise. At most 10."""


def fold(text: str) -> Folded:
    """Every reading of `text` that its letters suggest. Linear in its length; never raises, whatever the text.

    `fold(fold(text).readings[0]).readings[0] == fold(text).readings[0]`.
    """
    text = text[:MAX_FOLDED]
    surface = text.lower()
    if _SIMPLE(surface) and not _BACKWARDS.search(surface):
        return Folded(surface, (surface,))
    sounded = ""
    if not surface.isascii():
        surface, sounded = _to_ascii(text)
    base = _squeeze(surface)
    readings = [base]
    if sounded:
        readings.append(_squeeze(sounded))
    if _LEET_WORD.search(base):
        readings.append(_unleet(base, _LEET_I))
        if "1" in base or "|" in base:
            readings.append(_unleet(base, _LEET_L))
    # Spelling games are looked for in the readings so far, so that `f.u.©.k` and `5 h 1 t` are joined too.
    for reading in tuple(readings):
        joined = _join_spelled(reading)
        if joined != reading:
            readings.append(joined)
    if _BACKWARDS.search(base) or "\u202e" in text:
        readings.append(base[::-1])
    return Folded(surface, tuple(dict.fromkeys(readings)))


def fold_word(word: str) -> str:
    """The plainest reading, for words of a list."""
    return fold(word).readings[0].strip()


def fold_spellings(words: Iterable[str]) -> list[str]:
    """Every reading of every word, for lists that people write: `gl0om` also means what it looks like."""
    readings = (reading for word in words for reading in spellings(word))
    return [reading for reading in dict.fromkeys(readings) if reading]


@lru_cache(1 << 15)
def spellings(word: str) -> tuple[str, ...]:
    """Every reading of a word, the plainest first. Remembered: lists are long, and change by a word."""
    return tuple(reading.strip() for reading in fold(word).readings)


# Most chat: lower case words with common punctuation between them, nothing stretched and nothing spelled. Matched in one go.
_SIMPLE = re.compile(r"(?:(?:[a-z]{2,}|[aiou])(?:'[a-z]{1,2})?(?:[.,!?]{0,3} +|[.,!?]{0,3}\Z))*\Z").match
_STRETCHED = re.compile(r"(.)\1{3,}", re.DOTALL)
_LEET_CHARS = "0134578@$!|+(<"
_LEET_WORD = re.compile(
    r"[a-z][0134578@$!|+(<]+[a-z0-9@$]|(?<![a-z0-9@$])[0134578$|+(<]+[a-z]|[a-z][0134578$@]+|(?<![a-z0-9@$])@[a-z]{1,3}(?![a-z0-9_])"
)
_LEET_TOKEN = re.compile(r"[a-z0-9@$!|+(<]+")
_LEET_I = str.maketrans("0134578@$!|+(<", "oieastbasiitcc")
_LEET_L = str.maketrans("0134578@$!|+(<", "oleastbasiltcc")
_SPELLED = re.compile(r"(?<![a-z0-9@$])[a-z0134578@$](?:[^a-z0-9@$]{1,4}[a-z0134578@$](?![a-z0-9@$])){2,}")
_IN_WORD = re.compile(r"(?<=[a-z])[._\-~`\"^:;,|/\\]{1,3}(?=[a-z])")
_BETWEEN = re.compile(r"[^a-z0-9@$]+")
_BACKWARDS = re.compile(r"backward|revers|mirror")
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})

# Letters of other scripts by what they look like; anyascii reads them by what they sound like, and both readings are judged.
_LOOKS = str.maketrans(
    "авеёкмнорстухіїјѕԁһԛԝьъпгзчяиαβγεηικνορτυχωδλσ",
    "abeekmhopctyxiijsdhqwbbnr34rnabyenikvoptuxwdao",
)


def _to_ascii(text: str) -> tuple[str, str]:
    """By look and, where that differs, by sound."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in spread if unicodedata.category(char) not in _INVISIBLE)
    whole = unicodedata.normalize("NFKC", bare).casefold()
    looks = anyascii(whole.translate(_LOOKS)).lower()
    sounds = anyascii(whole).lower()
    return looks, sounds if sounds != looks else ""


def _squeeze(text: str) -> str:
    return _STRETCHED.sub(r"\1\1\1", text)


def _unleet(text: str, table: dict[int, int]) -> str:
    def read(match: re.Match[str]) -> str:
        token = match[0]
        core = token.rstrip("!|+(<")
        if not any("a" <= char <= "z" for char in core):
            return token
        # A ! in front makes a command, and an @ a mention, unless the name is shorter than the platform's names are.
        start = core[:1] if core[0] == "!" or (core[0] == "@" and len(core) > 4) else ""
        return start + core[len(start) :].translate(table) + token[len(core) :]

    return _LEET_TOKEN.sub(read, text)


def _join_spelled(text: str) -> str:
    return _IN_WORD.sub("", _SPELLED.sub(_spelled_word, text))


def _spelled_word(match: re.Match[str]) -> str:
    letters = _BETWEEN.sub("", match[0])
    spelled = sum("a" <= char <= "z" for char in letters)
    return letters.translate(_LEET_I) if 2 * spelled >= len(letters) else match[0]
