"""`/polls` and `/predictions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..refusal import Refused
from .call import Answer, Call, Endpoint, paged


def polls(call: Call) -> Answer:
    _, room = call.own_channel(call.one("broadcaster_id"))
    return 200, paged(call, [_poll(each) for each in reversed(_wanted(call, room.polls))], most=20)


def begin_poll(call: Call) -> Answer:
    channel, _ = call.own_channel(call.text("broadcaster_id"))
    choices = _titles(call, "choices", 2, 5, 25)
    poll = call.world.votes.begin_poll(_title(call, 60), choices, seconds=_seconds(call, "duration", 15), channel=channel)
    if poll is None:
        raise Refused(400, "The broadcaster already has a poll that's running; you may not create another poll until it ends.")
    return 200, {"data": [_poll(poll)]}


def end_poll(call: Call) -> Answer:
    channel, _ = call.own_channel(call.text("broadcaster_id"))
    poll_id, status = call.text("id"), call.text("status")
    if status not in {"TERMINATED", "ARCHIVED"}:
        raise Refused(400, "The value in the status field is not valid.")
    poll = call.world.votes.poll(channel=channel)
    if poll is None or poll["id"] != poll_id:
        raise Refused(400, "The poll must be active to terminate or archive it.")
    call.world.votes.end_poll(status.lower(), channel=channel)
    return 200, {"data": [_poll(poll)]}


def predictions(call: Call) -> Answer:
    _, room = call.own_channel(call.one("broadcaster_id"))
    return 200, paged(call, [_prediction(each) for each in reversed(_wanted(call, room.predictions))], most=25)


def begin_prediction(call: Call) -> Answer:
    channel, _ = call.own_channel(call.text("broadcaster_id"))
    outcomes = _titles(call, "outcomes", 2, 10, 25)
    seconds = _seconds(call, "prediction_window", 30)
    prediction = call.world.votes.begin_prediction(_title(call, 45), outcomes, seconds=seconds, channel=channel)
    if prediction is None:
        raise Refused(400, "The broadcaster already has a prediction that's running.")
    return 200, {"data": [_prediction(prediction)]}


def end_prediction(call: Call) -> Answer:
    channel, _ = call.own_channel(call.text("broadcaster_id"))
    prediction_id, status = call.text("id"), call.text("status")
    prediction = call.world.votes.prediction(channel=channel)
    if prediction is None or prediction["id"] != prediction_id:
        raise Refused(404, "The prediction in the id field was not found.")
    votes = call.world.votes
    match status:
        case "LOCKED":
            done = votes.lock_prediction(channel=channel)
        case "CANCELED":
            done = votes.end_prediction(None, channel=channel)
        case "RESOLVED":
            done = votes.end_prediction(call.text("winning_outcome_id"), channel=channel)
        case _:
            raise Refused(400, "The value in the status field is not valid.")
    if done is None:
        raise Refused(400, "The prediction cannot be ended so.")
    return 200, {"data": [_prediction(done)]}


def _title(call: Call, most: int) -> str:
    title = call.text("title")
    if len(title) > most:
        raise Refused(400, f"The title may contain a maximum of {most} characters.")
    return title


def _titles(call: Call, name: str, least: int, most: int, longest: int) -> list[str]:
    rows = call.body.get(name)
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        raise Refused(400, f"The {name} field must have {least} to {most} entries.")
    titles = [row.get("title") if isinstance(row, dict) else None for row in rows]
    if not all(isinstance(title, str) and 1 <= len(title) <= longest for title in titles):
        raise Refused(400, f"The titles in the {name} field must have 1 to {longest} characters.")
    return [str(title) for title in titles]


def _seconds(call: Call, name: str, least: int) -> int:
    value = call.body.get(name)
    if not isinstance(value, int) or not least <= value <= 1800:
        raise Refused(400, f"The value in the {name} field must be between {least} and 1800.")
    return value


def _wanted(call: Call, kept: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = call.every("id")
    if wanted and not set(wanted) & set(kept):
        raise Refused(404, "The IDs in the id query parameter were not found.")
    return [each for key, each in kept.items() if not wanted or key in wanted]


def _named(whole: dict[str, Any]) -> dict[str, Any]:
    return {f"broadcaster_{part}": whole[f"broadcaster_user_{part}"] for part in ("id", "login", "name")}


def _poll(poll: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": poll["id"],
        **_named(poll),
        "title": poll["title"],
        "choices": [dict(each) for each in poll["choices"]],
        "bits_voting_enabled": False,
        "bits_per_vote": 0,
        "channel_points_voting_enabled": False,
        "channel_points_per_vote": 0,
        "status": str(poll["status"]).upper(),
        "duration": poll["seconds"],
        "started_at": poll["started_at"],
        "ended_at": poll.get("ended_at"),
    }


def _prediction(prediction: dict[str, Any]) -> dict[str, Any]:
    outcomes = [
        {**each, "color": str(each["color"]).upper(), "top_predictors": each["top_predictors"] or None}
        for each in prediction["outcomes"]
    ]
    return {
        "id": prediction["id"],
        **_named(prediction),
        "title": prediction["title"],
        "winning_outcome_id": prediction.get("winning_outcome_id"),
        "outcomes": outcomes,
        "prediction_window": prediction["seconds"],
        "status": str(prediction["status"]).upper(),
        "created_at": prediction["started_at"],
        "ended_at": prediction.get("ended_at"),
        "locked_at": prediction.get("locked_at"),
    }


_POLLS, _PREDICTIONS = "channel:manage:polls", "channel:manage:predictions"
ENDPOINTS = {
    ("GET", "polls"): Endpoint(polls, ("channel:read:polls", _POLLS), needs_user=True),
    ("POST", "polls"): Endpoint(begin_poll, (_POLLS,), needs_user=True),
    ("PATCH", "polls"): Endpoint(end_poll, (_POLLS,), needs_user=True),
    ("GET", "predictions"): Endpoint(predictions, ("channel:read:predictions", _PREDICTIONS), needs_user=True),
    ("POST", "predictions"): Endpoint(begin_prediction, (_PREDICTIONS,), needs_user=True),
    ("PATCH", "predictions"): Endpoint(end_prediction, (_PREDICTIONS,), needs_user=True),
}
