"""A text → the few plain wordings of it that the classifiers read; the same in training and on the stream."""

from __future__ import annotations

import re

import emoji

from ..reading.folding import fold

MAX_CHARS = 500
"""Characters that are read, what Twitch lets a viewer write; a gate refuses longer chat, and clauses are shorter."""
_MENTION = re.compile(r"@\w{3,}")
_LINK = re.compile(r"https?://\S+")
_SPACE = re.compile(r"\s+")
_EMOTE_NAME = re.compile(r":([a-z][\w-]*):")


def wordings(text: str) -> tuple[str, ...]:
    """The plainest wording and, where the text is disguised, the one with most of it undone. Lower case ASCII.

    Emoji are spelled out, because the encoder's vocabulary has hardly any; mentions and links say nothing and are made alike.
    """
    text = text[:MAX_CHARS]
    if "@" in text:
        text = _MENTION.sub("@user", text)
    if "http" in text:
        text = _LINK.sub(" ", text)
    if not text.isascii():
        text = emoji.demojize(text, delimiters=(" :", ": "))
    readings = fold(text).readings
    plain = _plain(readings[0])
    undone = _plain(_most_undone(readings)) if len(readings) > 1 else plain
    return (plain,) if undone == plain else (plain, undone)


def _most_undone(readings: tuple[str, ...]) -> str:
    """The last that is not the first one backwards."""
    return next((each for each in reversed(readings) if each != readings[0][::-1]), readings[0])


def _plain(reading: str) -> str:
    if ":" in reading:
        reading = _EMOTE_NAME.sub(lambda match: f" {match[1].replace('_', ' ')} ", reading)
    return _SPACE.sub(" ", reading).strip()[:MAX_CHARS]
