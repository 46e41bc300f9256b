from __future__ import annotations

import asyncio
import io
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.errors import BadFrame
from sidecast.worker import pipe

pytestmark = pytest.mark.unit

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
headers = st.dictionaries(st.text(max_size=12), json_values, max_size=6)
messages = st.lists(st.tuples(headers, st.binary(max_size=200)), max_size=5)


def read_all_async(data: bytes) -> list[tuple[dict[str, Any], bytes]]:
    async def read() -> list[tuple[dict[str, Any], bytes]]:
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        found = []
        while (message := await pipe.read_async(stream)) is not None:
            found.append(message)
        return found

    return asyncio.run(read())


@settings(max_examples=50)
@given(messages)
def test_what_is_packed_is_read_again_on_either_side(sent: list[tuple[dict[str, Any], bytes]]) -> None:
    data = b"".join(pipe.pack(header, body) for header, body in sent)
    stream = io.BytesIO(data)
    found = []
    while (message := pipe.read(stream)) is not None:
        found.append(message)
    assert found == sent
    assert read_all_async(data) == sent


@given(st.binary(max_size=400))
def test_bytes_that_nobody_packed_end_in_bad_frame_or_nothing(data: bytes) -> None:
    stream = io.BytesIO(data)
    try:
        while pipe.read(stream) is not None:
            pass
    except BadFrame as sync_error:
        with pytest.raises(BadFrame) as async_error:
            read_all_async(data)
        assert async_error.value.what == sync_error.what
    else:
        assert stream.tell() == len(data)


@settings(max_examples=50)
@given(headers, st.binary(min_size=1, max_size=64), st.data())
def test_a_pipe_that_ends_inside_a_frame_is_a_bad_frame(header: dict[str, Any], body: bytes, data: st.DataObject) -> None:
    packed = pipe.pack(header, body)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(BadFrame, match="ended inside"):
        pipe.read(io.BytesIO(cut))
    with pytest.raises(BadFrame, match="ended inside"):
        read_all_async(cut)


def test_a_length_over_the_limit_is_refused_before_anything_is_read() -> None:
    stream = io.BytesIO(struct.pack("<I", pipe.MAX_FRAME + 1) + bytes(100))
    with pytest.raises(BadFrame, match="over the limit"):
        pipe.read(stream)
    assert stream.tell() == 4
