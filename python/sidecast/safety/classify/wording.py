"""A text → the few plain wordings of it that the classifiers read; the same in training and on the stream."""

from __future__ import annotations

import re
from itertools import groupby

import emoji

from ..reading.folding import fold

MAX_CHARS = 500
"""Characters that are read, what Twitch lets a viewer write; a gate refuses longer chat, and clauses are shorter."""
UNDONE = 3
"""Other readings of a disguised text that are read: what is undone most comes last."""
MENTIONS = 2
"""More of them may be words in disguise."""
_MENTION = re.compile(r"@\w{3,}")
_LINK = re.compile(r"https?://\S+")
_EMOTE_NAME = re.compile(r":([a-z][\w-]*):")
_JOINED = re.compile(r"\b[A-Za-z][a-z0-9]{2,}(?:[A-Z][a-z0-9]{2,})*(?:[A-Z][a-z0-9]{2,}|[A-Z0-9]+)\b")
"""An emote's name (`pogChamp`, `kitHYPE`) or a hashtag. In random capitals parts as long as these are rare."""
_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def wordings(text: str) -> tuple[str, ...]:
    """The plainest wording and, where the text is disguised, those with most of it undone. Lower case ASCII.

    Emoji are spelled out, because the encoder's vocabulary has hardly any, and words written as one are set apart; mentions and
    links say nothing and are made alike.
    """
    text = text[:MAX_CHARS]
    if "@" in text:
        text = _MENTION.sub("@user", text, count=MENTIONS)
    if "http" in text:
        text = _LINK.sub(" ", text)
    if not text.islower():
        text = _JOINED.sub(lambda match: _BORDER.sub(" ", match[0]), text)
    if not text.isascii():
        text = emoji.demojize(text, delimiters=(" :", ": "))
    readings = fold(text).readings
    if len(readings) == 1:
        return (_plain(readings[0]),)
    return tuple(dict.fromkeys(map(_plain, (readings[0], *readings[1:][-UNDONE:]))))


def _plain(reading: str) -> str:
    if ":" in reading:
        reading = _EMOTE_NAME.sub(lambda match: f" {match[1].replace('_', ' ')} ", reading)
    # an emote eight times in a row says what it says once
    return " ".join(word for word, _ in groupby(reading.split()))[:MAX_CHARS].rstrip()
