"""`/users`, `/channels`, `/streams` and who is what in a channel."""

from __future__ import annotations

from typing import Any

from ..ids import whole_seconds
from ..refusal import Refused
from ..world.people import User
from .call import Answer, Call, Endpoint, paged

_MOST = 100


def users(call: Call) -> Answer:
    ids, logins = call.every("id"), call.every("login")
    if len(ids) + len(logins) > _MOST:
        raise Refused(400, "The number of id and login query parameters must not exceed 100.")
    if not ids and not logins:
        if call.user is None:
            raise Refused(400, "The id or login query parameter is required when using an app access token.")
        found: list[User | None] = [call.user]
    else:
        found = [*(call.world.by_id(each) for each in ids), *(call.world.find(each) for each in logins)]
    mail = "user:read:email" in call.token.scopes
    rows = {user.id: _user(user, mail=mail and user == call.user) for user in found if user}
    return 200, {"data": list(rows.values())}


def _user(user: User, *, mail: bool) -> dict[str, Any]:
    shape = {
        "id": user.id,
        "login": user.login,
        "display_name": user.name,
        "type": "",
        "broadcaster_type": user.kind,
        "description": "",
        "profile_image_url": "",
        "offline_image_url": "",
        "view_count": 0,
        "created_at": whole_seconds(user.created_ms),
    }
    return {**shape, "email": f"{user.login}@example.invalid"} if mail else shape


def channels(call: Call) -> Answer:
    rows = []
    for user_id in call.every("broadcaster_id") or [call.one("broadcaster_id")]:
        channel = call.world.by_id(user_id)
        if channel:
            room = call.world.room(channel)
            rows.append(
                {
                    "broadcaster_id": channel.id,
                    "broadcaster_login": channel.login,
                    "broadcaster_name": channel.name,
                    "broadcaster_language": room.language,
                    "game_id": room.category[0],
                    "game_name": room.category[1],
                    "title": room.title,
                    "delay": 0,
                    "tags": [],
                    "content_classification_labels": [],
                    "is_branded_content": False,
                }
            )
    return 200, {"data": rows}


def change_channel(call: Call) -> Answer:
    channel, _ = call.own_channel(call.one("broadcaster_id"))
    title = call.body.get("title")
    game = call.body.get("game_id")
    if title == "":
        raise Refused(400, "The title must not be empty.")
    call.world.air.update(
        title=str(title or ""), category=(str(game), "Software and Game Development") if game else None, channel=channel
    )
    return 204, None


def streams(call: Call) -> Answer:
    ids, logins = set(call.every("user_id")), {each.lower() for each in call.every("user_login")}
    rows = []
    for user in call.world.users:
        room = call.world.room(user)
        if room.stream is None or ((ids or logins) and user.id not in ids and user.login not in logins):
            continue
        rows.append(
            {
                "id": room.stream.id,
                "user_id": user.id,
                "user_login": user.login,
                "user_name": user.name,
                "game_id": room.category[0],
                "game_name": room.category[1],
                "type": "live",
                "title": room.title,
                "viewer_count": room.stream.viewers,
                "started_at": whole_seconds(room.stream.started_ms),
                "language": room.language,
                "thumbnail_url": "",
                "tag_ids": [],
                "tags": [],
                "is_mature": False,
            }
        )
    return 200, paged(call, rows)


def followers(call: Call) -> Answer:
    channel = call.channel(call.one("broadcaster_id"))
    room = call.world.room(channel)
    user = call.user
    rows = []
    if user and room.standing.may_moderate(user, channel):
        only = call.maybe("user_id")
        for user_id, since in sorted(room.standing.followers.items(), key=lambda pair: -pair[1]):
            follower = call.world.by_id(user_id)
            if follower and only in {"", user_id}:
                shape = {"user_id": follower.id, "user_login": follower.login, "user_name": follower.name}
                rows.append({**shape, "followed_at": whole_seconds(since)})
    return 200, {"total": len(room.standing.followers), **paged(call, rows)}


def moderators(call: Call) -> Answer:
    _, room = call.own_channel(call.one("broadcaster_id"))
    return 200, paged(call, [_named(call.channel(each)) for each in sorted(room.standing.moderators)])


def moderated_channels(call: Call) -> Answer:
    user_id = call.one("user_id")
    if user_id != call.token.user_id:
        raise Refused(401, "The ID in user_id must match the user ID found in the request's OAuth token.")
    rows = [
        {"broadcaster_id": each.id, "broadcaster_login": each.login, "broadcaster_name": each.name}
        for each in call.world.users
        if user_id in call.world.room(each).standing.moderators
    ]
    return 200, paged(call, rows)


def chatters(call: Call) -> Answer:
    channel, _ = call.moderated(call.one("broadcaster_id"), call.one("moderator_id"))
    rows = [_named(call.channel(each)) for each in sorted(call.world.room(channel).standing.have_chatted)]
    return 200, {**paged(call, rows, most=1000, usual=100), "total": len(rows)}


def _named(user: User) -> dict[str, str]:
    return {"user_id": user.id, "user_login": user.login, "user_name": user.name}


ENDPOINTS = {
    ("GET", "users"): Endpoint(users),
    ("GET", "channels"): Endpoint(channels),
    ("PATCH", "channels"): Endpoint(change_channel, ("channel:manage:broadcast",), needs_user=True),
    ("GET", "streams"): Endpoint(streams),
    ("GET", "channels/followers"): Endpoint(followers, ("moderator:read:followers",), needs_user=True),
    ("GET", "moderation/moderators"): Endpoint(moderators, ("moderation:read", "channel:manage:moderators"), needs_user=True),
    ("GET", "moderation/channels"): Endpoint(moderated_channels, ("user:read:moderated_channels",), needs_user=True),
    ("GET", "chat/chatters"): Endpoint(chatters, ("moderator:read:chatters",), needs_user=True),
}
