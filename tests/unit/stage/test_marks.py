from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.samples import SAMPLES
from sidecast.errors import BadFrame
from sidecast.flow import frame
from sidecast.flow.cue import Cue
from sidecast.flow.mark import Cut, Finished, FrameStats, Mark
from sidecast.stage import marks

pytestmark = pytest.mark.unit

MARKS = [sample for sample in SAMPLES if isinstance(sample, get_args(Mark))]
CUES = [sample for sample in SAMPLES if isinstance(sample, get_args(Cue))]


def test_there_is_an_example_of_every_mark_and_cue() -> None:
    assert {type(m) for m in MARKS} == set(get_args(Mark))
    assert {type(c) for c in CUES} == set(get_args(Cue))


@pytest.mark.parametrize("mark", MARKS, ids=lambda m: m.topic)
def test_a_mark_survives_the_wire(mark: Mark) -> None:
    assert marks.decode(mark.topic, frame.encode_fields(mark)) == mark


@pytest.mark.parametrize("cue", CUES, ids=lambda c: c.topic)
def test_a_cue_is_one_header_that_says_all_of_it(cue: Cue) -> None:
    header, body = frame.decode(frame.encode_fields(cue))
    assert body == b""
    assert header == json.loads(json.dumps(dataclasses.asdict(cue)))


def test_whole_floats_are_ints_because_godot_writes_them_so() -> None:
    assert marks.decode("finished", b'{"utterance": 3.0, "at_ns": 12}\n') == Finished(utterance=3, at_ns=12)


def test_new_fields_are_ignored_and_optional_ones_may_be_missing() -> None:
    data = b'{"utterance": 3, "at_ns": 12, "heard_frames": 4, "colour": "mint"}\n'
    assert marks.decode("cut", data) == Cut(utterance=3, at_ns=12, heard_frames=4)


@pytest.mark.parametrize(
    ("topic", "data", "what"),
    [
        ("applause", b"{}\n", "unknown topic 'applause'"),
        ("finished", b'{"utterance": 3}\n', "no field at_ns"),
        ("finished", b'{"utterance": 3.5, "at_ns": 1}\n', "utterance that is no int"),
        ("finished", b'{"utterance": true, "at_ns": 1}\n', "utterance that is no int"),
        ("finished", b'{"utterance": "3", "at_ns": 1}\n', "utterance that is no int"),
        ("hotkey", b'{"name": 3, "at_ns": 1}\n', "name that is no str"),
        ("finished", b'{"utterance": Infinity, "at_ns": 1}\n', "utterance that is no int"),
        ("finished", b"[]\n", "not an object"),
        ("finished", b"no line", "no header line"),
    ],
)
def test_a_bad_frame_says_what_is_wrong_with_it(topic: str, data: bytes, what: str) -> None:
    with pytest.raises(BadFrame, match=what):
        marks.decode(topic, data)


@given(st.sampled_from([kind.topic for kind in get_args(Mark)]), st.binary(max_size=200))
def test_no_bytes_raise_anything_but_bad_frame(topic: str, data: bytes) -> None:
    with suppress(BadFrame):
        marks.decode(topic, data)


@given(
    st.sampled_from([kind.topic for kind in get_args(Mark)]),
    st.dictionaries(
        st.sampled_from([f.name for kind in get_args(Mark) for f in dataclasses.fields(kind)]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=2),
    ),
)
def test_no_header_raises_anything_but_bad_frame(topic: str, header: dict[str, object]) -> None:
    try:
        mark = marks.decode(topic, frame.encode(header))
    except BadFrame:
        return
    for field in dataclasses.fields(mark):
        assert isinstance(getattr(mark, field.name), {"int": int, "float": float, "str": str}[str(field.type)])


def test_frame_statistics_take_ints_for_floats() -> None:
    data = b'{"at_ns": 1, "fps": 60, "frame_ms_p99": 17, "drain_ms_p99": 0, "underruns": 0, "dropped": 0}\n'
    mark = marks.decode("frame_stats", data)
    assert isinstance(mark, FrameStats)
    assert isinstance(mark.fps, float)
