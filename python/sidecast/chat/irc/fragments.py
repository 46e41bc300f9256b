"""A message's text and its tags → the runs it is made of. Ranges count code points, as Twitch does; broken ones are skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...flow.chat import Fragment, FragmentKind
from .tags import number

_MENTION = re.compile(r"(?<!\S)@\w{1,25}")
_CHEER = re.compile(r"(?<!\S)[A-Za-z]\w*?([1-9]\d{0,6})(?!\S)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    start: int
    end: int
    kind: FragmentKind
    id: str = ""


def fragments(text: str, emotes: str = "", bits: int = 0, replied_to: str = "") -> tuple[Fragment, ...]:
    """Joined they give `text` back; none when it is nothing but text.

    Args:
        emotes: the tag of that name: `25:0-4,12-16/1902:6-10`.
        bits: what the whole message cheers with.
        replied_to: id of the viewer whom it answers: Twitch begins the text with a mention of them.
    """
    spans = sorted(_emotes(emotes, len(text)))
    if "@" in text:
        spans += _mentions(text, replied_to)
    if bits > 0:
        spans += _cheers(text, bits)
    return tuple(_cut(text, spans)) if spans else ()


def _cut(text: str, spans: list[_Span]) -> Iterator[Fragment]:
    done = 0
    for span in sorted(spans):
        if span.start < done:  # two that overlap: the first one stands
            continue
        if span.start > done:
            yield Fragment(FragmentKind.TEXT, text[done : span.start])
        yield Fragment(span.kind, text[span.start : span.end], span.id)
        done = span.end
    if done < len(text):
        yield Fragment(FragmentKind.TEXT, text[done:])


def _emotes(tag: str, length: int) -> Iterator[_Span]:
    for emote in tag.split("/") if tag else ():
        name, colon, ranges = emote.partition(":")
        for span in ranges.split(",") if name and colon else ():
            first, dash, last = span.partition("-")
            start, end = number(first), number(last) + 1
            if dash and _is_index(first) and _is_index(last) and start < end <= length:
                yield _Span(start, end, FragmentKind.EMOTE, name)


def _is_index(text: str) -> bool:
    """`04`, as in the broken tag `25:04`, is none."""
    return text == "0" or (text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= 4)


def _mentions(text: str, replied_to: str) -> Iterator[_Span]:
    for match in _MENTION.finditer(text):
        yield _Span(match.start(), match.end(), FragmentKind.MENTION, replied_to if match.start() == 0 else "")


def _cheers(text: str, bits: int) -> Iterator[_Span]:
    """Which words cheer is nowhere said, as channels have cheers of their own; but their numbers add up to the bits."""
    words = list(_CHEER.finditer(text))
    if sum(int(word[1]) for word in words) == bits:
        for word in words:
            yield _Span(word.start(), word.end(), FragmentKind.CHEER)
