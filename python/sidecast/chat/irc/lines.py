"""Bytes as they come off a socket → lines of IRC. Nothing that a server sends raises here, and nothing grows without bound."""

from __future__ import annotations

from irctokens.line import Line, tokenise

from .tally import Tally

MAX_LINE = 16 * 1024
"""Bytes of a line. Twitch sends up to 8191 of tags, and 500 characters of text may be 2000 bytes: over IRC's own 512."""


class LineReader:
    """Lines may be split anywhere, inside a character too, and many may come at once.

    A line that is too long, not UTF-8 or not IRC is counted in the tally as malformed and left out.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._pending = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[Line]:
        """The lines that `data` completes."""
        if self._skipping:
            _, ended, data = data.partition(b"\n")
            self._skipping = not ended
        *whole, pending = (self._pending + data).split(b"\n")
        if len(pending) > MAX_LINE:
            self._tally.malformed += 1
            self._skipping = True
            pending = b""
        self._pending = pending
        parsed = (self._parse(raw.removesuffix(b"\r")) for raw in whole)
        return [line for line in parsed if line is not None]

    def _parse(self, raw: bytes) -> Line | None:
        if not raw:
            return None
        try:
            return _line(raw)
        except (ValueError, IndexError):
            self._tally.malformed += 1
            return None


def _line(raw: bytes) -> Line:
    """Raises ValueError or IndexError (irctokens' own) for what is no line."""
    # irctokens takes what is not UTF-8 for Latin-1 and cuts at these signs: half a message is none
    if len(raw) > MAX_LINE or b"\0" in raw or b"\r" in raw:
        raise ValueError("not a line")
    return tokenise(raw.decode("utf-8"))
