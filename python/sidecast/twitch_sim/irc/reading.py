"""Bytes of a client → its lines. Whatever comes, nothing raises and nothing grows without bound."""

from __future__ import annotations

from irctokens.line import Line, tokenise

MAX_LINE = 4096 + 512
"""Bytes: what message tags allow a client, and a line of IRC. Twitch takes no more either."""


class ClientLines:
    """Lines may be split anywhere, inside a character too, and many may come at once."""

    def __init__(self) -> None:
        self.malformed = 0
        """Lines that were too long, not UTF-8, or no IRC."""
        self._pending = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[Line]:
        """The lines that `data` completes. The rest of a line that is too long is left out too."""
        if self._skipping:
            _, ended, data = data.partition(b"\n")
            self._skipping = not ended
        *whole, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > MAX_LINE:
            self.malformed += 1
            self._pending, self._skipping = b"", True
        found = (self._line(raw.removesuffix(b"\r")) for raw in whole)
        return [line for line in found if line is not None]

    def _line(self, raw: bytes) -> Line | None:
        if not raw:
            return None
        try:
            return _parsed(raw)
        except (ValueError, IndexError):
            self.malformed += 1
            return None


def _parsed(raw: bytes) -> Line:
    """Raises ValueError or IndexError (irctokens' own) for what is no line."""
    if len(raw) > MAX_LINE or b"\0" in raw or b"\r" in raw:
        raise ValueError("not a line")
    return tokenise(raw.decode("utf-8"))
