"""`/channel_points/…`."""

from __future__ import annotations

from typing import Any

from ..refusal import Refused
from ..world.points import REWARDS
from .call import Answer, Call, Endpoint, paged


def rewards(call: Call) -> Answer:
    _, room = call.own_channel(call.one("broadcaster_id"))
    wanted = call.every("id")
    mine = call.maybe("only_manageable_rewards") == "true"
    if missing := [each for each in wanted if each not in room.rewards]:
        raise Refused(404, f"The custom rewards specified in the id query parameter were not found: {len(missing)}.")
    rows = [
        _shown(each)
        for each in room.rewards.values()
        if (not wanted or each["id"] in wanted) and (not mine or each["client_id"] == call.token.client_id)
    ]
    return 200, {"data": rows}


def create(call: Call) -> Answer:
    channel, room = call.own_channel(call.one("broadcaster_id"))
    title, cost = call.text("title"), call.body.get("cost")
    if len(title) > 45:
        raise Refused(400, "The title must have at most 45 characters.")
    if not isinstance(cost, int) or cost < 1:
        raise Refused(400, "The cost must be 1 or more.")
    if any(each["title"] == title for each in room.rewards.values()):
        raise Refused(400, "CREATE_CUSTOM_REWARD_DUPLICATE_REWARD")
    if len(room.rewards) >= REWARDS:
        raise Refused(400, "CREATE_CUSTOM_REWARD_TOO_MANY_REWARDS")
    reward = call.world.points.add_reward(
        title,
        cost,
        prompt=str(call.body.get("prompt") or ""),
        asks=bool(call.body.get("is_user_input_required")),
        enabled=call.body.get("is_enabled") is not False,
        skip_queue=bool(call.body.get("should_redemptions_skip_request_queue")),
        client_id=call.token.client_id,
        channel=channel,
    )
    return 200, {"data": [_shown(reward)]}


def remove(call: Call) -> Answer:
    channel, room = call.own_channel(call.one("broadcaster_id"))
    reward = _mine(call, room.rewards, call.one("id"))
    call.world.points.remove_reward(str(reward["id"]), channel=channel)
    return 204, None


def redemptions(call: Call) -> Answer:
    _, room = call.own_channel(call.one("broadcaster_id"))
    reward = _mine(call, room.rewards, call.one("reward_id"))
    wanted, status = call.every("id"), call.maybe("status").lower()
    if not wanted and status not in {"unfulfilled", "fulfilled", "canceled"}:
        raise Refused(400, "The status query parameter is required if you don't specify the id query parameter.")
    rows = [
        _redemption(each)
        for each in room.redemptions.values()
        if each["reward"]["id"] == reward["id"] and (each["id"] in wanted if wanted else each["status"] == status)
    ]
    return 200, paged(call, rows, most=50)


def settle(call: Call) -> Answer:
    channel, room = call.own_channel(call.one("broadcaster_id"))
    reward = _mine(call, room.rewards, call.one("reward_id"))
    status, wanted = call.text("status"), call.every("id")
    if status not in {"FULFILLED", "CANCELED"}:
        raise Refused(400, "The status must be FULFILLED or CANCELED.")
    open_ones = {
        key for key, each in room.redemptions.items() if each["reward"]["id"] == reward["id"] and each["status"] == "unfulfilled"
    }
    if not wanted or len(wanted) > 50 or not set(wanted) <= open_ones:
        raise Refused(
            404, "The custom reward redemptions specified in the id query parameter were not found or are not UNFULFILLED."
        )
    rows = [call.world.points.settle(each, fulfilled=status == "FULFILLED", channel=channel) for each in wanted]
    return 200, {"data": [_redemption(row) for row in rows if row]}


def _mine(call: Call, kept: dict[str, dict[str, Any]], reward_id: str) -> dict[str, Any]:
    reward = kept.get(reward_id)
    if reward is None:
        raise Refused(404, "The custom reward specified in the reward_id query parameter was not found.")
    if reward["client_id"] != call.token.client_id:
        raise Refused(403, "The ID in the Client-Id header must match the client ID used to create the custom reward.")
    return reward


def _shown(reward: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in reward.items() if key != "client_id"}


def _redemption(redemption: dict[str, Any]) -> dict[str, Any]:
    """EventSub's shape with Helix's names."""
    return {
        "broadcaster_id": redemption["broadcaster_user_id"],
        "broadcaster_login": redemption["broadcaster_user_login"],
        "broadcaster_name": redemption["broadcaster_user_name"],
        **{key: redemption[key] for key in ("id", "user_id", "user_login", "user_name", "user_input", "redeemed_at", "reward")},
        "status": str(redemption["status"]).upper(),
    }


_READ = ("channel:read:redemptions", "channel:manage:redemptions")
_MANAGE = ("channel:manage:redemptions",)
ENDPOINTS = {
    ("GET", "channel_points/custom_rewards"): Endpoint(rewards, _READ, needs_user=True),
    ("POST", "channel_points/custom_rewards"): Endpoint(create, _MANAGE, needs_user=True),
    ("DELETE", "channel_points/custom_rewards"): Endpoint(remove, _MANAGE, needs_user=True),
    ("GET", "channel_points/custom_rewards/redemptions"): Endpoint(redemptions, _READ, needs_user=True),
    ("PATCH", "channel_points/custom_rewards/redemptions"): Endpoint(settle, _MANAGE, needs_user=True),
}
