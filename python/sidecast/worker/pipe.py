"""Frames on a pipe: uint32 little-endian length, then one frame of `flow/frame.py`.

Parent → child: `{"id": 7, "call": {…}}` + body, or `{"cancel": 7}`.
Child → parent: once `{"ready": {…}}` or `{"failed": "why", "remedy": "…"}`; then for each call one or more
`{"id": 7, "reply": {…}, "last": true}` + body, `{"id": 7, "refused": "why", "remedy": "…"}`
for what the engine would not do, or `{"id": 7, "error": "why"}` for a defect of the engine.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from ..errors import BadFrame
from ..flow import frame

LENGTH = struct.Struct("<I")
MAX_FRAME = frame.MAX_HEADER + 1 + frame.MAX_BODY


def pack(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """A frame with its length before it."""
    packed = frame.encode(header, body)
    return LENGTH.pack(len(packed)) + packed


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame of a blocking stream; None at its end.

    Raises:
        BadFrame: the length is over the limit, the stream ends inside a frame, or the frame does not parse.
    """
    prefix = stream.read(LENGTH.size)
    if not prefix:
        return None
    size = _size(prefix)
    data = stream.read(size)
    if len(data) < size:
        raise _ended_inside(data)
    return frame.decode(data)


async def read_async(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes] | None:
    """`read` for an asyncio stream."""
    try:
        prefix = await stream.readexactly(LENGTH.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise _ended_inside(error.partial) from error
    try:
        return frame.decode(await stream.readexactly(_size(prefix)))
    except asyncio.IncompleteReadError as error:
        raise _ended_inside(error.partial) from error


def _size(prefix: bytes) -> int:
    if len(prefix) < LENGTH.size:
        raise _ended_inside(prefix)
    (size,) = LENGTH.unpack(prefix)
    if size > MAX_FRAME:
        raise BadFrame(f"A frame of {size} bytes is over the limit of {MAX_FRAME}.", "Something else wrote to the pipe.")
    return int(size)


def _ended_inside(part: bytes) -> BadFrame:
    return BadFrame(f"The pipe ended inside a frame, {len(part)} bytes after its last whole part.")
