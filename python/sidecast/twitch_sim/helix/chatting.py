"""`/chat/messages`, `/chat/settings`, `/chat/announcements`, `/chat/shoutouts`, `/chat/color`."""

from __future__ import annotations

from typing import Any

from ..refusal import Refused
from ..world.chat import LONGEST
from ..world.happenings import ChatSettings
from ..world.people import User
from .call import Answer, Call, Endpoint


def send(call: Call) -> Answer:
    channel = call.channel(call.text("broadcaster_id"))
    sender_id, text = call.text("sender_id"), call.text("message")
    if sender_id != call.token.user_id:
        raise Refused(401, "The ID in sender_id must match the user ID found in the request's OAuth token.")
    sender = call.channel(sender_id)
    if not text.strip():
        raise Refused(400, "The message must not be empty.")
    if len(text) > LONGEST:
        raise Refused(422, "The message is too large.")
    if call.world.moderation.ban_of(sender, channel=channel):
        raise Refused(403, "The sender is not permitted to send chat messages to the broadcaster's chat room.")
    parent = call.body.get("reply_parent_message_id") or call.maybe("reply_parent_message_id")
    if not isinstance(parent, str):
        raise Refused(400, 'The parameter "reply_parent_message_id" was malformed')
    dropped = call.world.chat.refusal(sender, text, channel=channel)
    if dropped is not None:
        reason = {"code": dropped.code, "message": dropped.message}
        return 200, {"data": [{"message_id": "", "is_sent": False, "drop_reason": reason}]}
    action = text.startswith("/me ")
    message = call.world.chat.say(sender, text.removeprefix("/me "), channel=channel, reply_to=parent, action=action)
    return 200, {"data": [{"message_id": message.id, "is_sent": True}]}


def settings(call: Call) -> Answer:
    channel = call.channel(call.one("broadcaster_id"))
    shape = _settings(channel, call.world.room(channel).settings)
    if moderator_id := call.maybe("moderator_id"):
        call.moderated(channel.id, moderator_id)
        shape |= {"moderator_id": moderator_id, "non_moderator_chat_delay": False, "non_moderator_chat_delay_duration": None}
    return 200, {"data": [shape]}


def change_settings(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    changes: dict[str, Any] = {}
    for name, field in (("emote_mode", "emote_only"), ("subscriber_mode", "subs_only"), ("unique_chat_mode", "unique")):
        if name in call.body:
            changes[field] = _flag(call, name)
    if "slow_mode" in call.body:
        changes["slow_seconds"] = _number(call, "slow_mode_wait_time", 30, 3, 120) if _flag(call, "slow_mode") else None
    if "follower_mode" in call.body:
        on = _flag(call, "follower_mode")
        changes["followers_minutes"] = _number(call, "follower_mode_duration", 0, 0, 129_600) if on else None
    changed = call.world.chat.set(moderator, channel=channel, **changes)
    return 200, {"data": [_settings(channel, changed) | {"moderator_id": moderator.id}]}


def _flag(call: Call, name: str) -> bool:
    value = call.body[name]
    if not isinstance(value, bool):
        raise Refused(400, f'The parameter "{name}" was malformed')
    return value


def _number(call: Call, name: str, usual: int, least: int, most: int) -> int:
    value = call.body.get(name, usual)
    if not isinstance(value, int) or not least <= value <= most:
        raise Refused(400, f'The parameter "{name}" was malformed: the value must be between {least} and {most}')
    return value


def _settings(channel: User, settings: ChatSettings) -> dict[str, Any]:
    return {
        "broadcaster_id": channel.id,
        "emote_mode": settings.emote_only,
        "follower_mode": settings.followers_minutes is not None,
        "follower_mode_duration": settings.followers_minutes,
        "slow_mode": settings.slow_seconds is not None,
        "slow_mode_wait_time": settings.slow_seconds,
        "subscriber_mode": settings.subs_only,
        "unique_chat_mode": settings.unique,
    }


def announce(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    text = call.text("message")
    if len(text) > LONGEST:
        raise Refused(400, "The message may have at most 500 characters.")
    call.world.support.announce(moderator, text, colour=str(call.body.get("color") or "primary"), channel=channel)
    return 204, None


def shout_out(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("from_broadcaster_id"), call.one("moderator_id"))
    to = call.channel(call.one("to_broadcaster_id"))
    stream = call.world.room(channel).stream
    if to == channel:
        raise Refused(400, "The broadcaster may not give themselves a Shoutout.")
    if stream is None:
        raise Refused(400, "The broadcaster is not streaming live or does not have one or more viewers.")
    if not call.world.support.shout_out(to, moderator, viewers=stream.viewers, channel=channel):
        raise Refused(429, "The broadcaster exceeded the number of Shoutouts they may send within a given window.")
    return 204, None


ENDPOINTS = {
    ("POST", "chat/messages"): Endpoint(send, ("user:write:chat",), needs_user=True),
    ("GET", "chat/settings"): Endpoint(settings),
    ("PATCH", "chat/settings"): Endpoint(change_settings, ("moderator:manage:chat_settings",), needs_user=True),
    ("POST", "chat/announcements"): Endpoint(announce, ("moderator:manage:announcements",), needs_user=True),
    ("POST", "chat/shoutouts"): Endpoint(shout_out, ("moderator:manage:shoutouts",), needs_user=True),
}
