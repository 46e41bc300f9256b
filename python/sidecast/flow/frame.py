"""The wire between Godot, Python and workers: one frame = JSON header line + raw bytes.

`b'{"rate":16000}\\n' + pcm`. The topic travels beside the frame. PCM stays binary (after Wyoming's event format).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from ..errors import BadFrame

MAX_HEADER = 64 * 1024
"""Bytes."""
MAX_BODY = 16 * 1024 * 1024
"""Bytes: 90 s of 24 kHz s16le would be 4.3 MB."""


def encode(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One frame. JSON is ASCII-escaped, so a header is always one line."""
    line = json.dumps(header, separators=(",", ":")).encode("ascii")
    if len(line) > MAX_HEADER:
        raise BadFrame(f"A frame header of {len(line)} bytes is over the limit of {MAX_HEADER}.")
    if len(body) > MAX_BODY:
        raise BadFrame(f"A frame body of {len(body)} bytes is over the limit of {MAX_BODY}.")
    return line + b"\n" + body


def decode(frame: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and body of a frame.

    Raises:
        BadFrame: no header line, a header that is not a JSON object, or a part over its limit.
    """
    end = frame.find(b"\n", 0, MAX_HEADER + 1)
    if end < 0:
        raise BadFrame(f"A frame of {len(frame)} bytes has no header line in its first {MAX_HEADER} bytes.")
    if len(frame) - end - 1 > MAX_BODY:
        raise BadFrame(f"A frame body of {len(frame) - end - 1} bytes is over the limit of {MAX_BODY}.")
    try:
        header = json.loads(frame[:end])
    except ValueError as error:
        raise BadFrame(f"A frame header is not JSON: {error}.") from error
    if not isinstance(header, dict):
        raise BadFrame(f"A frame header is a {type(header).__name__}, not an object.")
    return header, frame[end + 1 :]


def encode_fields(message: Any) -> bytes:
    """A frame whose header holds a flow dataclass's fields (nested ones as objects)."""
    return encode(dataclasses.asdict(message))
