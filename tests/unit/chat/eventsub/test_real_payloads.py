"""Every real payload that is at hand, and frames that are broken on purpose: nothing raises, and what comes out is usable."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.eventsub_frames import CHATS, SNAPSHOTS, notification, snapshots
from fakes.eventsub_payloads import EVENTS
from sidecast.chat.eventsub.envelope import MAX_FRAME, Bad, Envelope, Kind, read
from sidecast.chat.eventsub.fields import MAX_ID, MAX_NAME, MAX_TEXT, MOST
from sidecast.chat.eventsub.items import items_of
from sidecast.chat.left_out import LeftOut
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope

pytestmark = pytest.mark.unit

REAL = list(snapshots())
needs_payloads = pytest.mark.skipif(not REAL, reason=f"no real payloads of EventSub at hand ({SNAPSHOTS}; SIDECAST_DATA)")

WHOLE: list[dict[str, Any]] = [
    *(notification(name, event) for name, event in EVENTS.items()),
    *(notification("channel.chat.message", event) for event in CHATS),
    *(envelope for _, envelope in REAL),
]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "x" * 300, "9" * 20, "\ud800", "\x00", "1", "-1", "text", "emote", "\x01ACTION x\x01", -1, 1e300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def whose(envelope: dict[str, Any]) -> str:
    event = envelope["payload"].get("event") or {}
    return str(event.get("to_broadcaster_user_id") or event.get("broadcaster_user_id") or "")


def item(envelope: dict[str, Any]) -> Incoming | LeftOut | Bad | None:
    found = read(json.dumps(envelope))
    assert isinstance(found, Envelope)
    return items_of(found, whose(envelope), 1)


@needs_payloads
def test_every_real_payload_is_understood() -> None:
    kinds: Counter[str] = Counter()
    for name, envelope in REAL:
        found = item(envelope)
        assert not isinstance(found, Bad), name
        if envelope["metadata"]["message_type"] == "session_welcome":
            assert found is None, name
            continue
        assert found is not None, name
        check(found)
        if isinstance(found, Removal):
            kinds[found.scope.value] += 1
        else:
            kinds[found.kind.value if isinstance(found, ChannelEvent) else str(found)] += 1
            if isinstance(found, ChannelEvent):
                assert found.kind is not EventKind.UNKNOWN or found.raw_kind == "channel.chat.user_message_update", name
    assert sum(kinds.values()) >= 60
    assert kinds[LeftOut.SHARED_CHAT] >= 12
    assert kinds["user"] >= 10
    assert kinds["held"] >= 6
    assert kinds["message"] >= 2
    assert kinds["chat"] == 1
    assert kinds["moderation"] >= 20
    assert kinds["resub"] >= 3
    assert kinds["gift"] == 1
    assert kinds["stream_on"] == kinds["stream_off"] == 1


@needs_payloads
def test_real_payloads_give_their_fields() -> None:
    real = dict(REAL)
    resub = item(real["channel.chat.notification-resub-msg.json"])
    assert isinstance(resub, ChannelEvent)
    assert (resub.amount, resub.text, resub.author and resub.author.name) == (58, "GIB MIR DEN POKAL", "justinfan")
    gift = item(real["channel.chat.notification-community-sub-gift.json"])
    assert isinstance(gift, ChannelEvent)
    assert (gift.amount, gift.author, gift.id) == (1, None, "fa2135ca-34da-413f-1337-4efa3c9a6bac")
    deleted = item(real["channel-moderate/delete.json"])
    assert isinstance(deleted, Removal)
    assert (deleted.scope, deleted.message_id) == (RemovalScope.MESSAGE, "2da2e2d6-61fc-4ee7-8ac4-1586b52b0ff6")
    shared = copy.deepcopy(real["channel.chat.message.json"])
    assert item(shared) is LeftOut.SHARED_CHAT
    shared["payload"]["event"]["source_broadcaster_user_id"] = "1971641"
    own = item(shared)
    assert isinstance(own, ChatMessage)
    assert (own.id, own.text, own.author.name) == ("cc106a89-1814-919d-454c-f4f2f970aae7", "Hi chat", "viewer32")


def check(found: object) -> None:
    """What comes out keeps its type's promises."""
    if isinstance(found, ChatMessage):
        assert found.id
        assert not found.fragments or "".join(part.text for part in found.fragments) == found.text
        assert 0 <= found.bits <= MOST
        numbers, texts = [found.sent_ms], [found.text, found.channel, found.reply_to, found.reward_id, found.reward]
    elif isinstance(found, ChannelEvent):
        assert found.id
        assert found.raw_kind
        numbers, texts = [found.sent_ms, found.amount], [found.text, found.channel, found.title, found.about, found.raw_kind]
        texts.append(found.reward_id)
    elif isinstance(found, Removal):
        assert found.scope is RemovalScope.CHAT or found.message_id or found.author_id
        numbers, texts = [found.sent_ms], [found.message_id, found.author_id, found.reason, found.channel]
    else:
        assert found is None or isinstance(found, LeftOut | Bad)
        return
    for number in numbers:
        assert number is None or (isinstance(number, int) and not isinstance(number, bool) and number >= 0)
    for text in texts:
        assert isinstance(text, str)
        assert len(text.encode()) <= 4 * MAX_TEXT  # and no lone surrogate: it would not encode
    author = getattr(found, "author", None)
    if author is not None:
        assert 0 < len(author.id) <= MAX_ID
        assert 0 < len(author.name) <= MAX_NAME or author.name.strip()
        author.name.encode()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_frame_however_broken_raises_out_of_the_reader(data: st.DataObject) -> None:
    """Real ones and ours, with up to three places cut out, put elsewhere, or filled with anything."""
    envelope = copy.deepcopy(data.draw(st.sampled_from(WHOLE)))
    channel = whose(envelope)
    for _ in range(data.draw(st.integers(1, 3))):
        spoil(envelope, data)
    read_and_check(json.dumps(envelope), channel)


