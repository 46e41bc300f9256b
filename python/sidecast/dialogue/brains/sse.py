"""Server-sent events, read from bytes as they come, within bounds.

After the WHATWG's HTML standard, section 9.2.6; fields other than `data` mean nothing to us. Where the standard would replace
bytes that are no UTF-8, this refuses them: they would be spoken.
"""

from __future__ import annotations

import re

MAX_LINE = 64 * 1024
"""Bytes."""
MAX_EVENT = 256 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadStream(Exception):
    """What came is no stream of events, or one without bounds. Its text says what it was and quotes nothing."""


class EventReader:
    """`feed` returns the data of the events that are complete. One reader a stream."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._began = False

    def feed(self, received: bytes) -> list[str]:
        """Raises BadStream: a line or an event is longer than the bounds, or not UTF-8."""
        self._rest += received
        if not self._began:
            if len(self._rest) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(self._rest):
                return []
            self._rest = self._rest.removeprefix(_BYTE_ORDER_MARK)
            self._began = True
        found: list[str] = []
        start = 0
        for end in _LINE_END.finditer(self._rest):
            if end[0] == b"\r" and end.end() == len(self._rest):
                break  # its \n may be still to come
            self._line(self._rest[start : end.start()], found)
            start = end.end()
        self._rest = self._rest[start:]
        if len(self._rest) > MAX_LINE:
            raise BadStream("a line without end")
        return found

    def _line(self, line: bytes, found: list[str]) -> None:
        if len(line) > MAX_LINE:
            raise BadStream("a line without end")
        if not line:
            if self._data:
                found.append(_text(b"\n".join(self._data)))
            self._data, self._size = [], 0
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self._size += len(value)
            if self._size > MAX_EVENT:
                raise BadStream("an event without end")
            self._data.append(value.removeprefix(b" "))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadStream("bytes that are no UTF-8") from None
