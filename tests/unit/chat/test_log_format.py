"""Our own log: what is written is read again, and whatever else stands in a line raises nothing but BadLine."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.chat.log_format import BadLine, LineParser, Timed, to_line
from sidecast.flow.chat import (
    Author,
    ChannelEvent,
    ChatMessage,
    EventKind,
    Fragment,
    FragmentKind,
    Incoming,
    Removal,
    RemovalScope,
    Role,
)

pytestmark = pytest.mark.unit

AUTHOR = Author(id="7", name="Mossy Badger", roles=frozenset({Role.MODERATOR, Role.SUBSCRIBER}), colour="#7fb069")
ITEMS: list[Incoming] = [
    ChatMessage(id="a", author=AUTHOR, text='héllo 🦊\n"quoted"', arrived_ns=0),
    ChatMessage(
        id="b",
        author=Author(id="8", name="x"),
        text="Kappa hi",
        arrived_ns=0,
        channel="c",
        fragments=(Fragment(FragmentKind.EMOTE, "Kappa", "25"), Fragment(FragmentKind.TEXT, " hi")),
        reply_to="a",
        sent_ms=1_700_000_000_000,
        first=True,
        bits=100,
        reward="Hydrate!",
    ),
    ChannelEvent(id="c", kind=EventKind.RAID, arrived_ns=0, author=AUTHOR, amount=42, title="t", text="x", sent_ms=5),
    ChannelEvent(id="d", kind=EventKind.UNKNOWN, arrived_ns=0, raw_kind="channel.brand_new"),
    ChannelEvent(id="e", kind=EventKind.REDEMPTION, arrived_ns=0, title="Hydrate!", about="redemption-1", reward_id="r-1"),
    ChannelEvent(id="f", kind=EventKind.MODERATION, arrived_ns=0, title="slow", raw_kind="channel.moderate.slow"),
    Removal(scope=RemovalScope.MESSAGE, arrived_ns=0, message_id="a", reason="spam", sent_ms=1_700_000_000_000),
    Removal(scope=RemovalScope.USER, arrived_ns=0, author_id="7"),
    Removal(scope=RemovalScope.CHAT, arrived_ns=0, channel="c"),
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{type(item).__name__}")
def test_what_is_written_is_read_again(item: Incoming) -> None:
    line = to_line(Timed(12.5, item))
    assert "\n" not in line
    assert LineParser().parse(line, default_id="unused") == Timed(12.5, item)


def test_an_author_is_declared_once_and_named_by_id() -> None:
    parser = LineParser()
    assert parser.parse('{"kind": "author", "id": "m", "name": "Mossy", "roles": ["vip", "wizard"]}', "1") is None
    timed = parser.parse('{"kind": "message", "at": 1, "author": "m", "text": "hi"}', "line-2")
    assert timed is not None and isinstance(timed.item, ChatMessage)
    assert timed.item.author == Author(id="m", name="Mossy", roles=frozenset({Role.VIP}))
    assert timed.item.id == "line-2"


def test_an_event_of_a_new_kind_is_kept_by_its_name() -> None:
    timed = LineParser().parse('{"kind": "event", "event": "charity", "at": 0, "hue": 3}', "1")
    assert timed is not None and isinstance(timed.item, ChannelEvent)
    assert (timed.item.kind, timed.item.raw_kind) == (EventKind.UNKNOWN, "charity")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"kind": "song", "at": 1}',
        '{"kind": "message", "author": "a", "text": "no time"}',
        '{"kind": "message", "at": true, "author": "a"}',
        '{"kind": "message", "at": -1, "author": "a"}',
        '{"kind": "message", "at": NaN, "author": "a"}',
        '{"kind": "message", "at": 1}',
        '{"kind": "message", "at": 1, "author": "a", "text": 7}',
        '{"kind": "message", "at": 1, "author": "a", "bits": -3}',
        '{"kind": "message", "at": 1, "author": "a", "fragments": [3]}',
        '{"kind": "message", "at": 1, "author": {"roles": "moderator", "name": "x"}}',
        '{"kind": "event", "at": 1}',
        '{"kind": "removal", "at": 1, "scope": "galaxy"}',
        '{"kind": "removal", "at": 1, "scope": "message"}',
        '{"kind": "removal", "at": 1, "scope": "held"}',
        '{"kind": ["message"], "at": 1}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_one_clear_error_without_the_content(line: str) -> None:
    with pytest.raises(BadLine) as caught:
        LineParser().parse(line, "1")
    assert len(str(caught.value)) < 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "kind",
        "at",
        "id",
        "author",
        "text",
        "event",
        "scope",
        "roles",
        "name",
        "bits",
        "amount",
        "fragments",
        "sent_ms",
        "message_id",
    ]
)


@given(
    st.dictionaries(KEYS, JSON, max_size=8),
    st.sampled_from(["message", "event", "removal", "author", "log"]),
)
def test_any_object_is_an_item_or_a_bad_line(fields: dict[str, object], kind: str) -> None:
    line = json.dumps({"at": 1, "author": "a", "event": "raid", "scope": "chat"} | fields | {"kind": kind})
    try:
        timed = LineParser().parse(line, "1")
    except BadLine:
        return
    if timed is not None:
        assert LineParser().parse(to_line(timed), timed.item.id if not isinstance(timed.item, Removal) else "1") is not None
