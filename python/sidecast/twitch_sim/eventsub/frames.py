"""The messages of an EventSub socket, and the broken ones that no Twitch should ever send.

Source: https://dev.twitch.tv/docs/eventsub/websocket-reference/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..ids import stamp
from .subscriptions import Subscription
from .told import Told

HUGE = 2 * 1024 * 1024
"""Characters of the huge frame; Twitch's largest have some thousand."""


def welcome(message_id: str, now_ms: int, session_id: str, connected_ms: int, keepalive_s: int) -> str:
    session = {
        "id": session_id,
        "status": "connected",
        "connected_at": stamp(connected_ms),
        "keepalive_timeout_seconds": keepalive_s,
        "reconnect_url": None,
        "recovery_url": None,
    }
    return _envelope(message_id, "session_welcome", now_ms, {"session": session})


def keepalive(message_id: str, now_ms: int) -> str:
    return _envelope(message_id, "session_keepalive", now_ms, {})


def reconnect(message_id: str, now_ms: int, session_id: str, connected_ms: int, url: str) -> str:
    session = {
        "id": session_id,
        "status": "reconnecting",
        "connected_at": stamp(connected_ms),
        "keepalive_timeout_seconds": None,
        "reconnect_url": url,
        "recovery_url": None,
    }
    return _envelope(message_id, "session_reconnect", now_ms, {"session": session})


def notification(message_id: str, now_ms: int, subscription: Subscription, told: Told) -> str:
    about = {"subscription_type": told.type, "subscription_version": told.version}
    payload = {"subscription": subscription.shape(), "event": told.event}
    return _envelope(message_id, "notification", now_ms, payload, about)


def revocation(message_id: str, now_ms: int, subscription: Subscription) -> str:
    about = {"subscription_type": subscription.type, "subscription_version": subscription.version}
    return _envelope(message_id, "revocation", now_ms, {"subscription": subscription.shape()}, about)


def _envelope(message_id: str, kind: str, now_ms: int, payload: Mapping[str, Any], about: Mapping[str, str] | None = None) -> str:
    metadata = {"message_id": message_id, "message_type": kind, "message_timestamp": stamp(now_ms), **(about or {})}
    return json.dumps({"metadata": metadata, "payload": payload}, ensure_ascii=False, separators=(",", ":"))


GARBAGE: Mapping[str, Callable[[], str | bytes]] = {
    "not_json": lambda: "this is not JSON {",
    "empty": lambda: "",
    "empty_metadata": lambda: '{"metadata":{}}',
    "empty_object": lambda: "{}",
    "list": lambda: "[1,2,3]",
    "null": lambda: "null",
    "number": lambda: "1e999",
    "deep": lambda: "[" * 5000 + "]" * 5000,
    "huge": lambda: '{"metadata":{"message_id":"huge","message_type":"notification"},"payload":{"event":"' + "x" * HUGE + '"}}',
    "truncated": lambda: '{"metadata":{"message_id":"cut","message_type":"notification","message_timestamp":"2026-0',
    "wrong_types": lambda: '{"metadata":{"message_id":7,"message_type":[],"message_timestamp":{}},"payload":"none"}',
    "no_payload": lambda: '{"metadata":{"message_id":"bare","message_type":"notification","message_timestamp":"x"}}',
    "unknown_type": lambda: (
        '{"metadata":{"message_id":"new","message_type":"session_tomorrow","message_timestamp":"2026-11-23T12:00:00Z"},"payload":{}}'
    ),
    "binary": lambda: bytes(range(256)),
    "binary_json": lambda: b'{"metadata":{"message_id":"bin","message_type":"session_keepalive"},"payload":{}}',
}
"""Whole frames by name; `invalid_utf8` and `cut_frame` are broken below that, and end the socket."""
