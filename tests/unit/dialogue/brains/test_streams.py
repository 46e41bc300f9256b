"""What is read of a server's stream: events, chunks, thoughts. The same however it is cut."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.dialogue.brains import completion
from sidecast.dialogue.brains.completion import Said, ServerError
from sidecast.dialogue.brains.refusals import LONGEST_WAIT_S, retry_after_s
from sidecast.dialogue.brains.sse import BadStream, EventReader
from sidecast.dialogue.brains.thinking import ThinkingFilter

pytestmark = pytest.mark.unit


def events_in(data: bytes, step: int = 0) -> list[str]:
    reader = EventReader()
    found: list[str] = []
    for start in range(0, len(data), step or max(1, len(data))):
        found += reader.feed(data[start : start + (step or len(data))])
    return found


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        (b"data: a\r\rdata: b\r\r ", ["a", "b"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b": ping\n\nevent: x\nid: 7\nretry: 1\ndata: a\n\n", ["a"]),
        (b"data: a\ndata:b\ndata\n\n", ["a\nb\n"]),
        (b"data:  two\n\n", [" two"]),
        ("data: 🦊\n\n".encode(), ["🦊"]),
        (b"data: not ended", []),
        (b"", []),
    ],
)
def test_events_after_the_standard(data: bytes, events: list[str]) -> None:
    assert events_in(data) == events
    assert events_in(data, 1) == events


@given(
    st.lists(st.sampled_from([b"data: x", b"data:y", b": c", b"\n", b"\r\n", b"\n\n", b"data: \xf0\x9f\xa6\x8a"]), max_size=40),
    st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_how_the_bytes_are_cut_makes_no_difference(parts: list[bytes], step: int) -> None:
    data = b"".join(parts)
    assert events_in(data, step) == events_in(data)


@given(st.binary(max_size=500))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_events_or_a_bad_stream(data: bytes) -> None:
    try:
        events = events_in(data)
    except BadStream:
        return
    for each in events:
        with suppress(BadStream, ServerError):
            completion.chunk(each)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["choices", "delta", "content", "error", "finish_reason"]), children, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_piece_of_text_or_refused(value: object) -> None:
    for read in (completion.chunk, completion.whole):
        with suppress(BadStream, ServerError):
            assert isinstance(read(json.dumps(value)).text, str)


def test_chunks() -> None:
    assert completion.chunk("[DONE]") == Said(ended=True)
    assert completion.chunk('{"choices": [{"delta": {"role": "assistant"}}]}') == Said()
    assert completion.chunk('{"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}') == Said("a", ended=True)
    assert completion.chunk('{"choices": [], "usage": {}}') == Said()
    assert completion.first_model('{"data": [{"no": 1}, {"id": "b"}]}') == "b"
    assert completion.error_kind('{"error": {"code": "model_not_found", "message": "x"}}') == "model_not_found"
    assert completion.error_kind('{"error": "the viewer said so"}') == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>a</think>Hi", "Hi"),
        ("Hi <think>a < b</think>there", "Hi there"),
        ("I <3 you", "I <3 you"),
        ("a < b <thin", "a < b <thin"),
        ("<think>never ends", ""),
        ("<thinking>a</thinking><think>b</think>c", "c"),
        ("<<think>x</think>y", "<y"),
    ],
)
def test_thoughts_are_left_out_however_they_are_cut(text: str, said: str) -> None:
    for step in (1, 2, 3, 100):
        spoken = ThinkingFilter()
        parts = [spoken.feed(text[start : start + step]) for start in range(0, len(text), step)]
        assert "".join([*parts, spoken.close()]) == said


def test_retry_after() -> None:
    now_ms = 784_887_151_000  # Tue, 15 Nov 1994 08:12:31 GMT
    assert retry_after_s("120", now_ms) == 120
    assert retry_after_s("Tue, 15 Nov 1994 08:13:01 GMT", now_ms) == 30
    assert retry_after_s("Tue, 15 Nov 1994 08:12:01 GMT", now_ms) == 0
    assert retry_after_s("9" * 50, now_ms) == LONGEST_WAIT_S
    for nonsense in ("", "soon", "-5", "1.5", "٣", "Tue, 99 Nov 1994 99:99:99 GMT"):
        assert retry_after_s(nonsense, now_ms) == 0
