"""EventSub's frames to measure and to break: real ones where they are at hand (SIDECAST_DATA), and always a few of our own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
SNAPSHOTS = Path(os.environ.get("SIDECAST_DATA", REPOSITORY.parent / "shared" / "data")) / "chatterino-snapshots"

CHANNEL = {"broadcaster_user_id": "1", "broadcaster_user_login": "kit", "broadcaster_user_name": "Kit"}
MIKA = {"chatter_user_id": "2", "chatter_user_login": "mika", "chatter_user_name": "Mika"}
_NONE = {
    "cheer": None,
    "reply": None,
    "channel_points_custom_reward_id": None,
    "channel_points_animation_id": None,
    "source_broadcaster_user_id": None,
    "source_broadcaster_user_login": None,
    "source_broadcaster_user_name": None,
    "source_message_id": None,
    "source_badges": None,
    "is_source_only": None,
}


def fragment(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "text": text, "cheermote": None, "emote": None, "mention": None, **more}


def chat(*fragments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The event of a `channel.chat.message`."""
    return {
        **CHANNEL,
        **MIKA,
        "message_id": "97c28382-e8d2-45a0-bb5d-2305fc4ef139",
        "message": {"text": "".join(part["text"] for part in fragments), "fragments": list(fragments)},
        "color": "#FF0000",
        "badges": [{"set_id": "moderator", "id": "1", "info": ""}, {"set_id": "subscriber", "id": "24", "info": "26"}],
        "message_type": "text",
        **_NONE,
        **more,
    }


KAPPA = fragment("emote", "Kappa", emote={"id": "25", "emote_set_id": "0", "owner_id": "0", "format": ["static"]})
BO = fragment("mention", "@bo", mention={"user_id": "3", "user_login": "bo", "user_name": "Bo"})
CHEER = fragment("cheermote", "Cheer100", cheermote={"prefix": "cheer", "bits": 100, "tier": 100})
REPLY = {
    "parent_message_id": "b7f3f0d4-3c3a-4a11-9a31-8a3f6e0c1d52",
    "parent_message_body": "what are we playing?",
    "parent_user_id": "3",
    "parent_user_login": "bo",
    "parent_user_name": "Bo",
    "thread_message_id": "b7f3f0d4-3c3a-4a11-9a31-8a3f6e0c1d52",
    "thread_user_id": "3",
    "thread_user_login": "bo",
    "thread_user_name": "Bo",
}
CHATS = (
    chat(fragment("text", "hello there, how is everybody?")),
    chat(KAPPA, fragment("text", " gg "), KAPPA, fragment("text", " 😂"), badges=[]),
    chat(BO, fragment("text", " the one with the fox"), reply=REPLY),
    chat(CHEER, fragment("text", " über"), cheer={"bits": 100}),
    chat(fragment("text", "play something slow please"), channel_points_custom_reward_id="0f5c7d1e-1b1f-4a4c-9e51-5d3bd5f0b0a1"),
)


def notification(
    subscription: str,
    event: Mapping[str, Any],
    *,
    id_: str = "8b1c4b0f-93cd-4f40-a0d3-5c63c5cf0b7a",
    version: str = "1",
    sent: str = "2025-11-23T18:00:00.123456789Z",
) -> dict[str, Any]:
    return {
        "metadata": {
            "message_id": id_,
            "message_type": "notification",
            "message_timestamp": sent,
            "subscription_type": subscription,
            "subscription_version": version,
        },
        "payload": {
            "subscription": {
                "id": "0b7f3361-672b-4d39-b307-dd5b576c9b27",
                "status": "enabled",
                "type": subscription,
                "version": version,
                "condition": {"broadcaster_user_id": "1", "user_id": "1"},
                "transport": {"method": "websocket", "session_id": "AgoQHR3s6Mb4T8GFB1l3DlPfiRIGY2VsbC1h"},
                "created_at": "2025-11-23T17:00:00.492253549Z",
                "cost": 0,
            },
            "event": event,
        },
    }


def snapshots(folder: Path = SNAPSHOTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and envelope of every real payload that is at hand; those without an envelope are put into one."""
    for path in sorted((folder / "envelopes").glob("*.json")):
        yield path.name, json.loads(path.read_text("utf-8"))
    for path in sorted((folder / "EventSub").glob("*/*.json")):
        given = json.loads(path.read_text("utf-8"))["input"]
        for number, event in enumerate(given if isinstance(given, list) else [given]):
            subscription = event.pop("__subscription", path.parent.name)
            sent = event.pop("__timestamp", "2025-03-01T00:00:00Z")
            yield (
                f"{path.parent.name}/{path.name}",
                notification(TYPES[subscription], event, id_=f"{path.name}-{number}", version="2", sent=sent),
            )


TYPES = {
    "automod-message-hold": "automod.message.hold",
    "automod-message-update": "automod.message.update",
    "channel-ban": "channel.ban",
    "channel-chat-user-message-update": "channel.chat.user_message_update",
    "channel-moderate": "channel.moderate",
    "channel-suspicious-user-message": "channel.suspicious_user.message",
    "channel-suspicious-user-update": "channel.suspicious_user.update",
}
"""Name of a folder of snapshots → the subscription that it is of."""


def numbered(count: int) -> list[bytes]:
    """`count` chat messages of all shapes in turn, each with ids of its own, as they come off the socket."""
    frames = []
    for number in range(count):
        event = {**CHATS[number % len(CHATS)], "message_id": f"97c28382-e8d2-45a0-bb5d-{number:012}"}
        envelope = notification("channel.chat.message", event, id_=f"8b1c4b0f-93cd-4f40-a0d3-{number:012}")
        frames.append(json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode())
    return frames
