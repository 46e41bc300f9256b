"""The terminal that the show was started from: what is said there stands above one line that is rewritten in place."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TextIO

CLEAR = "\r\033[K"
STYLES = {"dim": "\033[2m", "bold": "\033[1m", "green": "\033[32m", "yellow": "\033[33m", "red": "\033[31m", "pink": "\033[35m"}
PLAIN = "\033[0m"


class Terminal:
    """Takes the place of standard error for whoever writes lines. Where nobody watches it only passes them on. Thread-safe."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self.live = stream.isatty() and environment.get("TERM", "") not in {"", "dumb"}
        """Lines can be rewritten."""
        self._colours = self.live and not environment.get("NO_COLOR")
        self._status = ""
        self._midline = False
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        with self._lock:
            if self._status and not self._midline:
                self._stream.write(CLEAR)
            self._stream.write(text)
            self._midline = not text.endswith("\n") if text else self._midline
            if not self._midline:
                self._draw()
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def show(self, status: str) -> None:
        """The line below all others; an empty one takes it away. Without effect where nobody watches."""
        with self._lock:
            if not self.live or status == self._status:
                return
            if self._status and not self._midline:
                self._stream.write(CLEAR)
            self._status = status
            if not self._midline:
                self._draw()
            self._stream.flush()

    def columns(self) -> int:
        """How many characters fit into a line."""
        try:
            return os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):
            return 80

    def paint(self, style: str, text: str) -> str:
        return f"{STYLES[style]}{text}{PLAIN}" if self._colours else text

    def _draw(self) -> None:
        # the cursor stays in front of it: what somebody else writes stands in its place, not behind it
        if self._status:
            self._stream.write(f"{self._status}\r")
