"""A frame off the socket → what kind of message it is. Pure, and nothing raises: whatever a frame holds, an answer comes out.

https://dev.twitch.tv/docs/eventsub/websocket-reference
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .stamps import stamp_ms

MAX_FRAME = 256 * 1024
"""Bytes, or characters. Twitch's own are below 20 KiB."""
MAX_ID = 256
"""Characters of any id or name of a type."""
MAX_URL = 2048


class Bad(StrEnum):
    """Why a frame, or what it carries, is no good. Counted; carries nothing of the frame."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    """It is JSON, and not an object with an object `metadata`."""
    NO_ID = "no_id"
    """A notification without a message id could be told from no other."""
    NO_TYPE = "no_type"
    """It does not say what kind of message it is, or what it notifies of."""
    NO_PAYLOAD = "no_payload"
    NO_SESSION = "no_session"
    """A welcome that names no session, or a reconnect without an address."""
    FIELDS = "fields"
    """The event lacks what its type must have, or has it as something else."""


class Kind(StrEnum):
    WELCOME = "session_welcome"
    KEEPALIVE = "session_keepalive"
    NOTIFICATION = "notification"
    RECONNECT = "session_reconnect"
    REVOCATION = "revocation"
    UNKNOWN = "unknown"
    """What Twitch added since. The server is alive; the rest is counted and left."""


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    keepalive_s: float | None = None
    """Silence that the server allows itself; None = it did not say."""
    reconnect_url: str = ""
    """To be used verbatim. It may hold a secret: never logged."""

    def __repr__(self) -> str:
        return f"Session(id=…, keepalive_s={self.keepalive_s})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    kind: Kind
    id: str
    """The same when Twitch sends it again; empty only for other kinds than notifications."""
    sent_ms: int | None
    """Unix milliseconds by Twitch's clock, or None when it is not said or makes no sense."""
    subscription_type: str = ""
    """Such as `channel.chat.message`; of notifications and revocations."""
    version: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """As it came, with `subscription` and `event`. Holds no lone surrogates: all its text is UTF-8."""
    session: Session | None = None
    """Of welcome and reconnect."""
    subscription_id: str = ""
    status: str = ""
    """Of a revocation: `authorization_revoked`, `user_removed`, `version_removed` …"""
    raw_kind: str = ""
    """Twitch's word for the kind of message."""


_decode = json.JSONDecoder().decode
_KINDS = {kind.value: kind for kind in Kind if kind is not Kind.UNKNOWN}


def read(frame: str | bytes) -> Envelope | Bad:
    """What the frame says; never raises."""
    parsed = _object(frame)
    if isinstance(parsed, Bad):
        return parsed
    metadata = parsed.get("metadata")
    if not isinstance(metadata, dict):
        return Bad.NOT_AN_OBJECT
    name, number = _short(metadata.get("message_type")), _short(metadata.get("message_id"))
    if not name:
        return Bad.NO_TYPE
    kind = _KINDS.get(name, Kind.UNKNOWN)
    payload = parsed.get("payload")
    if not isinstance(payload, dict):
        if kind not in {Kind.KEEPALIVE, Kind.UNKNOWN}:
            return Bad.NO_PAYLOAD
        payload = {}
    if kind is Kind.NOTIFICATION:
        about = _short(metadata.get("subscription_type"))
        if not number or not about:
            return Bad.NO_TYPE if number else Bad.NO_ID
        return Envelope(
            kind=kind,
            id=number,
            sent_ms=stamp_ms(metadata.get("message_timestamp")),
            subscription_type=about,
            version=_short(metadata.get("subscription_version")),
            payload=payload,
            raw_kind=name,
        )
    return _other(kind, name, number, metadata, payload)


def _other(kind: Kind, name: str, number: str, metadata: Mapping[str, Any], payload: Mapping[str, Any]) -> Envelope | Bad:
    subscription = payload.get("subscription")
    subscription = subscription if isinstance(subscription, dict) else {}
    session = _session(payload.get("session")) if kind in {Kind.WELCOME, Kind.RECONNECT} else None
    if (kind is Kind.WELCOME and (session is None or not session.id)) or (
        kind is Kind.RECONNECT and (session is None or not session.reconnect_url)
    ):
        return Bad.NO_SESSION
    return Envelope(
        kind=kind,
        id=number,
        sent_ms=stamp_ms(metadata.get("message_timestamp")),
        subscription_type=_short(metadata.get("subscription_type")) or _short(subscription.get("type")),
        version=_short(metadata.get("subscription_version")) or _short(subscription.get("version")),
        payload=payload,
        session=session,
        subscription_id=_short(subscription.get("id")),
        status=_short(subscription.get("status")),
        raw_kind=name,
    )


def _session(value: Any) -> Session | None:
    if not isinstance(value, dict):
        return None
    seconds, url = value.get("keepalive_timeout_seconds"), value.get("reconnect_url")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 3600:
        seconds = None
    return Session(
        id=_short(value.get("id")),
        keepalive_s=None if seconds is None else float(seconds),
        reconnect_url=url if isinstance(url, str) and len(url) <= MAX_URL else "",
    )


def _short(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_ID else ""


def _object(frame: str | bytes) -> dict[str, Any] | Bad:
    if len(frame) > MAX_FRAME:
        return Bad.TOO_LONG
    try:
        text = frame if isinstance(frame, str) else str(frame, "utf-8")
        if not text.isascii():
            text.encode()
    except UnicodeError:
        return Bad.NOT_UTF8
    try:
        parsed = _decode(text)
        if "\\ud" in text or "\\uD" in text:
            # half of a pair, written as an escape, passes for JSON; no file, socket or database takes it afterwards
            parsed = _decode(str(json.dumps(parsed, ensure_ascii=False).encode("utf-8", "replace"), "utf-8"))
    except (ValueError, RecursionError):
        return Bad.NOT_JSON
    return parsed if isinstance(parsed, dict) else Bad.NOT_AN_OBJECT
