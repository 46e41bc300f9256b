"""What viewers and other streamers do for a channel: follow, subscribe, give subs, raid, shout out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..ids import stamp
from .happenings import Noticed
from .part import Part
from .people import Sub, User
from .pieces import pieces
from .shapes import named

_TIERS = {"1000": "Tier 1", "2000": "Tier 2", "3000": "Tier 3"}
SHOUT_COOLDOWN_MS = 120_000
SHOUT_SAME_MS = 3_600_000
"""Between two shout-outs to anybody, and to the same streamer."""


class Support(Part):
    def follow(self, user: User, *, channel: User | None = None) -> None:
        world = self._world
        channel = channel or world.channel
        now = world.now_ms()
        world.room(channel).standing.followers[user.id] = now
        event = {**named(user, "user"), **named(channel, "broadcaster_user"), "followed_at": stamp(now)}
        self._tell(channel, "channel.follow", event, "2")

    def subscribe(self, user: User, *, tier: str = "1000", prime: bool = False, channel: User | None = None) -> None:
        """A first one."""
        channel = channel or self._world.channel
        how = "with Prime" if prime else f"at {_TIERS[tier]}"
        self._world.room(channel).standing.subs[user.id] = Sub(tier=tier, prime=prime)
        self._subscribed(user, tier, channel, gift=False)
        details = {"sub_tier": tier, "is_prime": prime, "duration_months": 1}
        self.notice("sub", user, f"{user.name} subscribed {how}.", details, channel=channel)

    def resubscribe(
        self,
        user: User,
        months: int,
        *,
        text: str = "",
        streak: int | None = None,
        tier: str = "1000",
        channel: User | None = None,
    ) -> None:
        """Told to the chat by the subscriber, with a message or without; `months` in all."""
        channel = channel or self._world.channel
        words = f"{user.name} subscribed at {_TIERS[tier]}. They've subscribed for {months} months!"
        self._world.room(channel).standing.subs[user.id] = Sub(tier=tier, months=months)
        event = {
            **named(user, "user"),
            **named(channel, "broadcaster_user"),
            "tier": tier,
            "message": {"text": text, "emotes": _emote_ranges(text, self._world.find)},
            "cumulative_months": months,
            "streak_months": streak,
            "duration_months": 1,
        }
        self._tell(channel, "channel.subscription.message", event)
        details = {
            "cumulative_months": months,
            "duration_months": 1,
            "streak_months": streak,
            "sub_tier": tier,
            "is_prime": False,
            "is_gift": False,
            "gifter_is_anonymous": None,
            **named(None, "gifter_user"),
        }
        self.notice("resub", user, words, details, text=text, channel=channel)

    def gift(
        self,
        giver: User | None,
        receivers: Sequence[User],
        *,
        tier: str = "1000",
        community: bool = True,
        channel: User | None = None,
    ) -> None:
        """Subs for others; `giver` None = anonymous.

        Args:
            community: announced as one gift to the community before the single ones.
        """
        world = self._world
        channel = channel or world.channel
        standing = world.room(channel).standing
        named_tier = _TIERS[tier]
        total = None
        if giver is not None:
            total = standing.gifts[giver.id] = standing.gifts.get(giver.id, 0) + len(receivers)
        event = {
            **named(giver, "user"),
            **named(channel, "broadcaster_user"),
            "total": len(receivers),
            "tier": tier,
            "cumulative_total": total,
            "is_anonymous": giver is None,
        }
        self._tell(channel, "channel.subscription.gift", event)
        who = giver.name if giver else "An anonymous user"
        gift_id = world.ids.number(20) if community else None
        if gift_id:
            words = f"{who} is gifting {len(receivers)} {named_tier} Subs to {channel.name}'s community!"
            details = {"id": gift_id, "total": len(receivers), "sub_tier": tier, "cumulative_total": total}
            self.notice("community_sub_gift", giver, words, details, channel=channel)
        for receiver in receivers:
            standing.subs[receiver.id] = Sub(tier=tier, gifter_id=giver.id if giver else "")
            self._subscribed(receiver, tier, channel, gift=True)
            words = f"{who} gifted a {named_tier} sub to {receiver.name}!"
            details = {
                "duration_months": 1,
                "cumulative_total": None if community else total,
                **named(receiver, "recipient_user"),
                "sub_tier": tier,
                "community_gift_id": gift_id,
            }
            self.notice("sub_gift", giver, words, details, channel=channel)

    def raid(self, raider: User, viewers: int, *, channel: User | None = None) -> None:
        """Another streamer arrives with their viewers."""
        channel = channel or self._world.channel
        event = {
            **named(raider, "from_broadcaster_user"),
            **named(channel, "to_broadcaster_user"),
            "viewers": viewers,
        }
        self._tell(channel, "channel.raid", event)
        details = {**named(raider, "user"), "viewer_count": viewers, "profile_image_url": ""}
        self.notice("raid", raider, f"{viewers} raiders from {raider.name} have joined!", details, channel=channel)

    def announce(self, author: User, text: str, *, colour: str = "primary", channel: User | None = None) -> None:
        self.notice("announcement", author, "", {"color": colour.upper()}, text=text, channel=channel)

    def notice(
        self,
        kind: str,
        author: User | None,
        system_message: str,
        details: Mapping[str, Any],
        *,
        text: str = "",
        channel: User | None = None,
    ) -> None:
        """Any `channel.chat.notification`."""
        world = self._world
        channel = channel or world.channel
        world.emit(
            Noticed(
                channel=channel,
                id=world.ids.uuid(),
                kind=kind,
                system_message=system_message,
                at_ms=world.now_ms(),
                author=author,
                badges=world.room(channel).standing.badges(author, channel) if author else (),
                text=text,
                pieces=pieces(text, world.find),
                details=details,
            )
        )

    def shout_out(self, to: User, moderator: User | None = None, *, viewers: int = 0, channel: User | None = None) -> bool:
        """This channel's viewers are shown another streamer; False: too soon after another one."""
        world = self._world
        channel = channel or world.channel
        shouted = world.room(channel).shouted_ms
        now = world.now_ms()
        if any(at > now - (SHOUT_SAME_MS if who == to.id else SHOUT_COOLDOWN_MS) for who, at in shouted.items()):
            return False
        shouted[to.id] = now
        event = {
            **named(channel, "broadcaster_user"),
            **named(to, "to_broadcaster_user"),
            **named(moderator or channel, "moderator_user"),
            "viewer_count": viewers,
            "started_at": stamp(now),
            "cooldown_ends_at": stamp(now + SHOUT_COOLDOWN_MS),
            "target_cooldown_ends_at": stamp(now + SHOUT_SAME_MS),
        }
        self._tell(channel, "channel.shoutout.create", event)
        self.shouted_out(channel, viewers, channel=to)
        return True

    def shouted_out(self, by: User, viewers: int, *, channel: User | None = None) -> None:
        """Another streamer shows this channel to theirs."""
        channel = channel or self._world.channel
        event = {
            **named(channel, "broadcaster_user"),
            **named(by, "from_broadcaster_user"),
            "viewer_count": viewers,
            "started_at": stamp(self._world.now_ms()),
        }
        self._tell(channel, "channel.shoutout.receive", event)

    def _subscribed(self, user: User, tier: str, channel: User, *, gift: bool) -> None:
        event = {**named(user, "user"), **named(channel, "broadcaster_user"), "tier": tier, "is_gift": gift}
        self._tell(channel, "channel.subscribe", event)


def _emote_ranges(text: str, find: Any) -> list[dict[str, Any]] | None:
    """`begin` and `end` (both inside) of each emote, in code points."""
    ranges, at = [], 0
    for piece in pieces(text, find):
        if piece.kind == "emote":
            ranges.append({"begin": at, "end": at + len(piece.text) - 1, "id": piece.emote_id})
        at += len(piece.text)
    return ranges or None
