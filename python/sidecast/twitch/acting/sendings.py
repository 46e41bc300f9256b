"""An act → the calls of Helix that do it. https://dev.twitch.tv/docs/api/reference/"""

from __future__ import annotations

from typing import Any

from ...flow import action as acts
from ...flow.action import Act, Sending
from ...flow.twitch import Account
from .splitting import plain, split


def sendings_of(  # noqa: PLR0912 - one branch an act
    act: Act, channel_id: str, writer_id: str, writer: Account
) -> tuple[Sending, ...]:
    """In the order in which they go out.

    Args:
        channel_id: of the streamer, in whose name everything but writing is done.
        writer_id: of the account that writes; `writer` says which one that is.
    """
    own = {"broadcaster_id": channel_id}
    moderating = {**own, "moderator_id": channel_id}
    match act:
        case acts.Write(text=text, reply_to=reply_to):
            return tuple(
                Sending(
                    method="POST",
                    path="chat/messages",
                    account=writer,
                    body={**own, "sender_id": writer_id, "message": piece}
                    | ({"reply_parent_message_id": reply_to} if reply_to and not number else {}),
                )
                for number, piece in enumerate(split(text))
            )
        case acts.Delete(message_ids=ids):
            return tuple(_own("DELETE", "moderation/chat", {**moderating, "message_id": each}) for each in ids)
        case acts.TimeOut(target=target, seconds=seconds, reason=reason):
            return (_own("POST", "moderation/bans", moderating, {"data": _banned(target.id, reason) | {"duration": seconds}}),)
        case acts.Ban(target=target, reason=reason):
            return (_own("POST", "moderation/bans", moderating, {"data": _banned(target.id, reason)}),)
        case acts.LetBack(target=target):
            return (_own("DELETE", "moderation/bans", {**moderating, "user_id": target.id}),)
        case acts.Warn(target=target, reason=reason):
            warning = {"data": {"user_id": target.id, "reason": plain(reason)}}
            return (_own("POST", "moderation/warnings", moderating, warning),)
        case acts.Shield(on=on):
            return (_own("PUT", "moderation/shield_mode", moderating, {"is_active": on}),)
        case acts.ShoutOut(target=target):
            query = {"from_broadcaster_id": channel_id, "to_broadcaster_id": target.id, "moderator_id": channel_id}
            return (_own("POST", "chat/shoutouts", query),)
        case acts.StartPoll(title=title, choices=choices, seconds=seconds, points=points):
            asked: dict[str, Any] = {"title": plain(title), "choices": _titled(choices), "duration": seconds}
            if points:
                asked |= {"channel_points_voting_enabled": True, "channel_points_per_vote": points}
            return (_own("POST", "polls", {}, {**own, **asked}),)
        case acts.EndPoll(poll_id=poll_id, show=show):
            return (_own("PATCH", "polls", {}, {**own, "id": poll_id, "status": "TERMINATED" if show else "ARCHIVED"}),)
        case acts.StartPrediction(title=title, outcomes=outcomes, seconds=seconds):
            asked = {"title": plain(title), "outcomes": _titled(outcomes), "prediction_window": seconds}
            return (_own("POST", "predictions", {}, {**own, **asked}),)
        case acts.LockPrediction(prediction_id=id_):
            return (_own("PATCH", "predictions", {}, {**own, "id": id_, "status": "LOCKED"}),)
        case acts.ResolvePrediction(prediction_id=id_, outcome_id=outcome):
            body = {**own, "id": id_, "status": "RESOLVED", "winning_outcome_id": outcome}
            return (_own("PATCH", "predictions", {}, body),)
        case acts.CancelPrediction(prediction_id=id_):
            return (_own("PATCH", "predictions", {}, {**own, "id": id_, "status": "CANCELED"}),)
        case acts.Settle(redemption_id=redemption, reward_id=reward, fulfil=fulfil):
            query = {**own, "id": redemption, "reward_id": reward}
            path = "channel_points/custom_rewards/redemptions"
            return (_own("PATCH", path, query, {"status": "FULFILLED" if fulfil else "CANCELED"}),)


def _own(method: str, path: str, query: dict[str, str], body: dict[str, Any] | None = None) -> Sending:
    return Sending(method=method, path=path, account=Account.BROADCASTER, query=query, body=body or {})


def _banned(user_id: str, reason: str) -> dict[str, Any]:
    return {"user_id": user_id} | ({"reason": plain(reason)} if reason else {})


def _titled(titles: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"title": plain(title)} for title in titles]
