"""One encrypted file: a header that says how it opens, then chunks that cannot be changed, cut, swapped or left out unnoticed.

    SIDECAST BACKUP 1\\n · length of the header (4 bytes, big endian) · header (JSON) · chunks

A chunk is AES-256-GCM of up to 64 KiB under a key of this file alone. Its nonce is its number (11 bytes) and whether it is the
last one (1 byte), and the header's hash is authenticated with each: STREAM of Hoang, Reyhanitabar, Rogaway, Vizár (2015).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import KeepError

MAGIC = b"SIDECAST BACKUP "
VERSION = 1
KEY_BYTES = 32
CHUNK = 64 * 1024
_TAG = 16
MAX_HEADER = 64 * 1024
MAX_LOCKS = 8


@dataclass(frozen=True, slots=True)
class Header:
    """What can be read without a key."""

    created_ms: int
    app: str
    """Version of Sidecast."""
    locks: tuple[Mapping[str, Any], ...]
    """Each a way to the file's key; what is in them is the vault's business."""

    def to_bytes(self) -> bytes:
        record = {"created_ms": self.created_ms, "app": self.app, "locks": [dict(lock) for lock in self.locks]}
        body = json.dumps(record, separators=(",", ":")).encode("ascii")
        return MAGIC + b"%d\n" % VERSION + len(body).to_bytes(4) + body


def read_header(stream: BinaryIO) -> tuple[Header, bytes]:
    """The header, and its bytes, which the chunks are bound to.

    Raises:
        KeepError: this is no backup, or one of a newer Sidecast, or a damaged one.
    """
    start = _exactly(stream, len(MAGIC))
    if start != MAGIC:
        raise KeepError("This file is no backup of Sidecast.", "Choose one that `./sidecast backup` made.")
    line = stream.readline(8)
    if line != b"%d\n" % VERSION:
        if line[:-1].isdigit():
            raise KeepError("This backup was made by a newer Sidecast.", "Update Sidecast.")
        raise damaged()
    length = int.from_bytes(_exactly(stream, 4))
    if length > MAX_HEADER:
        raise damaged()
    body = _exactly(stream, length)
    try:
        record = json.loads(body)
        created, app, locks = record["created_ms"], record["app"], record["locks"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged() from None
    sound = isinstance(created, int) and isinstance(app, str) and isinstance(locks, list) and len(locks) <= MAX_LOCKS
    if not sound or not all(isinstance(lock, dict) for lock in locks):
        raise damaged()
    return Header(created, app[:40], tuple(locks)), start + line + length.to_bytes(4) + body


class Writer(io.RawIOBase):
    """Takes plain bytes and writes chunks. A file that was not closed with `finish` is refused by every reader."""

    def __init__(self, out: BinaryIO, header: bytes, key: bytes) -> None:
        self._out = out
        self._cipher = AESGCM(key)
        self._bound = hashlib.sha256(header).digest()
        self._pending = bytearray()
        self._number = 0
        out.write(header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pending += data
        while len(self._pending) > CHUNK:
            self._chunk(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._chunk(bytes(self._pending), last=True)
        self._pending.clear()

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, self._bound))
        self._number += 1


class Reader(io.RawIOBase):
    """Gives plain bytes, each authenticated before it is given. Read to its end: only that says that nothing is missing."""

    def __init__(self, stream: BinaryIO, header: bytes, key: bytes) -> None:
        self._stream = stream
        self._cipher = AESGCM(key)
        self._bound = hashlib.sha256(header).digest()
        self._plain = b""
        self._number = 0
        self._ended = False
        self._next = stream.read(CHUNK + _TAG)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Raises KeepError: the file was changed, or ends too early, or the key is not its key."""
        parts, wanted = [], size
        while size < 0 or wanted > 0:
            if not self._plain and not self._chunk():
                break
            part, self._plain = (self._plain, b"") if size < 0 else (self._plain[:wanted], self._plain[wanted:])
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _chunk(self) -> bool:
        if self._ended:
            return False
        sealed, self._next = self._next, self._stream.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            self._plain = self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, self._bound)
        except (InvalidTag, ValueError):
            raise damaged() from None
        self._number += 1
        return bool(self._plain)


def damaged() -> KeepError:
    return KeepError("This backup was changed or cut short: not all of it is there as it was made.", "Take another one.")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise damaged() if data.startswith(MAGIC[:4]) else KeepError("This file is no backup of Sidecast.", "Choose another.")
    return data
