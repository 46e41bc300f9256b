"""How warm and how loud a message is: VADER with a lexicon of chat words."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingsError
from .vader import Vader

LEXICON = Path(__file__).with_name("lexicon.tsv")

_LETTERS = re.compile(r"[^\W\d_]")
_CAPITALS = string.ascii_uppercase.encode()
_ASCII_LETTERS = string.ascii_letters.encode()
LONG = re.compile(r"(.)\1{2,}")
"""A character three times or more in a row."""
_KINDS = frozenset({"emote", "laugh", "cheer", "word"})


def fold(text: str) -> str:
    """Lower case, three or more of a character in a row become two: `GOOOO` and `goo` are one word."""
    return LONG.sub(r"\1\1", text.lower())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Chat words by their folded form."""

    valence: Mapping[str, float]
    kinds: Mapping[str, str]

    def words(self, *kinds: str) -> frozenset[str]:
        """The words of these kinds, phrases left out."""
        return frozenset(word for word, kind in self.kinds.items() if kind in kinds and " " not in word)


def read_lexicon(path: Path = LEXICON) -> Lexicon:
    """Reads a chat lexicon; its format is in the head of `lexicon.tsv`.

    Raises:
        SettingsError: a line that is not word, valence in -4..4 and kind, or a word that is not folded.
    """
    valence: dict[str, float] = {}
    kinds: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 3 or cells[2] not in _KINDS or fold(cells[0]) != cells[0]:
            raise SettingsError(f"{path}, line {number}: {line!r} is not a lexicon line.", "See the head of the file.")
        try:
            value = float(cells[1])
        except ValueError:
            value = 99.0
        if not -4 <= value <= 4:
            raise SettingsError(f"{path}, line {number}: {cells[1]!r} is not a number from -4 to 4.", "Correct that line.")
        valence[cells[0]], kinds[cells[0]] = value, cells[2]
    return Lexicon(valence, kinds)


class Sentiment:
    """VADER with the chat lexicon laid over its own."""

    def __init__(self, lexicon: Lexicon) -> None:
        phrases = sorted((word for word in lexicon.valence if " " in word), key=len, reverse=True)
        self._phrases = re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")
        self._phrase_starts = frozenset(phrase.split()[0] for phrase in phrases)
        self.vader = Vader({word.replace(" ", "_"): value for word, value in lexicon.valence.items()})

    def of(self, text: str) -> float:
        """VADER's compound score, -1 .. 1."""
        return self.vader.compound(self.as_read(text))

    def as_read(self, text: str) -> str:
        """What VADER gets: folded, and with the lexicon's phrases as one word each."""
        # capitals say how loud, not how warm; VADER would raise "LETS GO" and shift every word of a shouted line
        folded = fold(text)
        return folded if self._phrase_starts.isdisjoint(folded.split()) else self._phrases.sub(_joined, folded)


def _joined(match: re.Match[str]) -> str:
    return match[0].replace(" ", "_")


def energy(text: str, sentiment: float) -> float:
    """0 (calm) .. 1 (shouting), from capitals, exclamation marks, drawn-out letters and strength of feeling."""
    loud = 0.0 if text.islower() else _loudness(text)
    marks = min(text.count("!"), 3) / 3
    drawn = 1.0 if LONG.search(text) else 0.0
    return min(1.0, 0.45 * loud + 0.2 * marks + 0.15 * drawn + 0.2 * abs(sentiment))


def _loudness(text: str) -> float:
    """Capitals per letter, of four letters or more."""
    raw = text.encode("utf-8", "surrogatepass")
    letters = len(raw) - len(raw.translate(None, _ASCII_LETTERS)) if len(raw) == len(text) else len(_LETTERS.findall(text))
    return (len(raw) - len(raw.translate(None, _CAPITALS))) / letters if letters >= 4 else 0.0
