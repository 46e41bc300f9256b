"""Channel points: rewards, and what viewers redeem."""

from __future__ import annotations

from typing import Any

from ..ids import stamp
from .part import Part
from .people import User
from .shapes import named

REWARDS = 50
"""A channel's most."""


class Points(Part):
    def add_reward(
        self,
        title: str,
        cost: int,
        *,
        prompt: str = "",
        asks: bool = False,
        enabled: bool = True,
        client_id: str = "",
        skip_queue: bool = False,
        channel: User | None = None,
    ) -> dict[str, Any]:
        """Returns it as Helix shows it.

        Args:
            asks: the viewer writes something with it.
            client_id: the app that made it: only that one may change its redemptions.
        """
        world = self._world
        channel = channel or world.channel
        reward: dict[str, Any] = {
            **{
                key.replace("broadcaster_user", "broadcaster"): value for key, value in named(channel, "broadcaster_user").items()
            },
            "id": world.ids.uuid(),
            "title": title,
            "prompt": prompt,
            "cost": cost,
            "image": None,
            "default_image": {f"url_{size}x": "" for size in (1, 2, 4)},
            "background_color": "#9147FF",
            "is_enabled": enabled,
            "is_user_input_required": asks,
            "max_per_stream_setting": {"is_enabled": False, "max_per_stream": 0},
            "max_per_user_per_stream_setting": {"is_enabled": False, "max_per_user_per_stream": 0},
            "global_cooldown_setting": {"is_enabled": False, "global_cooldown_seconds": 0},
            "is_paused": False,
            "is_in_stock": True,
            "should_redemptions_skip_request_queue": skip_queue,
            "redemptions_redeemed_current_stream": None,
            "cooldown_expires_at": None,
            "client_id": client_id,
        }
        world.room(channel).rewards[reward["id"]] = reward
        self._tell(channel, "channel.channel_points_custom_reward.add", _event(reward, channel))
        return reward

    def remove_reward(self, reward_id: str, *, channel: User | None = None) -> bool:
        channel = channel or self._world.channel
        reward = self._world.room(channel).rewards.pop(reward_id, None)
        if reward is not None:
            self._tell(channel, "channel.channel_points_custom_reward.remove", _event(reward, channel))
        return reward is not None

    def redeem(self, user: User, reward_id: str, text: str = "", *, channel: User | None = None) -> dict[str, Any] | None:
        """Where the reward asks for a text, that text is a chat message too. None: there is no such reward, or it is off."""
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        reward = room.rewards.get(reward_id)
        if reward is None or not reward["is_enabled"] or reward["is_paused"]:
            return None
        redemption: dict[str, Any] = {
            "id": world.ids.uuid(),
            **named(channel, "broadcaster_user"),
            **named(user, "user"),
            "user_input": text,
            "status": "fulfilled" if reward["should_redemptions_skip_request_queue"] else "unfulfilled",
            "reward": {key: reward[key] for key in ("id", "title", "cost", "prompt")},
            "redeemed_at": stamp(world.now_ms()),
        }
        room.redemptions[redemption["id"]] = redemption
        if len(room.redemptions) > 1000:
            del room.redemptions[next(iter(room.redemptions))]
        self._tell(channel, "channel.channel_points_custom_reward_redemption.add", dict(redemption))
        if text:
            world.chat.say(user, text, reward_id=reward_id, channel=channel)
        return redemption

    def settle(self, redemption_id: str, *, fulfilled: bool, channel: User | None = None) -> dict[str, Any] | None:
        """Marks it as done, or gives the points back. None: there is no such open redemption."""
        channel = channel or self._world.channel
        redemption = self._world.room(channel).redemptions.get(redemption_id)
        if redemption is None or redemption["status"] != "unfulfilled":
            return None
        redemption["status"] = "fulfilled" if fulfilled else "canceled"
        self._tell(channel, "channel.channel_points_custom_reward_redemption.update", dict(redemption))
        return redemption


def _event(reward: dict[str, Any], channel: User) -> dict[str, Any]:
    """EventSub's names for what Helix calls `…_setting`."""
    same = (
        "id",
        "is_enabled",
        "is_paused",
        "is_in_stock",
        "title",
        "cost",
        "prompt",
        "is_user_input_required",
        "should_redemptions_skip_request_queue",
        "cooldown_expires_at",
        "redemptions_redeemed_current_stream",
        "background_color",
        "image",
        "default_image",
    )
    return {
        **named(channel, "broadcaster_user"),
        **{key: reward[key] for key in same},
        "max_per_stream": {"is_enabled": False, "value": None},
        "max_per_user_per_stream": {"is_enabled": False, "value": None},
        "global_cooldown": {"is_enabled": False, "seconds": None},
    }
