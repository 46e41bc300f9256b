"""A text as it is typed → the pieces that Twitch finds in it: emotes, mentions, and words that cheer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .happenings import Piece
from .people import User

EMOTES: Mapping[str, str] = {
    "Kappa": "25",
    "PogChamp": "305954156",
    "LUL": "425618",
    "HeyGuys": "30259",
    "NotLikeThis": "58765",
    "BibleThump": "86",
    "ResidentSleeper": "245",
    "Kreygasm": "41",
    "VoHiYo": "81274",
    "TwitchUnity": "196892",
    "SeemsGood": "64138",
    "<3": "555555584",
    ":)": "555555557",
}
"""Name → id; global ones, which anybody may use."""

_CHEER = re.compile(r"([A-Za-z]+)([1-9]\d{0,5})")
_WORD = re.compile(r"\S+")
_MENTION = re.compile(r"@(\w{1,25})")


def pieces(text: str, find: Callable[[str], User | None], *, bits: bool = False) -> tuple[Piece, ...]:
    """Joined they give `text` back; empty for an empty text.

    Args:
        find: the user with that login.
        bits: it cheers, so that words such as `Cheer100` mean bits.
    """
    found: list[Piece] = []
    done = 0
    for word in _WORD.finditer(text):
        piece = _special(word[0], find, bits=bits)
        if piece is None:
            continue
        start = word.start()
        if start > done:
            found.append(Piece(kind="text", text=text[done:start]))
        found.append(piece)
        done = start + len(piece.text)
    if done < len(text):
        found.append(Piece(kind="text", text=text[done:]))
    return tuple(found)


def cheered(text: str) -> int:
    """Bits of all words that cheer."""
    return sum(int(match[2]) for word in text.split() if (match := _CHEER.fullmatch(word)))


def _special(word: str, find: Callable[[str], User | None], *, bits: bool) -> Piece | None:
    if emote := EMOTES.get(word):
        return Piece(kind="emote", text=word, emote_id=emote)
    if (match := _MENTION.match(word)) and (user := find(match[1].lower())):
        return Piece(kind="mention", text=match[0], user=user)
    if bits and (match := _CHEER.fullmatch(word)):
        return Piece(kind="cheermote", text=word, prefix=match[1].lower(), bits=int(match[2]))
    return None
