"""`/moderation/…`: deleting, bans, warnings, shield mode, and AutoMod's queue."""

from __future__ import annotations

from typing import Any

from ..ids import whole_seconds
from ..refusal import Refused
from ..world.moderation import LONGEST_TIMEOUT_S
from ..world.people import User
from .call import Answer, Call, Endpoint, paged

_OLD_MS = 6 * 3_600_000
"""Messages that are older cannot be deleted."""
_REASON = 500


def delete(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    message_id = call.maybe("message_id")
    if not message_id:
        call.world.chat.clear(moderator, channel=channel)
        return 204, None
    message = call.world.room(channel).messages.get(message_id)
    if message is None:
        raise Refused(404, "The ID in message_id was not found.")
    if message.at_ms < call.world.now_ms() - _OLD_MS:
        raise Refused(404, "The specified message was created more than 6 hours ago.")
    standing = call.world.room(channel).standing
    if message.author != moderator and standing.may_moderate(message.author, channel):
        raise Refused(400, "You may not delete messages of the broadcaster or of another moderator.")
    call.world.chat.delete(message_id, moderator, channel=channel)
    return 204, None


def ban(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    data = _data(call)
    user = _target(call, data)
    duration, reason = data.get("duration"), data.get("reason") or ""
    if duration is not None and (not isinstance(duration, int) or not 1 <= duration <= LONGEST_TIMEOUT_S):
        raise Refused(400, "The value in the duration field is not valid.")
    if not isinstance(reason, str) or len(reason) > _REASON:
        raise Refused(400, "The text in the reason field is too long.")
    if call.world.room(channel).standing.may_moderate(user, channel):
        raise Refused(400, "The user specified in the user_id field may not be banned.")
    now = call.world.moderation.ban_of(user, channel=channel)
    if now is not None and now.ends_ms is None:
        raise Refused(400, "The user specified in the user_id field is already banned.")
    done = call.world.moderation.ban(user, moderator, seconds=duration, reason=reason, channel=channel)
    row = {
        "broadcaster_id": channel.id,
        "moderator_id": moderator.id,
        "user_id": user.id,
        "created_at": whole_seconds(done.at_ms),
        "end_time": whole_seconds(done.ends_ms) if done.ends_ms is not None else None,
    }
    return 200, {"data": [row]}


def unban(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    user = call.world.by_id(call.one("user_id"))
    if user is None or not call.world.moderation.unban(user, moderator, channel=channel):
        raise Refused(400, "The user in the user_id query parameter is not banned.")
    return 204, None


def banned(call: Call) -> Answer:
    channel, room = call.own_channel(call.one("broadcaster_id"))
    wanted = call.every("user_id")
    rows = []
    for user_id in list(room.standing.bans):
        user = call.channel(user_id)
        found = call.world.moderation.ban_of(user, channel=channel)
        if found is not None and (not wanted or user_id in wanted):
            rows.append(
                {
                    "user_id": user.id,
                    "user_login": user.login,
                    "user_name": user.name,
                    "expires_at": whole_seconds(found.ends_ms) if found.ends_ms is not None else "",
                    "created_at": whole_seconds(found.at_ms),
                    "reason": found.reason,
                    "moderator_id": found.moderator.id,
                    "moderator_login": found.moderator.login,
                    "moderator_name": found.moderator.name,
                }
            )
    return 200, paged(call, rows)


def warn(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    data = _data(call)
    user = _target(call, data)
    reason = data.get("reason")
    if not isinstance(reason, str) or not reason or len(reason) > _REASON:
        raise Refused(400, "The text in the reason field must have 1 to 500 characters.")
    if call.world.room(channel).standing.may_moderate(user, channel):
        raise Refused(400, "The user specified in the user_id field may not be warned.")
    call.world.moderation.warn(user, moderator, reason=reason, channel=channel)
    row = {"broadcaster_id": channel.id, "user_id": user.id, "moderator_id": moderator.id, "reason": reason}
    return 200, {"data": [row]}


def shield(call: Call) -> Answer:
    channel, _ = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    return 200, {"data": [_shield(call, channel)]}


def set_shield(call: Call) -> Answer:
    channel, moderator = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    on = call.body.get("is_active")
    if not isinstance(on, bool):
        raise Refused(400, 'Missing required parameter "is_active"')
    call.world.moderation.shield(on, moderator, channel=channel)
    return 200, {"data": [_shield(call, channel)]}


def _shield(call: Call, channel: User) -> dict[str, Any]:
    room = call.world.room(channel)
    by = room.shield_by
    return {
        "is_active": room.shield,
        "moderator_id": by.id if by else "",
        "moderator_login": by.login if by else "",
        "moderator_name": by.name if by else "",
        "last_activated_at": whole_seconds(room.shield_ms) if room.shield_ms else "",
    }


def automod(call: Call) -> Answer:
    moderator = call.channel(call.text("user_id"))
    if moderator.id != call.token.user_id:
        raise Refused(401, "The ID in user_id must match the user ID found in the request's OAuth token.")
    message_id, action = call.text("msg_id"), call.text("action")
    if action not in {"ALLOW", "DENY"}:
        raise Refused(400, "The value in the action field is not valid.")
    for channel in call.world.users:
        if message_id in call.world.room(channel).held:
            call.moderated(channel.id, moderator.id)
            call.world.chat.decide(message_id, moderator, allow=action == "ALLOW", channel=channel)
            return 204, None
    raise Refused(404, "The message specified in the msg_id field was not found.")


def _data(call: Call) -> dict[str, Any]:
    data = call.body.get("data")
    if not isinstance(data, dict):
        raise Refused(400, 'Missing required parameter "data"')
    return data


def _target(call: Call, data: dict[str, Any]) -> User:
    user_id = data.get("user_id")
    if not isinstance(user_id, str) or not user_id:
        raise Refused(400, "The user_id field is required.")
    user = call.world.by_id(user_id)
    if user is None:
        raise Refused(400, "The user specified in the user_id field was not found.")
    return user


_WARN = ("moderator:manage:warnings",)
_BAN = ("moderator:manage:banned_users",)
ENDPOINTS = {
    ("DELETE", "moderation/chat"): Endpoint(delete, ("moderator:manage:chat_messages",), needs_user=True),
    ("POST", "moderation/bans"): Endpoint(ban, _BAN, needs_user=True),
    ("DELETE", "moderation/bans"): Endpoint(unban, _BAN, needs_user=True),
    ("GET", "moderation/banned"): Endpoint(banned, ("moderation:read", "moderator:manage:banned_users"), needs_user=True),
    ("POST", "moderation/warnings"): Endpoint(warn, _WARN, needs_user=True),
    ("GET", "moderation/shield_mode"): Endpoint(
        shield, ("moderator:read:shield_mode", "moderator:manage:shield_mode"), needs_user=True
    ),
    ("PUT", "moderation/shield_mode"): Endpoint(set_shield, ("moderator:manage:shield_mode",), needs_user=True),
    ("POST", "moderation/automod/message"): Endpoint(automod, ("moderator:manage:automod",), needs_user=True),
}
