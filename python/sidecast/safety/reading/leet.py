"""Digits and signs that stand for letters, one sign or several a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

# Of the digits 6 and 9 only where letters stand on both sides: they are more often what they say.
_CHARS = "0134578@$!|+(<"
_WORD = re.compile(
    r"[a-z][0134578@$!|+(<]+[a-z0-9@$]|(?<![a-z0-9@$])[0134578$|+(<]+[a-z]|[a-z][0134578$@]+|(?<![a-z0-9@$])@[a-z]{1,3}(?![a-z0-9_])"
)
_TOKEN = re.compile(r"[a-z0-9@$!|+(<]+")
AS_I = str.maketrans(_CHARS, "oieastbasiitcc")
_AS_L = str.maketrans(_CHARS, "oleastbasiltcc")

_DRAWN = (
    ("|\\/|", "m"), ("/\\/\\", "m"), ("\\/\\/", "w"), ("|/\\|", "w"), ("|\\|", "n"), ("/\\/", "n"), ("|-|", "h"), ("}{", "h"),
    ("|_|", "u"), ("(_)", "u"), ("/-\\", "a"), ("/\\", "a"), ("\\/", "v"), ("><", "x"), ("()", "o"), ("[]", "o"),
    ("|<", "k"), ("|{", "k"), ("|>", "p"), ("|*", "p"), ("|)", "d"),
    ("|3", "b"), ("|2", "r"), ("|=", "f"), ("|_", "l"), ("'/", "y"),
)  # fmt: skip
_BY_DRAWING = dict(_DRAWN)
_DRAWING = re.compile("|".join(re.escape(drawing) for drawing, _ in sorted(_DRAWN, key=lambda pair: -len(pair[0]))))
_SKELETON = str.maketrans("0123456789@$!|+(<", "oizeasgtbgasiitcc")
_ALIKE = str.maketrans("lz", "is")
_NOT_LETTER = re.compile(r"[^a-z]+")


def unleet(text: str) -> tuple[str, ...]:
    """What digits and signs within words may stand for: `1` and `|` as i, and as l."""
    if not _WORD.search(text):
        return ()
    if "1" in text or "|" in text:
        return _replaced(text, AS_I), _replaced(text, _AS_L)
    return (_replaced(text, AS_I),)


def undrawn(text: str) -> str:
    """With letters that were drawn with several signs; empty when there are none."""
    drawn, count = _DRAWING.subn(lambda found: _BY_DRAWING[found[0]], text)
    return drawn if count else ""


def skeleton(word: str) -> str:
    """What stays of a word when signs are letters, repeated letters are one, and those that are taken for each other too."""
    return alike(letters_once(word))


def alike(letters: str) -> str:
    """With one letter for each that are taken for each other."""
    return letters.translate(_ALIKE)


@lru_cache(4_096)
def letters_once(word: str) -> str:
    """Signs as letters, repeated letters as one, nothing else."""
    return "".join(letter for letter, _ in groupby(_NOT_LETTER.sub("", word.translate(_SKELETON))))


def joined_once(words: Iterable[str], most: int) -> str:
    """As `letters_once` of the words in one; empty when that has more than `most` letters."""
    whole = ""
    for word in words:
        letters = letters_once(word)
        whole += letters[1:] if letters and whole[-1:] == letters[0] else letters
        if len(whole) > most:
            return ""
    return whole


def _replaced(text: str, table: dict[int, int]) -> str:
    def read(match: re.Match[str]) -> str:
        token = match[0]
        core = token.rstrip("!|+(<")
        if not any("a" <= char <= "z" for char in core):
            return token
        # A ! in front makes a command, and an @ a mention, unless the name is shorter than the platform's names are.
        start = core[:1] if core[0] == "!" or (core[0] == "@" and len(core) > 4) else ""
        return start + core[len(start) :].translate(table) + token[len(core) :]

    return _TOKEN.sub(read, text)
