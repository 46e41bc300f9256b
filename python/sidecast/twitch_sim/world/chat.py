"""Writing, deleting, clearing; how the chat is set; what AutoMod holds back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from ..ids import stamp
from .happenings import ChatSettings, Cleared, Deleted, Message, Said, SettingsChanged
from .part import Part
from .people import Badge, User
from .pieces import cheered, pieces
from .shapes import named, piece_shapes

LONGEST = 500
"""Characters of a message."""
REPEATED_MS = 30_000
PACE_MS = 30_000
PACE = {True: 100, False: 20}
"""Messages in 30 s of who moderates the channel, and of anybody else."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why Twitch took a message and did not show it; Helix's `drop_reason`."""

    code: str
    message: str


class Chat(Part):
    def say(
        self,
        author: User,
        text: str,
        *,
        channel: User | None = None,
        bits: int = 0,
        reply_to: str = "",
        reward_id: str = "",
        action: bool = False,
        kind: str = "text",
        source: User | None = None,
        source_badges: tuple[Badge, ...] = (),
        client_nonce: str = "",
    ) -> Message:
        """Appears at once; the rules of the chat are `refusal`'s.

        Args:
            bits: cheers; 0 = what the text's cheering words do not say either.
            reply_to: id of a message that the channel remembers; another one is ignored, as Twitch does.
            source: of a shared chat: the other channel in which it was written.
        """
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        parent = room.messages.get(reply_to)
        message = Message(
            id=world.ids.uuid(),
            author=author,
            text=text,
            pieces=pieces(text, world.find, bits=bits > 0),
            at_ms=world.now_ms(),
            badges=room.standing.badges(author, channel),
            kind=kind,
            bits=bits,
            reply_to=parent,
            thread=(parent.thread or parent) if parent else None,
            reward_id=reward_id,
            first=author.id not in room.standing.have_chatted and author.id != channel.id,
            action=action,
            source=source,
            source_id=world.ids.uuid() if source else "",
            source_badges=source_badges,
            client_nonce=client_nonce,
        )
        room.standing.have_chatted.add(author.id)
        room.last_said.setdefault(author.id, deque(maxlen=max(PACE.values()))).append((message.at_ms, text))
        room.remember(message)
        world.emit(Said(channel=channel, message=message))
        return message

    def refusal(self, author: User, text: str, *, channel: User | None = None) -> Dropped | None:
        """Why a message that a program sends would not be shown; None = it would."""
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        moderates = room.standing.may_moderate(author, channel)
        now = world.now_ms()
        said = [entry for entry in room.last_said.get(author.id, ()) if entry[0] > now - PACE_MS]
        if len(said) >= PACE[moderates]:
            return Dropped("msg_ratelimit", "Your message was not sent because you are sending messages too quickly.")
        if moderates:
            return None
        if author.id in room.standing.warned:
            return Dropped("msg_warned", "You must acknowledge a warning before you can chat.")
        settings = room.settings
        if said and said[-1][1] == text and said[-1][0] > now - REPEATED_MS:
            words = "Your message was not sent because it is identical to the previous one you sent, less than 30 seconds ago."
            return Dropped("msg_duplicate", words)
        if settings.slow_seconds and said and said[-1][0] > now - settings.slow_seconds * 1000:
            return Dropped("msg_slowmode", "This room is in slow mode and you are sending messages too quickly.")
        if settings.emote_only and any(piece.kind == "text" and piece.text.strip() for piece in pieces(text, world.find)):
            return Dropped("msg_emoteonly", "This room is in emote-only mode.")
        if settings.subs_only and author.id not in room.standing.subs:
            return Dropped("msg_subsonly", "This room is in subscribers-only mode.")
        if settings.followers_minutes is not None:
            since = room.standing.followers.get(author.id)
            if since is None or since > now - settings.followers_minutes * 60_000:
                return Dropped("msg_followersonly", "This room is in followers-only mode.")
        return None

    def delete(self, message_id: str, moderator: User | None = None, *, channel: User | None = None) -> bool:
        """False: the channel knows no such message."""
        world = self._world
        channel = channel or world.channel
        message = world.room(channel).messages.pop(message_id, None)
        if message is None:
            return False
        moderator = moderator or channel
        world.emit(Deleted(channel=channel, message=message, moderator=moderator))
        what = {**named(message.author, "user"), "message_id": message.id, "message_body": message.text}
        self._moderated(channel, moderator, "delete", what)
        return True

    def clear(self, moderator: User | None = None, *, channel: User | None = None) -> None:
        world = self._world
        channel = channel or world.channel
        moderator = moderator or channel
        world.room(channel).messages.clear()
        world.emit(Cleared(channel=channel, moderator=moderator))
        self._moderated(channel, moderator, "clear")

    def set(self, moderator: User | None = None, *, channel: User | None = None, **changes: Any) -> ChatSettings:
        """`changes`: fields of `ChatSettings`."""
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        before, room.settings = room.settings, replace(room.settings, **changes)
        if room.settings != before:
            world.emit(SettingsChanged(channel=channel, settings=room.settings))
            for action, what in _set_actions(before, room.settings):
                self._moderated(channel, moderator or channel, action, what)
        return room.settings

    def hold(self, author: User, text: str, *, category: str = "swearing", level: int = 4, channel: User | None = None) -> str:
        """AutoMod keeps the message back until a moderator decides; returns its id."""
        world = self._world
        channel = channel or world.channel
        message_id = world.ids.uuid()
        boundary = {"start_pos": 0, "end_pos": max(0, len(text) - 1)}
        found = pieces(text, world.find)
        event = {
            **named(channel, "broadcaster_user"),
            **named(author, "user"),
            "message_id": message_id,
            "message": {"text": text, "fragments": piece_shapes(found, mentions=False)},
            "reason": "automod",
            "automod": {"category": category, "level": level, "boundaries": [boundary]},
            "blocked_term": None,
            "held_at": stamp(world.now_ms()),
        }
        world.room(channel).held[message_id] = event
        self._tell(channel, "automod.message.hold", event, "2")
        return message_id

    def decide(self, message_id: str, moderator: User | None = None, *, allow: bool, channel: User | None = None) -> bool:
        """What a moderator does with a held message. Allowed, it appears with the id that it was held under.

        Returns False when no such message is held.
        """
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        held = room.held.pop(message_id, None)
        if held is None:
            return False
        status = "approved" if allow else "denied"
        event = {**held, **named(moderator or channel, "moderator_user"), "status": status}
        self._tell(channel, "automod.message.update", event, "2")
        if allow:
            author = world.user(str(held["user_id"]))
            text = str(held["message"]["text"])
            message = Message(
                id=message_id,
                author=author,
                text=text,
                pieces=pieces(text, world.find),
                at_ms=world.now_ms(),
                badges=room.standing.badges(author, channel),
            )
            room.remember(message)
            world.emit(Said(channel=channel, message=message))
        return True

    def cheer(self, author: User, text: str, bits: int = 0, *, channel: User | None = None) -> Message:
        """A message with bits in it: the chat shows it, and `channel.cheer` tells of it."""
        world = self._world
        channel = channel or world.channel
        bits = bits or cheered(text)
        message = self.say(author, text, bits=bits, channel=channel)
        event = {
            "is_anonymous": False,
            **named(author, "user"),
            **named(channel, "broadcaster_user"),
            "message": text,
            "bits": bits,
        }
        self._tell(channel, "channel.cheer", event)
        return message


def _set_actions(before: ChatSettings, after: ChatSettings) -> list[tuple[str, dict[str, Any] | None]]:
    """`channel.moderate`'s word for each thing that was set."""
    found: list[tuple[str, dict[str, Any] | None]] = []
    if before.emote_only != after.emote_only:
        found.append(("emoteonly" if after.emote_only else "emoteonlyoff", None))
    if before.subs_only != after.subs_only:
        found.append(("subscribers" if after.subs_only else "subscribersoff", None))
    if before.unique != after.unique:
        found.append(("uniquechat" if after.unique else "uniquechatoff", None))
    if before.slow_seconds != after.slow_seconds:
        on = after.slow_seconds is not None
        found.append(("slow", {"wait_time_seconds": after.slow_seconds}) if on else ("slowoff", None))
    if before.followers_minutes != after.followers_minutes:
        on = after.followers_minutes is not None
        found.append(("followers", {"follow_duration_minutes": after.followers_minutes}) if on else ("followersoff", None))
    return found
