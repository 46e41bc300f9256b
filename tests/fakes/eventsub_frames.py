"""EventSub's frames as Twitch writes them, by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

HOME = "wss://eventsub.wss.twitch.tv/ws"
CHANNEL = "100001"


def frame(
    kind: str, number: str, sent_ms: int, payload: dict[str, Any] | None = None, *, about: str = "", version: str = "1"
) -> bytes:
    stamp = datetime.fromtimestamp(sent_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{sent_ms % 1000:03}000000Z"
    metadata = {"message_id": number, "message_type": kind, "message_timestamp": stamp}
    if about:
        metadata |= {"subscription_type": about, "subscription_version": version}
    return json.dumps({"metadata": metadata, "payload": payload or {}}).encode()


def welcome(session_id: str, sent_ms: int, keepalive_s: int | None = 10) -> bytes:
    session = {
        "id": session_id,
        "status": "connected",
        "connected_at": "2026-11-23T18:00:00Z",
        "keepalive_timeout_seconds": keepalive_s,
        "reconnect_url": None,
        "recovery_url": None,
    }
    return frame("session_welcome", f"welcome-{session_id}", sent_ms, {"session": session})


def keepalive(sent_ms: int) -> bytes:
    return frame("session_keepalive", f"keepalive-{sent_ms}", sent_ms)


def reconnect(session_id: str, url: str, sent_ms: int) -> bytes:
    session = {"id": session_id, "status": "reconnecting", "keepalive_timeout_seconds": None, "reconnect_url": url}
    return frame("session_reconnect", f"reconnect-{session_id}", sent_ms, {"session": session})


def revocation(kind: str, status: str, sent_ms: int) -> bytes:
    subscription = {"id": f"sub-{kind}", "type": kind, "version": "1", "status": status, "condition": {}}
    return frame("revocation", f"revocation-{kind}-{sent_ms}", sent_ms, {"subscription": subscription}, about=kind)


def said(number: str, sent_ms: int, text: str = "hello") -> bytes:
    event: dict[str, Any] = {
        "broadcaster_user_id": CHANNEL,
        "broadcaster_user_login": "kit",
        "broadcaster_user_name": "Kit",
        "chatter_user_id": "7",
        "chatter_user_login": "wren",
        "chatter_user_name": "Wren",
        "message_id": number,
        "message": {"text": text, "fragments": [{"type": "text", "text": text}]},
        "color": "",
        "badges": [],
        "message_type": "text",
        "cheer": None,
        "reply": None,
        "channel_points_custom_reward_id": None,
    }
    return notification("channel.chat.message", f"note-{number}", sent_ms, event)


def notification(kind: str, number: str, sent_ms: int, event: dict[str, Any], version: str = "1") -> bytes:
    subscription = {"id": f"sub-{kind}", "type": kind, "version": version, "status": "enabled", "condition": {}}
    return frame("notification", number, sent_ms, {"subscription": subscription, "event": event}, about=kind, version=version)
