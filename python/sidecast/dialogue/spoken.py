"""Written text → words with their spoken form: what the caption shows and what the engine is given.

A spoken form holds nothing but letters, apostrophes, spaces and one sentence mark at its end, so that no engine has to
guess and the gate judges what will be heard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import emoji
from anyascii import anyascii

from ..flow.clause import Word
from .spoken_names import name_aloud
from .spoken_numbers import digits_aloud, number_aloud
from .spoken_table import AS_WORD, DRAWN_OUT, EMOTES, EMOTICONS, LETTERS, SLANG, SPELLED, SYMBOLS

LONGEST_SPOKEN = 120
"""Characters of one word's spoken form."""

_OPENERS = "\"'“”‘’«([{*_~`¿¡<"
_CLOSERS = "\"'“”‘’»)]}*_~`>"
_MARKS = ".,!?;:…。！？、"
_URL = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|tv|org|net|io|gg|de|uk|co|dev|app|me|ly|be|edu|gov|eu|fr|nl|xyz))(/\S*)?",
    re.I,
)
_LINK = re.compile(r"\w+://\S+")
_NOT_SPOKEN = re.compile(r"[^A-Za-z' ]+")
_DRAWN = re.compile(r"([A-Za-z])\1{2,}")
_VOWEL = re.compile(r"[AEIOUYaeiouy]")


def words_of(text: str, names: Mapping[str, str] | None = None) -> tuple[Word, ...]:
    """The words of a clause. `names` maps words that are names, as written, to how they are read ("" = not at all)."""
    return tuple(_word(written, names or {}) for written in text.split())


def _word(written: str, names: Mapping[str, str]) -> Word:
    if written in EMOTICONS or written in EMOTES:
        return Word(written, "")
    without_emoji = (
        written if written.isascii() else emoji.replace_emoji(written, " ").replace("\ufe0f", "").replace("\u200d", "")
    )
    if not without_emoji.strip():
        return Word(written, "")
    core, mark = _peeled(without_emoji.strip())
    if core in EMOTICONS or core in EMOTES:
        return Word(written, "")
    spoken = _clean(_read(core, names))[:LONGEST_SPOKEN].strip()
    return Word(written, spoken + mark if spoken else "")


def _peeled(written: str) -> tuple[str, str]:
    """The word without its frame, and the one mark that the engine gets after it."""
    end = len(written)
    while end and written[end - 1] in _CLOSERS + _MARKS:
        end -= 1
    tail = written[end:]
    return written[:end].lstrip(_OPENERS), _mark(tail)


def _mark(tail: str) -> str:
    for sign, said in (("?", "?"), ("？", "?"), ("!", "!"), ("！", "!")):
        if sign in tail:
            return said
    if "…" in tail or ".." in tail:
        return ","
    for sign, said in ((".", "."), ("。", "."), (";", ","), (",", ","), ("、", ","), (":", ",")):
        if sign in tail:
            return said
    return ""


def _read(core: str, names: Mapping[str, str]) -> str:
    for name, possessive in ((core, ""), (core.removesuffix("'s"), "'s"), (core.removesuffix("’s"), "'s")):
        if name in names and (possessive == "" or name != core):
            return names[name] + possessive if names[name] else ""
    if core.startswith("@") and len(core) > 1:
        return name_aloud(core[1:])
    if core in SYMBOLS:
        return SYMBOLS[core]
    lower = core.lower()
    if lower in SLANG:
        return SLANG[lower]
    if lower in SPELLED:
        return AS_WORD.get(lower) or _spelled(core)
    if (link := _URL.fullmatch(core)) is not None and "." in core:
        return link[1].replace(".", " dot ").replace("-", " ")
    if _LINK.fullmatch(core):
        return "a link"
    if (number := number_aloud(core)) is not None:
        return number
    return _read_letters(core, names)


def _read_letters(core: str, names: Mapping[str, str]) -> str:
    if core.isupper() and core.isalpha() and 2 <= len(core) <= 5 and not _VOWEL.search(core) and len(set(core)) > 1:
        return _spelled(core)
    if "-" in core or "/" in core or "—" in core or "–" in core:
        return " ".join(_read(part, names) for part in re.split(r"[-/—–]+", core) if part)
    if any(map(str.isdigit, core)) or "_" in core:
        # a tail of many digits is dropped from a name, but not from a word that is nothing else
        return name_aloud(core) or digits_aloud(re.sub(r"\D", "", anyascii(core)))
    plain = anyascii(core.replace("’", "'"))
    drawn = _DRAWN.sub(r"\1\1", plain)
    if drawn != plain:
        drawn = DRAWN_OUT.get(drawn.lower(), drawn)
    return drawn.lower() if drawn.isupper() and len(drawn) > 1 else drawn


def _spelled(letters: str) -> str:
    return " ".join(LETTERS.get(letter, letter) for letter in letters.upper() if letter.isalpha())


def _clean(text: str) -> str:
    # a comma inside is a pause that the tables ask for; all other signs go
    kept = ", ".join(" ".join(_NOT_SPOKEN.sub(" ", part).split()) for part in text.split(","))
    return re.sub(r"(?<![A-Za-z])'|'(?![A-Za-z])", "", kept).strip(" ,")
