"""Who is there, and what they are in a channel."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account. Every account has a channel."""

    id: str
    login: str
    name: str
    colour: str = ""
    """`#RRGGBB`, or empty: never chosen."""
    kind: str = ""
    """Twitch's `broadcaster_type`: `partner`, `affiliate` or empty."""
    created_ms: int = 1_577_836_800_000


@dataclass(frozen=True, slots=True)
class Badge:
    """`set_id` and `id` name the picture; `info` has a subscriber's exact months."""

    set_id: str
    id: str
    info: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    tier: str = "1000"
    """`1000`, `2000`, `3000`."""
    months: int = 1
    prime: bool = False
    gifter_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """`ends_ms` None: for good; else a time-out."""

    user: User
    moderator: User
    reason: str
    at_ms: int
    ends_ms: int | None = None


@dataclass(slots=True)
class Standing:
    """What people are in one channel, by user id."""

    moderators: set[str] = field(default_factory=set)
    vips: set[str] = field(default_factory=set)
    subs: dict[str, Sub] = field(default_factory=dict)
    followers: dict[str, int] = field(default_factory=dict)
    """When they followed, Unix ms."""
    bans: dict[str, Ban] = field(default_factory=dict)
    warned: set[str] = field(default_factory=set)
    """Have not yet acknowledged their warning, and cannot write until then."""
    have_chatted: set[str] = field(default_factory=set)
    gifts: dict[str, int] = field(default_factory=dict)
    """Subs given in all."""

    def badges(self, user: User, channel: User) -> tuple[Badge, ...]:
        """In the order in which Twitch shows them."""
        found = []
        if user.id == channel.id:
            found.append(Badge("broadcaster", "1"))
        elif user.id in self.moderators:
            found.append(Badge("moderator", "1"))
        elif user.id in self.vips:
            found.append(Badge("vip", "1"))
        if sub := self.subs.get(user.id):
            tier = {"1000": 0, "2000": 2000, "3000": 3000}[sub.tier]
            found.append(Badge("subscriber", str(tier + _step(sub.months)), str(sub.months)))
        if self.gifts.get(user.id):
            found.append(Badge("sub-gifter", "1"))
        if user.kind == "partner":
            found.append(Badge("partner", "1"))
        return tuple(found)

    def may_moderate(self, user: User, channel: User) -> bool:
        return user.id == channel.id or user.id in self.moderators


def _step(months: int) -> int:
    """Badges change at these months; the smallest step is written 0."""
    return max((step for step in (0, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60) if step <= months), default=0)
