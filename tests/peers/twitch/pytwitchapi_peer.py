# mypy: ignore-errors
"""pyTwitchAPI as a peer: logs in with a device code, subscribes, and tells what it understood, one JSON object a line.

Runs in an environment of its own, with the library's own endpoint settings: base_url, auth_base_url, connection_url.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading

from twitchAPI.eventsub.websocket import EventSubWebsocket
from twitchAPI.helper import first
from twitchAPI.oauth import CodeFlow
from twitchAPI.twitch import Twitch
from twitchAPI.type import AuthScope

_lock = threading.Lock()


def tell(kind, **fields):
    with _lock:
        sys.stdout.write(json.dumps({"kind": kind, **fields}) + "\n")
        sys.stdout.flush()


def person(event, what="user"):
    return {"id": getattr(event, f"{what}_id"), "name": getattr(event, f"{what}_name")}


async def chat(data):
    event = data.event
    tell(
        "chat",
        id=event.message_id,
        author=person(event, "chatter_user"),
        text=event.message.text,
        colour=event.color,
        parts=[[part.type, part.text] for part in event.message.fragments],
        badges=sorted([badge.set_id, badge.id] for badge in event.badges),
        reply=event.reply.parent_message_id if event.reply else "",
        bits=event.cheer.bits if event.cheer else 0,
        reward=event.channel_points_custom_reward_id or "",
    )


def telling(kind, *people, **fields):
    """A callback that tells attributes of the event."""

    async def callback(data):
        event = data.event
        found = {name: person(event, prefix) for name, prefix in people}
        tell(kind, **found, **{name: get(event) for name, get in fields.items()})

    return callback


USER = ("user", "user")


async def subscribe(socket, me):
    await socket.listen_channel_chat_message(me, me, chat)
    await socket.listen_channel_chat_message_delete(
        me, me, telling("deleted", ("author", "target_user"), id=lambda event: event.message_id)
    )
    await socket.listen_channel_chat_clear(me, me, telling("cleared"))
    await socket.listen_channel_chat_notification(
        me, me, telling("notice", type=lambda event: event.notice_type, id=lambda event: event.message_id)
    )
    await socket.listen_channel_follow_v2(me, me, telling("follow", USER))
    await socket.listen_channel_subscribe(
        me, telling("sub", USER, tier=lambda event: event.tier, gift=lambda event: event.is_gift)
    )
    await socket.listen_channel_subscription_message(
        me,
        telling(
            "resub",
            USER,
            months=lambda event: event.cumulative_months,
            text=lambda event: event.message.text,
        ),
    )

    async def gift(data):
        event = data.event
        tell("gift", user=None if event.is_anonymous else person(event), amount=event.total)

    await socket.listen_channel_subscription_gift(me, gift)
    await socket.listen_channel_cheer(me, telling("cheer", USER, bits=lambda event: event.bits, text=lambda event: event.message))
    await socket.listen_channel_raid(
        telling("raid", ("user", "from_broadcaster_user"), viewers=lambda event: event.viewers), to_broadcaster_user_id=me
    )
    await socket.listen_channel_points_custom_reward_redemption_add(
        me,
        telling(
            "redemption",
            USER,
            id=lambda event: event.id,
            title=lambda event: event.reward.title,
            cost=lambda event: event.reward.cost,
            text=lambda event: event.user_input,
        ),
    )
    await socket.listen_channel_ban(
        me, telling("ban", USER, reason=lambda event: event.reason, for_good=lambda event: event.is_permanent)
    )
    await socket.listen_channel_poll_begin(
        me,
        telling(
            "poll",
            title=lambda event: event.title,
            choices=lambda event: [choice.title for choice in event.choices],
        ),
    )
    await socket.listen_channel_prediction_begin(
        me,
        telling(
            "prediction",
            title=lambda event: event.title,
            outcomes=lambda event: [outcome.title for outcome in event.outcomes],
        ),
    )
    await socket.listen_channel_shield_mode_begin(me, me, telling("shield", ("moderator", "moderator_user")))
    await socket.listen_channel_shoutout_receive(
        me, me, telling("shout_out", ("user", "from_broadcaster_user"), viewers=lambda event: event.viewer_count)
    )
    await socket.listen_channel_ad_break_begin(me, telling("ads", seconds=lambda event: event.duration_seconds))
    await socket.listen_channel_moderate(me, me, telling("moderated", action=lambda event: event.action))
    await socket.listen_stream_online(me, telling("online", id=lambda event: event.id))
    await socket.listen_stream_offline(me, telling("offline"))


async def orders():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)


async def main():
    config = json.loads(sys.stdin.readline())
    at = f"http://127.0.0.1:{config['port']}"
    scopes = [AuthScope(scope) for scope in config["scopes"]]
    twitch = await Twitch(
        config["client_id"],
        config["client_secret"] or None,
        authenticate_app=bool(config["client_secret"]),
        base_url=f"{at}/helix/",
        auth_base_url=f"{at}/oauth2/",
    )

    async def refreshed(token, refresh):
        tell("refreshed")

    twitch.user_auth_refresh_callback = refreshed
    flow = CodeFlow(twitch, scopes, auth_base_url=f"{at}/oauth2/")
    code, _ = await flow.get_code()
    tell("device", code=code)
    token, refresh = await flow.wait_for_auth_complete()
    await twitch.set_user_authentication(token, scopes, refresh)
    user = await first(twitch.get_users())
    tell("logged_in", id=user.id, login=user.login, name=user.display_name)
    socket = EventSubWebsocket(twitch, connection_url=f"ws://127.0.0.1:{config['port']}/ws")
    socket.start()
    await subscribe(socket, user.id)
    tell("ready")
    try:
        async for order in orders():
            if order["do"] == "say":
                sent = await twitch.send_chat_message(user.id, user.id, order["text"], reply_parent_message_id=order.get("reply"))
                tell("sent", id=sent.message_id, sent=sent.is_sent)
    finally:
        await socket.stop()
        await twitch.close()


asyncio.run(main())
