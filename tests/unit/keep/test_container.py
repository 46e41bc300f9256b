"""The encrypted file: any change, cut, swap or addition is refused, wherever it is."""

from __future__ import annotations

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.errors import KeepError
from sidecast.keep.container import CHUNK, Header, Reader, Writer, read_header

pytestmark = pytest.mark.unit

KEY = bytes(range(32))
HEADER = Header(1_795_000_000_000, "0.1.0", ({"kind": "words", "box": "AAAA"},))


def sealed(plain: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, HEADER.to_bytes(), key)
    for start in range(0, len(plain), 50_001):
        writer.write(plain[start : start + 50_001])
    writer.finish()
    return out.getvalue()


def opened(file: bytes, key: bytes = KEY) -> bytes:
    stream = io.BytesIO(file)
    _, bound = read_header(stream)
    reader, parts = Reader(stream, bound, key), []
    while piece := reader.read(10_240):
        parts.append(piece)
    return b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = secrets.token_bytes(size)
    assert opened(sealed(plain)) == plain
    assert plain[:64] not in sealed(plain) or size in {0, 1}


PLAIN = bytes(n % 251 for n in range(2 * CHUNK + 1000))
FILE = sealed(PLAIN)
START = len(HEADER.to_bytes())


@settings(deadline=None)
@given(at=st.integers(0, len(FILE) - 1), bit=st.integers(0, 7))
def test_any_changed_bit_is_refused(at: int, bit: int) -> None:
    changed = bytearray(FILE)
    changed[at] ^= 1 << bit
    with pytest.raises(KeepError):
        if opened(bytes(changed)) == PLAIN:
            raise AssertionError("a change went unnoticed")


@settings(deadline=None)
@given(length=st.integers(0, len(FILE) - 1))
def test_any_cut_is_refused(length: int) -> None:
    with pytest.raises(KeepError):
        opened(FILE[:length])


def test_the_header_is_read_without_a_key() -> None:
    header, bound = read_header(io.BytesIO(FILE))
    assert header == HEADER
    assert FILE.startswith(bound)


def test_cut_at_a_chunks_end_is_refused() -> None:
    for chunks in (0, 1, 2):
        with pytest.raises(KeepError, match="changed or cut short"):
            opened(FILE[: START + chunks * (CHUNK + 16)])


def test_swapped_doubled_and_added_chunks_are_refused() -> None:
    head, body = FILE[:START], FILE[START:]
    first, second, rest = body[: CHUNK + 16], body[CHUNK + 16 : 2 * (CHUNK + 16)], body[2 * (CHUNK + 16) :]
    for parts in ((second, first, rest), (first, first, rest), (first, rest), (first, second, rest, b"x"), (body, body)):
        with pytest.raises(KeepError, match="changed or cut short"):
            opened(head + b"".join(parts))


def test_another_header_is_refused() -> None:
    other = Header(HEADER.created_ms, "0.1.0", ({"kind": "words", "box": "BBBB"},)).to_bytes()
    with pytest.raises(KeepError, match="changed or cut short"):
        opened(other + FILE[START:])


def test_another_key_is_refused() -> None:
    with pytest.raises(KeepError, match="changed or cut short"):
        opened(FILE, bytes(32))


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "no backup"),
        (b"PK\x03\x04 something else that is long enough", "no backup"),
        (b"SIDECAST BACKUP 2\n", "newer Sidecast"),
        (b"SIDECAST BACKUP x\n", "changed or cut"),
        (b"SIDECAST BACKUP 1\n\xff\xff\xff\xff", "changed or cut"),
        (b"SIDECAST BACKUP 1\n\x00\x00\x00\x02{}", "changed or cut"),
        (b"SIDECAST BACKUP 1\n\x00\x00\x00\x02[]", "changed or cut"),
        (b"SIDECAST BACKUP 1\n\x00\x00\x00\x0a" + b"[" * 10, "changed or cut"),
    ],
)
def test_what_is_no_backup_is_told_from_a_damaged_one(file: bytes, said: str) -> None:
    with pytest.raises(KeepError, match=said):
        read_header(io.BytesIO(file))