def spoil(envelope: dict[str, Any], data: st.DataObject) -> None:
    place: Any = envelope
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and data.draw(st.integers(0, 5)):
            place = place[key]
            continue
        if data.draw(st.booleans()):
            place[key] = data.draw(ANYTHING)
        else:
            del place[key]
        return


@pytest.mark.parametrize("wrong", [None, True, -1, 1.5, "", "x", [], [1], {}, {"a": 1}], ids=repr)
def test_no_value_of_a_wrong_type_anywhere_raises_out_of_the_reader(wrong: object) -> None:
    for whole in WHOLE:
        channel = whose(whole)
        for place in places(whole):
            envelope = copy.deepcopy(whole)
            inner: Any = envelope
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = wrong
            read_and_check(json.dumps(envelope), channel)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Of everything within, outermost first."""
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in keys:
        yield (key,)
        yield from ((key, *rest) for rest in places(inner))


def read_and_check(frame: str | bytes, channel: str) -> None:
    found = read(frame)
    assert isinstance(found, Envelope | Bad)
    if isinstance(found, Envelope):
        assert len(found.id) <= MAX_ID
        assert len(found.subscription_type) <= MAX_ID
        assert (found.session is None) == (found.kind not in {Kind.WELCOME, Kind.RECONNECT})
        check(items_of(found, channel, 1))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(st.characters(), max_size=200))
def test_arbitrary_bytes_and_text_do_no_harm(frame: bytes | str) -> None:
    read_and_check(frame, "1")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_frames_that_were_cut_swapped_and_flipped_do_no_harm(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(data.draw(st.sampled_from(WHOLE)), ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        way = data.draw(st.integers(0, 2))
        if way == 0:
            raw[at : at + data.draw(st.integers(0, 40))] = b""
        elif way == 1:
            raw[at:at] = data.draw(st.binary(max_size=8))
        else:
            other = data.draw(st.integers(0, len(raw)))
            raw[at:at] = raw[min(at, other) : max(at, other)][:2000]
    read_and_check(bytes(raw), "1")


@given(ANYTHING)
def test_an_unknown_event_may_hold_anything(anything: Any) -> None:
    envelope = notification("channel.tomorrow", {"what": anything, "broadcaster_user_id": "1"})
    found = item(envelope)
    assert isinstance(found, ChannelEvent)
    assert found.kind is EventKind.UNKNOWN


def test_a_frame_that_is_too_long_is_not_even_looked_at() -> None:
    assert read("[" * (MAX_FRAME + 1)) is Bad.TOO_LONG
