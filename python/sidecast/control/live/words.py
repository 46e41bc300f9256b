"""Why a message scores as it does, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MUCH = 0.5
SOME = 0.15

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "talk": "said something",
        "mention": "spoke to the host",
        "question": "asked a question",
        "greeting": "said hello",
        "first": "first time here",
        "reward": "redeemed a reward",
        "bits": "cheered with bits",
        "broadcaster": "is the streamer",
        "moderator": "is a moderator",
        "vip": "is a VIP",
        "subscriber": "is a subscriber",
        "warmth": "is warm",
        "hostility": "is hostile",
        "energy": "is lively",
        "substance": "has something to say",
        "aside": "talks to somebody else",
        "size": "is a big one",
        "freshness": "has waited for a while",
        "fairness": "was answered a moment ago",
        "raid": "raids the channel",
        "gift": "gave subs away",
        "sub": "subscribed",
        "resub": "subscribed again",
        "cheer": "cheered",
        "redemption": "redeemed a reward",
        "follow": "follows now",
    }
)
"""By the name of a score's part."""


def why(parts: Mapping[str, float]) -> list[dict[str, Any]]:
    """What counted most first: its words, its points, and how much that is (`much`, `some`, `little`, `against`)."""
    ordered = sorted(parts.items(), key=lambda part: -abs(part[1]))
    return [
        {"part": name, "words": WORDS.get(name, name.replace("_", " ")), "points": round(points, 3), "counts": _counts(points)}
        for name, points in ordered
    ]


def _counts(points: float) -> str:
    if points < 0:
        return "against"
    return "much" if points >= MUCH else "some" if points >= SOME else "little"
