"""Frames on the wire: what is encoded comes back, and nothing broken gets in."""

from __future__ import annotations

import dataclasses
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.samples import SAMPLES
from sidecast.errors import BadFrame
from sidecast.flow.cue import Cue
from sidecast.flow.frame import MAX_BODY, MAX_HEADER, decode, encode, encode_fields
from sidecast.flow.mark import Mark

pytestmark = pytest.mark.unit

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=5), st.binary(max_size=2000))
def test_round_trip(header: dict[str, object], body: bytes) -> None:
    assert decode(encode(header, body)) == (header, body)


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(frame: bytes) -> None:
    try:
        header, _ = decode(frame)
    except BadFrame:
        return
    assert isinstance(header, dict)


@pytest.mark.parametrize(
    "sample", [s for s in SAMPLES if isinstance(s, get_args(Cue) + get_args(Mark))], ids=lambda s: type(s).__name__
)
def test_cues_and_marks_fit_on_the_wire(sample: Cue | Mark) -> None:
    header, body = decode(encode_fields(sample))
    assert header == json.loads(json.dumps(dataclasses.asdict(sample)))
    assert body == b""


def test_sizes_are_bounded() -> None:
    with pytest.raises(BadFrame, match="header"):
        encode({"text": "x" * MAX_HEADER})
    with pytest.raises(BadFrame, match="body"):
        encode({}, bytes(MAX_BODY + 1))
    with pytest.raises(BadFrame, match="no header line"):
        decode(b"x" * (MAX_HEADER + 10))
    with pytest.raises(BadFrame, match="body"):
        decode(b"{}\n" + bytes(MAX_BODY + 1))
    with pytest.raises(BadFrame, match="not an object"):
        decode(b"[1]\n")
