"""What a worker writes to stderr, line by line and bounded, into the log."""

from __future__ import annotations

import asyncio
import logging

LINE_LIMIT = 400
"""Characters of one line that are kept."""
LINES_LIMIT = 200
"""Lines of one process that are kept; an engine that complains endlessly does not fill the disk."""
CHUNK = 4096


async def relay_lines(stream: asyncio.StreamReader, name: str) -> None:
    """Log until the stream ends. Always reads on, so that a full pipe never blocks the worker."""
    log = logging.getLogger(f"{__name__}.{name}")
    rest, lines = b"", 0
    while chunk := await stream.read(CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        rest = rest[:LINE_LIMIT]
        for line in filter(None, whole):
            lines += 1
            if lines <= LINES_LIMIT:
                log.warning("%s", line[:LINE_LIMIT].decode("utf-8", "backslashreplace"))
            elif lines == LINES_LIMIT + 1:
                log.warning("(and more: only the first %d lines of a process are logged)", LINES_LIMIT)
    if rest and lines < LINES_LIMIT:
        log.warning("%s", rest.decode("utf-8", "backslashreplace"))
