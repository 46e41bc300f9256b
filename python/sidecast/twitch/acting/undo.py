"""What takes an act back, where Twitch has something that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...flow import action as acts
from ...flow.action import Act, Target


def has_undo(act: Act) -> str:
    """How it could be taken back, in a few words; empty where Twitch has no way."""
    match act:
        case acts.Write():
            return "delete it from chat"
        case acts.TimeOut() | acts.Ban():
            return "let them back"
        case acts.Shield(on=on):
            return f"switch it {'off' if on else 'on'} again"
        case acts.StartPoll():
            return "take the poll away"
        case acts.StartPrediction():
            return "cancel it: everybody gets their points back"
        case _:
            return ""


def undo_of(act: Act, answers: Sequence[Mapping[str, Any]], writer: Target) -> Act | None:
    """Once it was done; None where there is no way back.

    Args:
        answers: the first row of each of Helix's answers, in the order of the calls.
        writer: who has written.
    """
    first = str(answers[0].get("id", "")) if answers else ""
    match act:
        case acts.Write():
            ids = tuple(str(answer["message_id"]) for answer in answers if answer.get("message_id"))
            return acts.Delete(message_ids=ids, target=writer) if ids else None
        case acts.TimeOut(target=target) | acts.Ban(target=target):
            return acts.LetBack(target=target)
        case acts.Shield(on=on):
            return acts.Shield(on=not on)
        case acts.StartPoll():
            return acts.EndPoll(poll_id=first, show=False) if first else None
        case acts.StartPrediction():
            return acts.CancelPrediction(prediction_id=first) if first else None
        case _:
            return None
