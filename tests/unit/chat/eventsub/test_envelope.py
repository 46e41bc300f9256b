"""Frames → envelopes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.eventsub_frames import CHATS, notification
from sidecast.chat.eventsub.envelope import MAX_FRAME, Bad, Envelope, Kind, read
from sidecast.chat.eventsub.stamps import stamp_ms

pytestmark = pytest.mark.unit


def frame(kind: str, payload: Any, **metadata: Any) -> str:
    given = {"message_id": "i-1", "message_type": kind, "message_timestamp": "2023-07-19T14:56:51.634234626Z", **metadata}
    return json.dumps({"metadata": given, "payload": payload})


def envelope(text: str | bytes) -> Envelope:
    found = read(text)
    assert isinstance(found, Envelope)
    return found


def test_a_welcome_names_its_session() -> None:
    session = {"id": "s-1", "status": "connected", "keepalive_timeout_seconds": 10, "reconnect_url": None, "recovery_url": None}
    found = envelope(frame("session_welcome", {"session": session}))
    assert (found.kind, found.id, found.sent_ms) == (Kind.WELCOME, "i-1", 1_689_778_611_634)
    assert found.session is not None
    assert (found.session.id, found.session.keepalive_s, found.session.reconnect_url) == ("s-1", 10.0, "")


def test_a_reconnect_gives_an_address_that_is_shown_to_nobody() -> None:
    session = {"id": "s-1", "status": "reconnecting", "keepalive_timeout_seconds": None, "reconnect_url": "wss://x/ws?secret"}
    found = envelope(frame("session_reconnect", {"session": session}))
    assert found.kind is Kind.RECONNECT
    assert found.session is not None
    assert found.session.reconnect_url == "wss://x/ws?secret"
    assert found.session.keepalive_s is None
    assert "secret" not in repr(found)


def test_a_revocation_says_what_and_why() -> None:
    subscription = {"id": "sub-1", "status": "authorization_revoked", "type": "channel.follow", "version": "2"}
    found = envelope(frame("revocation", {"subscription": subscription}))
    assert (found.kind, found.subscription_id, found.status) == (Kind.REVOCATION, "sub-1", "authorization_revoked")
    assert (found.subscription_type, found.version) == ("channel.follow", "2")


def test_a_notification_says_what_of() -> None:
    found = envelope(json.dumps(notification("channel.chat.message", CHATS[0], version="1")).encode())
    assert (found.kind, found.subscription_type, found.version) == (Kind.NOTIFICATION, "channel.chat.message", "1")
    assert found.payload["event"]["message"]["text"] == "hello there, how is everybody?"
    assert "hello" not in repr(found)


def test_a_keepalive_needs_nothing() -> None:
    assert envelope(frame("session_keepalive", None)).kind is Kind.KEEPALIVE
    assert envelope(frame("session_keepalive", {})).kind is Kind.KEEPALIVE


def test_a_kind_of_tomorrow_is_told_by_its_name() -> None:
    found = envelope(frame("session_dance", {}))
    assert (found.kind, found.raw_kind) == (Kind.UNKNOWN, "session_dance")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", Bad.NOT_JSON),
        (b"\xff{}", Bad.NOT_UTF8),
        ("\ud800", Bad.NOT_UTF8),
        ("PING", Bad.NOT_JSON),
        ("[" * 100_000, Bad.NOT_JSON),
        ("9" * 10_000, Bad.NOT_JSON),
        ("[]", Bad.NOT_AN_OBJECT),
        ("{}", Bad.NOT_AN_OBJECT),
        ('{"metadata":[]}', Bad.NOT_AN_OBJECT),
        ('{"metadata":{}}', Bad.NO_TYPE),
        ('{"metadata":{"message_type":"session_welcome"}}', Bad.NO_PAYLOAD),
        (frame("session_welcome", {}), Bad.NO_SESSION),
        (frame("session_welcome", {"session": {"id": 4}}), Bad.NO_SESSION),
        (frame("session_reconnect", {"session": {"id": "s", "reconnect_url": None}}), Bad.NO_SESSION),
        (frame("notification", {}), Bad.NO_TYPE),
        (frame("notification", {}, subscription_type="channel.follow", message_id=""), Bad.NO_ID),
        (frame("notification", [], subscription_type="channel.follow"), Bad.NO_PAYLOAD),
        (frame("x" * 300, {}), Bad.NO_TYPE),
        (b" " * (MAX_FRAME + 1), Bad.TOO_LONG),
    ],
)
def test_what_is_no_envelope_is_told_by_its_reason(given: str | bytes, why: Bad) -> None:
    assert read(given) is why


def test_half_a_pair_written_as_an_escape_does_not_get_through() -> None:
    whole = json.dumps(notification("channel.chat.message", {"a": "x\ud83d \U0001f98a"}))
    found = envelope(whole)
    assert found.payload["event"]["a"] == "x? \U0001f98a"


@pytest.mark.parametrize(
    ("stamp", "ms"),
    [
        ("2023-07-19T14:56:51.634234626Z", 1_689_778_611_634),
        ("2023-07-19T14:56:51Z", 1_689_778_611_000),
        ("2023-07-19T14:56:51.6Z", 1_689_778_611_600),
        ("2023-07-19T14:56:51.Z", None),
        ("2023-07-19T14:56:51.٣Z", None),
        ("2023-07-19T14:56:61Z", None),
        ("1923-07-19T14:56:51Z", None),
        ("2023-07-19 14:56:51", None),
        ("yesterday", None),
        (5, None),
        (None, None),
    ],
)
def test_stamps(stamp: Any, ms: int | None) -> None:
    assert stamp_ms(stamp) == ms
