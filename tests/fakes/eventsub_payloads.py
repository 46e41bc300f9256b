"""One event of every type that is asked of EventSub, as Twitch's documentation shows them; the channel is Kit's (id 1)."""

from __future__ import annotations

from typing import Any

from benchmarks.eventsub_frames import CHANNEL, MIKA, chat, fragment

_MOD = {"moderator_user_id": "9", "moderator_user_login": "mo", "moderator_user_name": "Mo"}
_BO = {"user_id": "3", "user_login": "bo", "user_name": "Bo"}
_MESSAGE = {"text": "hi Kit", "fragments": [fragment("text", "hi Kit")]}
_NOTICES = (
    "sub resub sub_gift community_sub_gift gift_paid_upgrade prime_paid_upgrade pay_it_forward raid unraid announcement "
    "bits_badge_tier charity_donation"
)


def notice(kind: str, about: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The event of a `channel.chat.notification`."""
    return {
        **CHANNEL,
        **MIKA,
        "chatter_is_anonymous": False,
        "color": "#8A2BE2",
        "badges": [{"set_id": "subscriber", "id": "12", "info": "14"}],
        "system_message": "Something happened.",
        "message_id": "d62235c8-47ff-4f4d-84e8-5a29a65a9c03",
        "message": {"text": "", "fragments": []},
        "notice_type": kind,
        **dict.fromkeys(_NOTICES.split()),
        "source_broadcaster_user_id": None,
        **({kind: about} if about is not None else {}),
        **more,
    }


def moderate(action: str, about: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The event of a `channel.moderate`."""
    return {**CHANNEL, "source_broadcaster_user_id": None, **_MOD, "action": action, action: about, **more}


_POLL = {
    **CHANNEL,
    "id": "poll-1",
    "title": "What next?",
    "choices": [
        {"id": "a", "title": "Puzzle", "bits_votes": 0, "channel_points_votes": 2, "votes": 12},
        {"id": "b", "title": "Race", "bits_votes": 0, "channel_points_votes": 0, "votes": 5},
    ],
    "started_at": "2025-11-23T18:00:00Z",
}
_PREDICTION = {
    **CHANNEL,
    "id": "prediction-1",
    "title": "Will Kit win?",
    "outcomes": [
        {"id": "x", "title": "Yes", "color": "blue", "users": 10, "channel_points": 15000, "top_predictors": []},
        {"id": "y", "title": "No", "color": "pink", "users": 2, "channel_points": 200, "top_predictors": []},
    ],
    "started_at": "2025-11-23T18:00:00Z",
}
_TRAIN = {
    **CHANNEL,
    "id": "train-1",
    "level": 2,
    "total": 700,
    "progress": 200,
    "goal": 1000,
    "type": "golden_kappa",
    "is_shared_train": False,
    "top_contributions": [{**_BO, "type": "bits", "total": 500}],
}
_HELD = {**CHANNEL, **_BO, "message_id": "held-1", "message": _MESSAGE, "reason": "automod", "held_at": "2025-11-23T18:00:00Z"}

EVENTS: dict[str, dict[str, Any]] = {
    "channel.chat.message": chat(fragment("text", "hi Kit")),
    "channel.chat.message_delete": {
        **CHANNEL,
        "target_user_id": "2",
        "target_user_login": "mika",
        "target_user_name": "Mika",
        "message_id": "97c28382-e8d2-45a0-bb5d-2305fc4ef139",
    },
    "channel.chat.clear": dict(CHANNEL),
    "channel.chat.clear_user_messages": {
        **CHANNEL,
        "target_user_id": "2",
        "target_user_login": "mika",
        "target_user_name": "Mika",
    },
    "channel.chat.notification": notice("resub", {"cumulative_months": 14, "sub_tier": "1000"}, message=_MESSAGE),
    "channel.chat_settings.update": {
        **CHANNEL,
        "emote_mode": False,
        "follower_mode": True,
        "follower_mode_duration_minutes": 10,
        "slow_mode": True,
        "slow_mode_wait_time_seconds": 30,
        "subscriber_mode": False,
        "unique_chat_mode": False,
    },
    "automod.message.hold": {**_HELD, "automod": {"category": "swearing", "level": 4, "boundaries": []}},
    "automod.message.update": {**_HELD, **_MOD, "status": "denied"},
    "channel.moderate": moderate("warn", {**_BO, "reason": "language"}),
    "channel.raid": {
        "from_broadcaster_user_id": "3",
        "from_broadcaster_user_login": "bo",
        "from_broadcaster_user_name": "Bo",
        "to_broadcaster_user_id": "1",
        "to_broadcaster_user_login": "kit",
        "to_broadcaster_user_name": "Kit",
        "viewers": 42,
    },
    "channel.follow": {**CHANNEL, **_BO, "followed_at": "2025-11-23T18:00:00Z"},
    "channel.subscribe": {**CHANNEL, **_BO, "tier": "1000", "is_gift": False},
    "channel.subscription.gift": {
        **CHANNEL,
        **_BO,
        "total": 5,
        "tier": "1000",
        "cumulative_total": 20,
        "is_anonymous": False,
    },
    "channel.subscription.message": {
        **CHANNEL,
        **_BO,
        "tier": "1000",
        "message": {"text": "still here Kappa", "emotes": [{"begin": 11, "end": 15, "id": "25"}]},
        "cumulative_months": 14,
        "streak_months": None,
        "duration_months": 1,
    },
    "channel.cheer": {**CHANNEL, **_BO, "is_anonymous": False, "message": "Cheer100 wow", "bits": 100},
    "channel.suspicious_user.message": {
        **CHANNEL,
        **_BO,
        "low_trust_status": "active_monitoring",
        "shared_ban_channel_ids": [],
        "types": ["ban_evader"],
        "ban_evasion_evaluation": "likely",
        "message": {**_MESSAGE, "message_id": "m-suspicious"},
    },
    "channel.shield_mode.begin": {**CHANNEL, **_MOD, "started_at": "2025-11-23T18:00:00Z"},
    "channel.shield_mode.end": {**CHANNEL, **_MOD, "ended_at": "2025-11-23T18:00:00Z"},
    "channel.channel_points_custom_reward_redemption.add": {
        **CHANNEL,
        **_BO,
        "id": "redemption-1",
        "user_input": "a poem about foxes",
        "status": "unfulfilled",
        "reward": {"id": "reward-1", "title": "Ask for a poem", "cost": 500, "prompt": "about what?"},
        "redeemed_at": "2025-11-23T18:00:00Z",
    },
    "channel.poll.begin": {**_POLL, "choices": [{"id": "a", "title": "Puzzle"}, {"id": "b", "title": "Race"}]},
    "channel.poll.progress": _POLL,
    "channel.poll.end": {**_POLL, "status": "completed", "ended_at": "2025-11-23T18:02:00Z"},
    "channel.prediction.begin": _PREDICTION,
    "channel.prediction.progress": _PREDICTION,
    "channel.prediction.lock": _PREDICTION,
    "channel.prediction.end": {**_PREDICTION, "winning_outcome_id": "x", "status": "resolved"},
    "channel.hype_train.begin": _TRAIN,
    "channel.hype_train.progress": _TRAIN,
    "channel.hype_train.end": {**_TRAIN, "cooldown_ends_at": "2025-11-23T19:00:00Z"},
    "channel.ad_break.begin": {
        **CHANNEL,
        "duration_seconds": 60,
        "started_at": "2025-11-23T18:00:00Z",
        "is_automatic": False,
        "requester_user_id": "1",
        "requester_user_login": "kit",
        "requester_user_name": "Kit",
    },
    "channel.shoutout.receive": {
        **CHANNEL,
        "from_broadcaster_user_id": "3",
        "from_broadcaster_user_login": "bo",
        "from_broadcaster_user_name": "Bo",
        "viewer_count": 860,
        "started_at": "2025-11-23T18:00:00Z",
    },
    "stream.online": {**CHANNEL, "id": "9001", "type": "live", "started_at": "2025-11-23T18:00:00Z"},
    "stream.offline": dict(CHANNEL),
}
"""By subscription type."""
