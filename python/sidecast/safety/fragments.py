"""A word that is spelled over several messages, by one viewer or by several together: the piece that completes it is noticed."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import NamedTuple

from ..flow.chat import ChatMessage

LONGEST_PIECE = 8
"""Characters of a message that may be a piece of a word; longer ones say something."""
MOST_PIECES = 16
WITHIN_NS = 30 * 10**9
AUTHORS_KEPT = 256

_Run = tuple[str, ...]


class _Piece(NamedTuple):
    item_id: str
    text: str
    at_ns: int


class Fragments:
    """The last short messages of the chat, and of each of the last authors. On the show's loop only."""

    def __init__(self) -> None:
        self._all: deque[_Piece] = deque(maxlen=MOST_PIECES)
        self._by_author: OrderedDict[str, deque[_Piece]] = OrderedDict()

    def with_latest(self, message: ChatMessage) -> Iterator[_Run]:
        """Runs of two pieces and more that end with this message, the longest first; none when it is no piece.

        A message that is screened again is taken once.
        """
        text = message.text.strip()
        if not text or len(text) > LONGEST_PIECE or " " in text:
            return
        piece = _Piece(message.id, text, message.arrived_ns)
        own = self._by_author.setdefault(message.author.id, deque(maxlen=MOST_PIECES))
        self._by_author.move_to_end(message.author.id)
        if len(self._by_author) > AUTHORS_KEPT:
            self._by_author.popitem(last=False)
        seen: set[_Run] = set()
        for pieces in (self._all, own):
            if any(known.item_id == piece.item_id for known in pieces):
                continue
            pieces.append(piece)
            recent = tuple(known.text for known in pieces if piece.at_ns - known.at_ns <= WITHIN_NS)
            for start in range(len(recent) - 1):
                run = recent[start:]
                if run not in seen:
                    seen.add(run)
                    yield run
