"""A long text → messages that Twitch takes: at most 500 characters each, cut where a reader would breathe."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 500
"""Characters of a chat message. https://dev.twitch.tv/docs/api/reference/#send-chat-message

Counted as UTF-16 does, in which an emoji is two: so it holds whichever way Twitch counts.
"""
_SENTENCE = re.compile(r"[.!?…。！？]+[\"'”’)\]]*\s+")
_PHRASE = re.compile(r"[,;:–—、，；]\s+|\s[-–—]\s+")
_WORD = re.compile(r"\s+")
_LEAST = 0.4
"""Of a message must be full before it is cut at a sentence rather than at a later word."""
_JOINS = frozenset({"\u200d", "\ufe0e", "\ufe0f", "\u034f"})
"""Joiner, variation selectors: with what is before them they are one sign."""


def size(text: str) -> int:
    """UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str) -> str:
    """On one line, without what nobody can see or send: control characters and halves of surrogate pairs."""
    kept = "".join(
        " " if character.isspace() else character
        for character in text
        if unicodedata.category(character) not in _OUT or character.isspace()
    )
    return " ".join(kept.split())


_OUT = frozenset({"Cc", "Cs", "Co", "Cn"})


def split(text: str, longest: int = LONGEST) -> list[str]:
    """`text`, as `plain` leaves it, in messages of at most `longest`; together they hold every word, in order.

    Raises:
        ValueError: a link alone is longer than a message.
    """
    pieces = []
    rest = plain(text)
    while size(rest) > longest:
        at = _cut(rest, longest)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(text: str, longest: int) -> int:
    """Where the first message ends: after a sentence, else a phrase, else a word, else between two signs."""
    most = _fits(text, longest)
    # a border just after what fits is one, too: the blank is not sent
    window = text[: most + 1]
    for border in (_SENTENCE, _PHRASE, _WORD):
        ends = [found.end() if border is not _WORD else found.start() for found in border.finditer(window)]
        good = [end for end in ends if end and end <= most + 1 and len(text[:end].rstrip()) <= most]
        least = 1 if border is _WORD else round(most * _LEAST)
        if good and good[-1] >= least:
            return good[-1]
    word = text[:most].partition(" ")[0]
    if is_link(word):
        raise ValueError(f"A link here is longer than {longest} characters.")
    while most > 1 and not _between_signs(text, most):
        most -= 1
    return most


def _fits(text: str, longest: int) -> int:
    """How many characters of `text` are at most `longest` units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > longest:
            return index
    return len(text)


def is_link(word: str) -> bool:
    """Something that one could click."""
    return "://" in word or word.lower().startswith("www.")


def _between_signs(text: str, at: int) -> bool:
    """Whether `text[at]` begins what a reader sees as a new sign (Unicode's grapheme clusters, as far as chat has them)."""
    before, after = text[at - 1], text[at]
    if after in _JOINS or before == "\u200d" or unicodedata.category(after) in {"Mn", "Me", "Mc"}:
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if _is_flag(before) and _is_flag(after):
        flags = 0
        while flags < at and _is_flag(text[at - 1 - flags]):
            flags += 1
        return flags % 2 == 0
    return True


def _is_flag(character: str) -> bool:
    """Half of a flag: two of these are one."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"
