# mypy: ignore-errors
"""TwitchIO as a peer: logs in with a device code, subscribes, and tells what it understood, one JSON object a line.

Runs in an environment of its own. Its endpoints are no arguments: the three assignments in `main` are all that is changed.
"""

from __future__ import annotations

import asyncio
import json
import sys

import twitchio
import twitchio.http
from twitchio import eventsub


def tell(kind, **fields):
    sys.stdout.write(json.dumps({"kind": kind, **fields}) + "\n")
    sys.stdout.flush()


def person(user):
    return {"id": user.id, "name": user.display_name} if user else None


class Peer(twitchio.Client):
    async def event_websocket_welcome(self, payload):
        tell("socket")

    async def event_token_refreshed(self, payload):
        tell("refreshed")

    async def event_message(self, payload):
        tell(
            "chat",
            id=payload.id,
            author=person(payload.chatter),
            text=payload.text,
            colour=payload.colour.html.upper() if payload.colour else "",
            parts=[[part.type, part.text] for part in payload.fragments],
            badges=sorted([badge.set_id, badge.id] for badge in payload.badges),
            reply=payload.reply.parent_message_id if payload.reply else "",
            bits=payload.cheer.bits if payload.cheer else 0,
            reward=payload.channel_points_id or "",
        )

    async def event_message_delete(self, payload):
        tell("deleted", id=payload.message_id, author=person(payload.user))

    async def event_chat_clear(self, payload):
        tell("cleared")

    async def event_chat_notification(self, payload):
        tell("notice", type=payload.notice_type, id=payload.id)

    async def event_follow(self, payload):
        tell("follow", user=person(payload.user))

    async def event_subscription(self, payload):
        tell("sub", user=person(payload.user), tier=payload.tier, gift=payload.gift)

    async def event_subscription_message(self, payload):
        streak = payload.streak_months
        tell("resub", user=person(payload.user), months=payload.cumulative_months, streak=streak, text=payload.text)

    async def event_subscription_gift(self, payload):
        tell("gift", user=person(payload.user), amount=payload.total)

    async def event_cheer(self, payload):
        tell("cheer", user=person(payload.user), bits=payload.bits, text=payload.message)

    async def event_raid(self, payload):
        tell("raid", user=person(payload.from_broadcaster), viewers=payload.viewer_count)

    async def event_custom_redemption_add(self, payload):
        reward = payload.reward
        tell(
            "redemption",
            id=payload.id,
            user=person(payload.user),
            title=reward.title,
            cost=reward.cost,
            text=payload.user_input,
        )

    async def event_ban(self, payload):
        tell("ban", user=person(payload.user), reason=payload.reason, for_good=payload.permanent)

    async def event_poll_begin(self, payload):
        tell("poll", title=payload.title, choices=[choice.title for choice in payload.choices])

    async def event_prediction_begin(self, payload):
        tell("prediction", title=payload.title, outcomes=[outcome.title for outcome in payload.outcomes])

    async def event_hype_train(self, payload):
        top = [person(each.user) for each in payload.top_contributions]
        tell("train", level=payload.level, total=payload.total, goal=payload.goal, top=top)

    async def event_shield_mode_begin(self, payload):
        tell("shield", moderator=person(payload.moderator))

    async def event_shoutout_receive(self, payload):
        tell("shout_out", user=person(payload.from_broadcaster), viewers=payload.viewer_count)

    async def event_ad_break(self, payload):
        tell("ads", seconds=payload.duration)

    async def event_automod_message_hold(self, payload):
        tell("held", id=payload.message_id, text=payload.text)

    async def event_mod_action(self, payload):
        tell("moderated", action=payload.action)

    async def event_stream_online(self, payload):
        tell("online", id=payload.id)

    async def event_stream_offline(self, payload):
        tell("offline")

    async def event_error(self, payload):
        tell("error", text=repr(payload.error))


def wanted(me):
    channel, reader, moderator = (
        {"broadcaster_user_id": me},
        {"broadcaster_user_id": me, "user_id": me},
        {"broadcaster_user_id": me, "moderator_user_id": me},
    )
    return [
        eventsub.ChatMessageSubscription(**reader),
        eventsub.ChatMessageDeleteSubscription(**reader),
        eventsub.ChatClearSubscription(**reader),
        eventsub.ChatNotificationSubscription(**reader),
        eventsub.ChannelFollowSubscription(**moderator),
        eventsub.ChannelSubscribeSubscription(**channel),
        eventsub.ChannelSubscribeMessageSubscription(**channel),
        eventsub.ChannelSubscriptionGiftSubscription(**channel),
        eventsub.ChannelCheerSubscription(**channel),
        eventsub.ChannelRaidSubscription(to_broadcaster_user_id=me),
        eventsub.ChannelPointsRedeemAddSubscription(**channel),
        eventsub.ChannelBanSubscription(**channel),
        eventsub.ChannelPollBeginSubscription(**channel),
        eventsub.ChannelPredictionBeginSubscription(**channel),
        eventsub.HypeTrainBeginSubscription(**channel),
        eventsub.ShieldModeBeginSubscription(**moderator),
        eventsub.ShoutoutReceiveSubscription(**moderator),
        eventsub.AdBreakBeginSubscription(**channel),
        eventsub.AutomodMessageHoldV2Subscription(**moderator),
        eventsub.ChannelModerateV2Subscription(**moderator),
        eventsub.StreamOnlineSubscription(**channel),
        eventsub.StreamOfflineSubscription(**channel),
    ]


async def orders():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)


async def main():
    config = json.loads(sys.stdin.readline())
    port = config["port"]
    twitchio.http.Route.BASE = f"http://127.0.0.1:{port}/helix/"
    twitchio.http.Route.ID_BASE = f"http://127.0.0.1:{port}/"
    twitchio.eventsub.websockets.WSS = f"ws://127.0.0.1:{port}/ws"
    scopes = twitchio.Scopes(config["scopes"])
    client = Peer(client_id=config["client_id"], scopes=scopes)
    device = await client.login_dcf(load_token=False, save_token=False)
    tell("device", code=device["user_code"])
    await client.start_dcf(device_code=device["device_code"], interval=1, block=False)
    [me] = client.tokens
    user = await client.fetch_user(id=me)
    tell("logged_in", id=user.id, login=user.name, name=user.display_name)
    for subscription in wanted(me):
        await client.subscribe_websocket(subscription, token_for=me)
    tell("ready")
    async for order in orders():
        if order["do"] == "say":
            sent = await user.send_message(order["text"], user, token_for=me, reply_to_message_id=order.get("reply"))
            tell("sent", id=sent.id, sent=sent.sent)
    await client.close(save_tokens=False)


asyncio.run(main())
