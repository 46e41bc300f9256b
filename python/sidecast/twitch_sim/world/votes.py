"""Polls and predictions, as EventSub tells of them; Helix shows the same with other words for their state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ids import stamp
from .part import Part
from .people import User
from .shapes import named

_OWN = frozenset({"seconds", "due_ms"})
"""What is kept of a poll and told nobody."""
_NO_VOTING = {"is_enabled": False, "amount_per_vote": 0}


class Votes(Part):
    def begin_poll(
        self, title: str, choices: Sequence[str], *, seconds: int = 60, channel: User | None = None
    ) -> dict[str, Any] | None:
        """None: one is on already."""
        world = self._world
        channel = channel or world.channel
        if self.poll(channel=channel) is not None:
            return None
        now = world.now_ms()
        poll: dict[str, Any] = {
            "id": world.ids.uuid(),
            **named(channel, "broadcaster_user"),
            "title": title,
            "choices": [
                {"id": world.ids.uuid(), "title": choice, "bits_votes": 0, "channel_points_votes": 0, "votes": 0}
                for choice in choices
            ],
            "bits_voting": dict(_NO_VOTING),
            "channel_points_voting": dict(_NO_VOTING),
            "started_at": stamp(now),
            "ends_at": stamp(now + seconds * 1000),
            "status": "active",
            "seconds": seconds,
            "due_ms": now + seconds * 1000,
        }
        _keep(world.room(channel).polls, poll)
        bare = [{"id": choice["id"], "title": choice["title"]} for choice in poll["choices"]]
        self._tell(channel, "channel.poll.begin", {**_without(poll, "status"), "choices": bare})
        return poll

    def poll(self, *, channel: User | None = None) -> dict[str, Any] | None:
        """The one that is on."""
        polls = self._world.room(channel).polls.values()
        return next((poll for poll in polls if poll["status"] == "active"), None)

    def vote(self, choice: int, votes: int = 1, *, channel: User | None = None) -> bool:
        """Viewers vote; `choice` counts from 0. False: there is no poll, or no such choice."""
        channel = channel or self._world.channel
        poll = self.poll(channel=channel)
        if poll is None or not 0 <= choice < len(poll["choices"]):
            return False
        poll["choices"][choice]["votes"] += votes
        self._tell(channel, "channel.poll.progress", _without(poll, "status"))
        return True

    def end_poll(self, status: str = "completed", *, channel: User | None = None) -> dict[str, Any] | None:
        """Args: status: `completed` (its time is over), `terminated` (ended early, shown) or `archived` (ended early, hidden)."""
        channel = channel or self._world.channel
        poll = self.poll(channel=channel)
        if poll is None:
            return None
        poll["status"] = status
        poll["ended_at"] = stamp(self._world.now_ms())
        self._tell(channel, "channel.poll.end", _without(poll, "ends_at"))
        return poll

    def begin_prediction(
        self, title: str, outcomes: Sequence[str], *, seconds: int = 120, channel: User | None = None
    ) -> dict[str, Any] | None:
        """None: one is on already."""
        world = self._world
        channel = channel or world.channel
        if self.prediction(channel=channel) is not None:
            return None
        now = world.now_ms()
        prediction: dict[str, Any] = {
            "id": world.ids.uuid(),
            **named(channel, "broadcaster_user"),
            "title": title,
            "outcomes": [
                {
                    "id": world.ids.uuid(),
                    "title": outcome,
                    "color": "pink" if number == 1 and len(outcomes) == 2 else "blue",
                    "users": 0,
                    "channel_points": 0,
                    "top_predictors": [],
                }
                for number, outcome in enumerate(outcomes)
            ],
            "started_at": stamp(now),
            "locks_at": stamp(now + seconds * 1000),
            "status": "active",
            "seconds": seconds,
            "due_ms": now + seconds * 1000,
        }
        _keep(world.room(channel).predictions, prediction)
        bare = [{key: outcome[key] for key in ("id", "title", "color")} for outcome in prediction["outcomes"]]
        self._tell(channel, "channel.prediction.begin", {**_without(prediction, "status"), "outcomes": bare})
        return prediction

    def prediction(self, *, channel: User | None = None) -> dict[str, Any] | None:
        """The one that is on, open or locked."""
        predictions = self._world.room(channel).predictions.values()
        return next((each for each in predictions if each["status"] in {"active", "locked"}), None)

    def predict(self, user: User, outcome: int, points: int, *, channel: User | None = None) -> bool:
        channel = channel or self._world.channel
        prediction = self.prediction(channel=channel)
        if prediction is None or prediction["status"] != "active" or not 0 <= outcome < len(prediction["outcomes"]):
            return False
        chosen = prediction["outcomes"][outcome]
        chosen["users"] += 1
        chosen["channel_points"] += points
        bet = {**named(user, "user"), "channel_points_won": None, "channel_points_used": points}
        chosen["top_predictors"] = sorted([*chosen["top_predictors"], bet], key=lambda each: -int(each["channel_points_used"]))[
            :10
        ]
        self._tell(channel, "channel.prediction.progress", _without(prediction, "status"))
        return True

    def lock_prediction(self, *, channel: User | None = None) -> dict[str, Any] | None:
        channel = channel or self._world.channel
        prediction = self.prediction(channel=channel)
        if prediction is None or prediction["status"] != "active":
            return None
        prediction["status"] = "locked"
        prediction["locked_at"] = stamp(self._world.now_ms())
        self._tell(channel, "channel.prediction.lock", _without(prediction, "status", "locks_at"))
        return prediction

    def end_prediction(self, winner: str | None, *, channel: User | None = None) -> dict[str, Any] | None:
        """Resolved for the outcome with that id; None = cancelled, and everybody gets their points back.

        Returns None when there is no prediction, or no such outcome.
        """
        channel = channel or self._world.channel
        prediction = self.prediction(channel=channel)
        if prediction is None or (winner is not None and winner not in {each["id"] for each in prediction["outcomes"]}):
            return None
        prediction["status"] = "canceled" if winner is None else "resolved"
        prediction["winning_outcome_id"] = winner
        prediction["ended_at"] = stamp(self._world.now_ms())
        self._tell(channel, "channel.prediction.end", _without(prediction, "locks_at", "locked_at"))
        return prediction

    def tick(self, *, channel: User | None = None) -> None:
        """What Twitch does by itself when their time is over: polls end, predictions take no more points."""
        channel = channel or self._world.channel
        now = self._world.now_ms()
        if (poll := self.poll(channel=channel)) and poll["due_ms"] <= now:
            self.end_poll(channel=channel)
        if (prediction := self.prediction(channel=channel)) and prediction["due_ms"] <= now:
            self.lock_prediction(channel=channel)


def _without(whole: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A copy that what happens later does not change."""
    copied = {key: value for key, value in whole.items() if key not in {*keys, *_OWN}}
    for part in ("choices", "outcomes"):
        if part in copied:
            copied[part] = [dict(each) for each in copied[part]]
    return copied


def _keep(kept: dict[str, dict[str, Any]], new: dict[str, Any]) -> None:
    kept[new["id"]] = new
    if len(kept) > 100:
        del kept[next(iter(kept))]
