"""Frames on a pipe: uint32 little-endian length, then one frame of `flow/frame.py`.

Parent → child: `{"id": 7, "call": {…}}` + body, or `{"cancel": 7}`.
Child → parent: once `{"ready": {…}}` or `{"failed": "why", "remedy": "…"}`; then for each call one or more
`{"id": 7, "reply": {…}, "last": true}` + body, or `{"id": 7, "error": "why", "remedy": "…"}`.
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
        raise BadFrame(f"The pipe ended after {len(data)} of a frame's {size} bytes.")
    return frame.decode(data)


async def read_async(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes] | None:
    """`read` for an asyncio stream."""
    try:
        size = _size(await stream.readexactly(LENGTH.size))
        data = await stream.readexactly(size)
    except asyncio.IncompleteReadError as error:
        if error.partial or error.expected != LENGTH.size:
            raise BadFrame(f"The pipe ended after {len(error.partial)} of a frame's {error.expected} bytes.") from error
        return None
    return frame.decode(data)


def _size(prefix: bytes) -> int:
    if len(prefix) < LENGTH.size:
        raise BadFrame(f"The pipe ended after {len(prefix)} of a length's {LENGTH.size} bytes.")
    (size,) = LENGTH.unpack(prefix)
    if size > MAX_FRAME:
        raise BadFrame(f"A frame of {size} bytes is over the limit of {MAX_FRAME}.", "Something else wrote to the pipe.")
    return int(size)
