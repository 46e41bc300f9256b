"""Bans, time-outs, warnings, the shield, suspicious users, and who moderates."""

from __future__ import annotations

from ..ids import stamp
from .happenings import Banned, Message, Unbanned
from .part import Part
from .people import Ban, User
from .shapes import named, piece_shapes

LONGEST_TIMEOUT_S = 1_209_600
"""Two weeks."""


class Moderation(Part):
    def ban(
        self,
        user: User,
        moderator: User | None = None,
        *,
        seconds: int | None = None,
        reason: str = "",
        channel: User | None = None,
    ) -> Ban:
        """For good, or for so many seconds; all of the user's messages go. A second one replaces the first."""
        world = self._world
        channel = channel or world.channel
        moderator = moderator or channel
        room = world.room(channel)
        now = world.now_ms()
        ban = Ban(user=user, moderator=moderator, reason=reason, at_ms=now, ends_ms=now + seconds * 1000 if seconds else None)
        room.standing.bans[user.id] = ban
        for message in [each for each in room.messages.values() if each.author.id == user.id]:
            del room.messages[message.id]
        world.emit(
            Banned(channel=channel, user=user, moderator=moderator, reason=reason, at_ms=now, ends_ms=ban.ends_ms),
        )
        what = {**named(user, "user"), "reason": reason}
        if ban.ends_ms is None:
            self._moderated(channel, moderator, "ban", what)
        else:
            self._moderated(channel, moderator, "timeout", {**what, "expires_at": stamp(ban.ends_ms)})
        return ban

    def unban(self, user: User, moderator: User | None = None, *, channel: User | None = None) -> bool:
        """False: the user is not banned."""
        world = self._world
        channel = channel or world.channel
        moderator = moderator or channel
        ban = self.ban_of(user, channel=channel)
        if ban is None:
            return False
        del world.room(channel).standing.bans[user.id]
        timed = ban.ends_ms is not None
        world.emit(Unbanned(channel=channel, user=user, moderator=moderator, timed=timed))
        self._moderated(channel, moderator, "untimeout" if timed else "unban", named(user, "user"))
        return True

    def ban_of(self, user: User, *, channel: User | None = None) -> Ban | None:
        """What keeps the user out now; a time-out that is over does not."""
        bans = self._world.room(channel).standing.bans
        ban = bans.get(user.id)
        if ban is not None and ban.ends_ms is not None and ban.ends_ms <= self._world.now_ms():
            del bans[user.id]
            return None
        return ban

    def warn(self, user: User, moderator: User | None = None, *, reason: str, channel: User | None = None) -> None:
        """The user cannot write until they have acknowledged it."""
        world = self._world
        channel = channel or world.channel
        moderator = moderator or channel
        world.room(channel).standing.warned.add(user.id)
        event = {
            **named(channel, "broadcaster_user"),
            **named(moderator, "moderator_user"),
            **named(user, "user"),
            "reason": reason,
            "chat_rules_cited": None,
        }
        self._tell(channel, "channel.warning.send", event)
        self._moderated(channel, moderator, "warn", {**named(user, "user"), "reason": reason, "chat_rules_cited": None})

    def acknowledge(self, user: User, *, channel: User | None = None) -> None:
        channel = channel or self._world.channel
        warned = self._world.room(channel).standing.warned
        if user.id in warned:
            warned.remove(user.id)
            event = {**named(channel, "broadcaster_user"), **named(user, "user")}
            self._tell(channel, "channel.warning.acknowledge", event)

    def shield(self, on: bool, moderator: User | None = None, *, channel: User | None = None) -> bool:
        """False: it was so already."""
        world = self._world
        channel = channel or world.channel
        moderator = moderator or channel
        room = world.room(channel)
        if room.shield == on:
            return False
        room.shield, room.shield_by = on, moderator
        now = world.now_ms()
        if on:
            room.shield_ms = now
        event = {**named(channel, "broadcaster_user"), **named(moderator, "moderator_user")}
        if on:
            self._tell(channel, "channel.shield_mode.begin", {**event, "started_at": stamp(now)})
        else:
            self._tell(channel, "channel.shield_mode.end", {**event, "ended_at": stamp(now)})
        return True

    def suspect(self, message: Message, *, status: str = "active_monitoring", channel: User | None = None) -> None:
        """Tells moderators that the writer of a message is thought to evade a ban.

        Args:
            status: `none`, `active_monitoring` or `restricted`.
        """
        channel = channel or self._world.channel
        event = {
            **named(channel, "broadcaster_user"),
            **named(message.author, "user"),
            "low_trust_status": status,
            "shared_ban_channel_ids": None,
            "types": ["ban_evader"],
            "ban_evasion_evaluation": "likely",
            "message": {
                "message_id": message.id,
                "text": message.text,
                "fragments": piece_shapes(message.pieces, mentions=False),
            },
        }
        self._tell(channel, "channel.suspicious_user.message", event)

    def make_moderator(self, user: User, on: bool = True, *, channel: User | None = None) -> None:
        """A VIP who becomes a moderator is no VIP any more."""
        world = self._world
        channel = channel or world.channel
        standing = world.room(channel).standing
        if (user.id in standing.moderators) == on:
            return
        (standing.moderators.add if on else standing.moderators.discard)(user.id)
        standing.vips.discard(user.id)
        event = {**named(channel, "broadcaster_user"), **named(user, "user")}
        self._tell(channel, "channel.moderator.add" if on else "channel.moderator.remove", event)
        self._moderated(channel, channel, "mod" if on else "unmod", named(user, "user"))

    def make_vip(self, user: User, on: bool = True, *, channel: User | None = None) -> None:
        world = self._world
        channel = channel or world.channel
        vips = world.room(channel).standing.vips
        if (user.id in vips) == on:
            return
        (vips.add if on else vips.discard)(user.id)
        event = {**named(channel, "broadcaster_user"), **named(user, "user")}
        self._tell(channel, "channel.vip.add" if on else "channel.vip.remove", event)
        self._moderated(channel, channel, "vip" if on else "unvip", named(user, "user"))
