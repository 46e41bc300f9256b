"""The stream itself: on and off air, its title, ads, and hype trains."""

from __future__ import annotations

from typing import Any

from ..ids import stamp
from .part import Part
from .people import User
from .room import Stream
from .shapes import named

TRAIN_S = 300
"""A hype train without contributions ends after this."""
LEVEL = 1600
"""Points of a train's first level; each next one needs more."""


class Air(Part):
    def online(self, *, viewers: int = 12, channel: User | None = None) -> Stream:
        """Nothing changes when it is on already."""
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        if room.stream is None:
            room.stream = Stream(world.ids.number(11), world.now_ms(), viewers)
            event = {
                "id": room.stream.id,
                **named(channel, "broadcaster_user"),
                "type": "live",
                "started_at": stamp(room.stream.started_ms),
            }
            self._tell(channel, "stream.online", event)
        return room.stream

    def offline(self, *, channel: User | None = None) -> None:
        channel = channel or self._world.channel
        room = self._world.room(channel)
        if room.stream is not None:
            ended, room.stream = room.stream, None
            self._tell(channel, "stream.offline", {"id": ended.id, **named(channel, "broadcaster_user")})

    def update(self, *, title: str = "", category: tuple[str, str] | None = None, channel: User | None = None) -> None:
        """What is given changes. `category`: id and name."""
        channel = channel or self._world.channel
        room = self._world.room(channel)
        room.title = title or room.title
        room.category = category or room.category
        event = {
            **named(channel, "broadcaster_user"),
            "title": room.title,
            "language": room.language,
            "category_id": room.category[0],
            "category_name": room.category[1],
            "content_classification_labels": [],
        }
        self._tell(channel, "channel.update", event, "2")

    def ads(self, seconds: int = 60, *, automatic: bool = True, channel: User | None = None) -> None:
        channel = channel or self._world.channel
        event = {
            **named(channel, "broadcaster_user"),
            **named(channel, "requester_user"),
            "started_at": stamp(self._world.now_ms()),
            "duration_seconds": seconds,
            "is_automatic": automatic,
        }
        self._tell(channel, "channel.ad_break.begin", event)

    def train(self, user: User, points: int, *, kind: str = "bits", channel: User | None = None) -> dict[str, Any]:
        """Somebody contributes: a train begins, or goes on. `kind`: `bits`, `subscription` or `other`."""
        world = self._world
        channel = channel or world.channel
        room = world.room(channel)
        now = world.now_ms()
        began = room.train is None
        train = room.train = room.train or {
            "id": world.ids.uuid(),
            **named(channel, "broadcaster_user"),
            "type": "regular",
            "level": 1,
            "total": 0,
            "progress": 0,
            "goal": LEVEL,
            "top_contributions": [],
            "is_shared_train": False,
            "shared_train_participants": None,
            "started_at": stamp(now),
        }
        train["total"] += points
        train["progress"] += points
        while train["progress"] >= train["goal"]:
            train["progress"] -= train["goal"]
            train["level"] += 1
            train["goal"] = LEVEL * train["level"]
        bet = {**named(user, "user"), "type": kind, "total": points}
        train["top_contributions"] = sorted([*train["top_contributions"], bet], key=lambda each: -int(each["total"]))[:3]
        train["expires_at"] = stamp(now + TRAIN_S * 1000)
        room.train_ends_ms = now + TRAIN_S * 1000
        if began:
            event = {**train, "all_time_high_level": 3, "all_time_high_total": 9000}
            self._tell(channel, "channel.hype_train.begin", event, "2")
        else:
            self._tell(channel, "channel.hype_train.progress", dict(train), "2")
        return train

    def end_train(self, *, channel: User | None = None) -> bool:
        """False: there is none."""
        world = self._world
        channel = channel or world.channel
        train, world.room(channel).train = world.room(channel).train, None
        if train is None:
            return False
        now = world.now_ms()
        left = {key: value for key, value in train.items() if key not in {"progress", "goal", "expires_at"}}
        event = {**left, "ended_at": stamp(now), "cooldown_ends_at": stamp(now + 3_600_000)}
        self._tell(channel, "channel.hype_train.end", event, "2")
        return True

    def tick(self, *, channel: User | None = None) -> None:
        """A train to which nobody has contributed for long ends."""
        channel = channel or self._world.channel
        room = self._world.room(channel)
        if room.train is not None and room.train_ends_ms <= self._world.now_ms():
            self.end_train(channel=channel)
