"""How much a message asks for an answer: a sum of parts, each shown on the page and kept in the ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..flow.candidate import Candidate, Kind, Understanding
from ..flow.chat import ChannelEvent, ChatMessage, EventKind, FragmentKind, Role

EVENT_BASE: Mapping[EventKind, float] = {
    EventKind.RAID: 3.4,
    EventKind.GIFT: 2.9,
    EventKind.SUB: 2.5,
    EventKind.RESUB: 2.4,
    EventKind.CHEER: 2.1,
    EventKind.REDEMPTION: 1.9,
    EventKind.FOLLOW: 1.6,
}
"""What is thanked for, and how urgently. Events that are not here are noted, not answered."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part may add to a score. A plain line of six words scores 0.3; the usual threshold is 0.2."""

    talk: float = 0.15
    """Anything that is said."""
    mention: float = 0.9
    """It names the host, or replies to it."""
    question: float = 0.5
    """Reached at three words: "what?" asks for little."""
    greeting: float = 0.2
    first: float = 0.45
    """The author's first message in the channel."""
    reward: float = 0.8
    """It redeems channel points."""
    bits: float = 0.35
    """For each power of ten of bits."""
    broadcaster: float = 0.7
    moderator: float = 0.2
    vip: float = 0.15
    subscriber: float = 0.1
    warmth: float = 0.1
    """Times a sentiment from 0 to 1."""
    hostility: float = -0.3
    """Times a sentiment from 0 to -1: anger is not fed."""
    energy: float = 0.05
    substance: float = 0.15
    """Reached at six words."""
    aside: float = -0.5
    """It speaks to another viewer."""
    size: float = 0.3
    """For each power of ten of an event's amount."""
    freshness: float = -0.8
    """Reached when the message is as old as an answer may be; grows evenly with age."""
    fairness: float = -0.7
    """Right after the same author was answered."""


WEIGHTS = Weights()
FAIRNESS_HALF_LIFE_S = 90.0
"""Half of the wait for an author who was answered is forgiven after this long."""
ROLES = (Role.BROADCASTER, Role.MODERATOR, Role.VIP, Role.SUBSCRIBER)


def standing_parts(candidate: Candidate, weights: Weights = WEIGHTS) -> dict[str, float]:
    """The parts that do not change while it waits; parts that add nothing are left out."""
    item, understanding = candidate.item, candidate.understanding
    parts = _of_event(item, weights) if isinstance(item, ChannelEvent) else _of_message(item, understanding, weights)
    parts["warmth"] = weights.warmth * max(0.0, understanding.sentiment)
    parts["hostility"] = weights.hostility * max(0.0, -understanding.sentiment)
    parts["energy"] = weights.energy * understanding.energy
    return {name: value for name, value in parts.items() if value}


def _of_event(event: ChannelEvent, weights: Weights) -> dict[str, float]:
    base = EVENT_BASE.get(event.kind)
    if base is None:
        # the votes of a poll or the seconds of an ad break ask for no answer, however many
        return {}
    return {event.kind.value: base, "size": weights.size * math.log10(max(1, event.amount))}


def _of_message(message: ChatMessage, understanding: Understanding, weights: Weights) -> dict[str, float]:
    kinds = understanding.kinds
    parts = {
        "talk": weights.talk,
        "mention": weights.mention if Kind.MENTION in kinds else 0.0,
        "question": weights.question * min(1.0, understanding.tokens / 3) if Kind.QUESTION in kinds else 0.0,
        "greeting": weights.greeting if Kind.GREETING in kinds else 0.0,
        "first": weights.first if message.first else 0.0,
        "reward": weights.reward if message.reward or message.reward_id else 0.0,
        "bits": weights.bits * math.log10(1 + max(0, message.bits)),
        "substance": weights.substance * min(1.0, understanding.tokens / 6),
        "aside": weights.aside if _is_aside(message, kinds) else 0.0,
    }
    # the highest role counts: a broadcaster is a subscriber of their own channel too
    role = next((role for role in ROLES if role in message.author.roles), None)
    if role is not None:
        parts[role.value] = float(getattr(weights, role.value))
    return parts


def _is_aside(message: ChatMessage, kinds: frozenset[Kind]) -> bool:
    """It talks to another viewer: a reply or an `@name`, and not to the host."""
    if Kind.MENTION in kinds:
        return False
    mentions = any(part.kind is FragmentKind.MENTION for part in message.fragments)
    return bool(message.reply_to) or mentions or message.text.startswith("@") or " @" in message.text


def freshness(age_s: float, shelf_life_s: float, weights: Weights = WEIGHTS) -> float:
    """0 at arrival, `weights.freshness` at the end of its shelf life. Linear, so waiting never changes who is before whom."""
    return weights.freshness * max(0.0, age_s) / shelf_life_s


def fairness(since_answer_s: float | None, weights: Weights = WEIGHTS) -> float:
    """What is taken off for an author who had an answer `since_answer_s` ago; None = never, which takes off nothing."""
    if since_answer_s is None:
        return 0.0
    return weights.fairness * math.exp2(-max(0.0, since_answer_s) / FAIRNESS_HALF_LIFE_S)
